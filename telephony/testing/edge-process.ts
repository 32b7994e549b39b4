/**
 * Processes of their own that place one call or settle one, to be killed in the middle of it.
 * @module
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { DeskCommand } from '../../contracts/model/edge-control.ts';
import type { DeskContact } from '../desk-leg.ts';
import type { RobotCallParams } from '../robot-call.ts';
import type { Stage } from './stage.ts';

/** A busy machine starts it in seconds, and a call takes its own. */
const STAGE_MS = 50_000;

export interface EdgeProcess {
  /** Resolves when the call has reached a stage. */
  stage(name: string): Promise<void>;
  /** Of an agent's call; resolves when it is done. */
  command(command: DeskCommand): Promise<void>;
  kill(): Promise<void>;
}

/** @param desk the agent's; without one a robot calls */
export async function startEdgeProcess(
  stage: Stage,
  params: RobotCallParams,
  desk?: DeskContact,
): Promise<EdgeProcess> {
  return startProcess('place-one-call.ts', { ...stage.connection, folders: stage.folders, params, desk });
}

/** Settles the call in a process of its own, whose stage is then `settled`. */
export async function startSettlingProcess(
  { connection, folders }: Stage,
  { callId, edge }: RobotCallParams,
): Promise<Pick<EdgeProcess, 'stage' | 'kill'>> {
  return startProcess('settle-one-call.ts', { ...connection, folders, call: { callId, edge } });
}

function startProcess(program: string, setup: object): EdgeProcess {
  const script = fileURLToPath(new URL(`./${program}`, import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, JSON.stringify(setup)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const seen = new Set<string>();
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    seen.add(line);
    lines.emit('seen');
  });
  const stageOf = async (name: string): Promise<void> => {
    while (!seen.has(name)) await once(lines, 'seen', { signal: AbortSignal.timeout(STAGE_MS) });
  };
  return {
    stage: stageOf,
    command: async (command) => {
      seen.delete('obeyed');
      child.stdin.write(`${JSON.stringify(command)}\n`);
      await stageOf('obeyed');
    },
    kill: async () => {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}
