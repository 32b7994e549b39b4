/**
 * A process of a benchmark's own that is asked and answers: its work is on nobody's account, and nobody delays it.
 * @module
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { nodeArgs, nodeEnv } from '../../cli/parts/node-part.ts';
import type { Bench } from './run-bench.ts';

export interface HelperProcess<Ready, Command> {
  pid: number;
  /** What it said when it was ready. */
  ready: Ready;
  /** @throws Error with its words when it could not, or when it ended */
  ask<Answer>(command: Command): Promise<Answer>;
}

export interface Helper<Ready, Command> {
  ready: Ready;
  answer(command: Command): unknown;
}

type Report = { ready: unknown } | { asked: number; answer?: unknown; error?: string };

/**
 * Ends with the benchmark.
 * @param module `import.meta.url` of the module that calls `serveHelper`
 */
export async function startHelper<Ready, Command>(
  bench: Pick<Bench, 'onEnd'>,
  module: string,
  setup: unknown,
): Promise<HelperProcess<Ready, Command>> {
  const entry = fileURLToPath(module);
  const child = fork(entry, [JSON.stringify(setup)], { execArgv: nodeArgs(), env: nodeEnv(process.env) });
  bench.onEnd(() => void child.kill('SIGKILL'));
  const waiting = new Map<number, { resolve(answer: unknown): void; reject(error: Error): void }>();
  let asked = 0;
  const ready = await new Promise<Ready>((resolve, reject) => {
    child.on('message', (report: Report) => {
      if ('ready' in report) return resolve(report.ready as Ready);
      const { error, answer } = report;
      const asker = waiting.get(report.asked);
      waiting.delete(report.asked);
      if (error === undefined) asker?.resolve(answer);
      else asker?.reject(new Error(error));
    });
    child.once('exit', () => {
      const gone = new Error(`${entry} ended`);
      reject(gone);
      for (const asker of waiting.values()) asker.reject(gone);
    });
  });
  return {
    pid: child.pid ?? 0,
    ready,
    ask: <Answer>(command: Command) =>
      new Promise<Answer>((resolve, reject) => {
        // The benchmark is being taken down.
        if (!child.connected) return reject(new Error(`${entry} has ended`));
        asked += 1;
        waiting.set(asked, { resolve: (answer) => resolve(answer as Answer), reject });
        child.send({ asked, command }, (error) => (error ? reject(error) : undefined));
      }),
  };
}

/** Last in its module: makes the process a helper when it was started as one, and does nothing where the module is imported. */
export async function serveHelper<Ready, Command>(
  module: string,
  open: (setup: unknown) => Promise<Helper<Ready, Command>>,
): Promise<void> {
  if (process.argv[1] !== fileURLToPath(module) || !process.send) return;
  const tell = (report: Report): void => void process.send?.(report);
  process.on('disconnect', () => process.exit(0));
  const helper = await open(JSON.parse(process.argv[2] ?? '{}'));
  process.on('message', ({ asked, command }: { asked: number; command: Command }) => {
    Promise.resolve()
      .then(() => helper.answer(command))
      .then(
        (answer) => tell({ asked, answer }),
        (error: unknown) => tell({ asked, error: String(error) }),
      );
  });
  tell({ ready: helper.ready });
}
