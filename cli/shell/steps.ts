/**
 * Independent steps, some at a time, one line each with its time.
 * @module
 */
import { exec } from './exec.ts';

export interface Step {
  name: string;
  command: string;
  args: readonly string[];
}

export interface StepResult {
  name: string;
  ok: boolean;
  seconds: number;
  output: string;
}

/** Runs all steps, also after one has failed: a person wants to see everything that is wrong at once. */
export async function runSteps(
  steps: readonly Step[],
  options: { cwd: string; parallel: number; timeoutMs: number; onDone: (result: StepResult) => void },
): Promise<StepResult[]> {
  const waiting = [...steps];
  const results: StepResult[] = [];
  const work = async (): Promise<void> => {
    for (let step = waiting.shift(); step; step = waiting.shift()) {
      const started = Date.now();
      const { code, output } = await exec(step.command, step.args, {
        cwd: options.cwd,
        timeoutMs: options.timeoutMs,
      });
      const result = {
        name: step.name,
        ok: code === 0,
        seconds: (Date.now() - started) / 1000,
        output: code === 124 ? `${output}\ntimed out` : output,
      };
      results.push(result);
      options.onDone(result);
    }
  };
  await Promise.all(Array.from({ length: options.parallel }, work));
  return results;
}
