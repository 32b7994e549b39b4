/**
 * A process of its own that places one call, to be killed in the middle of it.
 * @module
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { RobotCallParams } from '../robot-call.ts';
import type { Stage } from './stage.ts';

export interface EdgeProcess {
  /** Resolves when the call has reached a stage. */
  stage(name: string): Promise<void>;
  kill(): Promise<void>;
}

export async function startEdgeProcess(stage: Stage, params: RobotCallParams): Promise<EdgeProcess> {
  const setup = { ...stage.connection, folders: stage.folders, params };
  const script = fileURLToPath(new URL('./place-one-call.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, JSON.stringify(setup)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const seen = new Set<string>();
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    seen.add(line);
    lines.emit('seen');
  });
  return {
    stage: async (name) => {
      while (!seen.has(name)) await once(lines, 'seen', { signal: AbortSignal.timeout(15_000) });
    },
    kill: async () => {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}
