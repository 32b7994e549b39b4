/** kill -9 of the launcher: nothing may be left. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { nodeArgs } from '../parts/node-part.ts';
import { isRunning, processRef, type ProcessRef } from './proc.ts';

let folder: string;
let launcher: ChildProcess;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'apel-orphans-'));
});
afterEach(() => {
  launcher.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

const here = (file: string): string => pathToFileURL(join(import.meta.dirname, file)).href;
const LAUNCHER = `
  import { createSupervisor } from '${here('supervisor.ts')}';
  import { startReaper } from '${here('reaper.ts')}';
  import { createLogSink } from '${here('log-sink.ts')}';
  import { jsonReadyLine } from '${here('part-spec.ts')}';
  const log = createLogSink({ folder: process.cwd() });
  const supervisor = createSupervisor({ log, reaper: startReaper(), onChange: () => {} });
  const part = (name, code) => ({ name, command: process.execPath, args: ['-e', code], env: process.env,
    cwd: process.cwd(), ready: jsonReadyLine, readyTimeoutMs: 10000, stopTimeoutMs: 1000 });
  const ready = 'console.log(JSON.stringify({ready:true})); setInterval(() => {}, 1000);';
  await supervisor.start(part('polite', ready));
  await supervisor.start(part('deaf', "process.on('SIGTERM', () => {});" + ready));
  console.log(supervisor.parts().map((one) => one.process.pid).join(' '));
`;

it('the reaper ends every part, the ones that ignore SIGTERM included', async () => {
  launcher = spawn(process.execPath, [...nodeArgs(), '--input-type=module', '-e', LAUNCHER], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(launcher.stdout ?? launcher, 'data')) as [Buffer];
  const parts = line.toString().trim().split(' ').map(Number);
  const refs = parts.map((pid) => processRef(pid));
  expect(refs).toHaveLength(2);
  expect(refs.every((ref) => ref !== undefined)).toBe(true);
  launcher.kill('SIGKILL');
  const deadline = Date.now() + 8_000;
  while (refs.some((ref) => isRunning(ref as ProcessRef)) && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  for (const pid of parts) expect(alive(pid), `process ${pid}`).toBe(false);
});

function alive(pid: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
