/** Real child processes: what is promised about orphans cannot be shown with anything else. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createLogSink, type LogSink } from './log-sink.ts';
import { jsonReadyLine, type PartSpec } from './part-spec.ts';
import { isRunning, type ProcessRef } from './proc.ts';
import { startReaper, type Reaper } from './reaper.ts';
import { createSupervisor, type Supervisor } from './supervisor.ts';

let folder: string;
let screen: string;
let log: LogSink;
let reaper: Reaper;
let supervisor: Supervisor;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'apel-supervisor-'));
  screen = '';
  log = createLogSink({ folder, screen: { write: (text) => (screen += text) } });
  reaper = startReaper();
  supervisor = createSupervisor({ log, reaper, onChange: () => undefined });
});
afterEach(async () => {
  await supervisor.stopAll();
  reaper.dismiss();
  log.close();
  rmSync(folder, { recursive: true, force: true });
});

const READY = `console.log('{"ready":true,"port":7}');`;
const STAY = 'setInterval(() => {}, 1000);';

function part(name: string, code: string, changes: Partial<PartSpec> = {}): PartSpec {
  return {
    name,
    command: process.execPath,
    args: ['-e', code],
    env: process.env,
    cwd: folder,
    ready: jsonReadyLine,
    readyTimeoutMs: 10_000,
    stopTimeoutMs: 3_000,
    ...changes,
  };
}

function refOf(name: string): ProcessRef {
  const found = supervisor.parts().find((status) => status.name === name)?.process;
  if (!found) throw new Error(`${name} does not run`);
  return found;
}

async function until(what: string, holds: () => boolean, timeoutMs = 50_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`not reached: ${what}\n${screen}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

it('start resolves with the details of the ready line, and lines are prefixed by part', async () => {
  expect(await supervisor.start(part('one', `console.log('hello'); ${READY} ${STAY}`))).toMatchObject({
    port: 7,
  });
  expect(screen).toContain('one            │ hello\n');
  const file = join(folder, 'one.log');
  await until('log file', () => existsSync(file) && readFileSync(file, 'utf8').startsWith('hello\n'));
});

it('a part that ends before it is ready gives its last words', async () => {
  const bad = part('bad', `console.error('DATABASE_URL: is not set'); process.exit(78)`);
  await expect(supervisor.start(bad)).rejects.toThrow(
    /bad did not start: exit code 78; it said:\n {2}DATABASE_URL/,
  );
});

it('a part that never gets ready is ended at its time-out', async () => {
  const slow = part('slow', STAY, { readyTimeoutMs: 300 });
  await expect(supervisor.start(slow)).rejects.toThrow('slow did not start: not ready after 0.3 s');
  expect(supervisor.parts()[0]?.process).toBeUndefined();
});

it('a missing program is named as such', async () => {
  await expect(supervisor.start(part('gone', '', { command: '/nowhere/prog' }))).rejects.toThrow(
    'gone did not start: the program is missing',
  );
});

it('a killed part is started again at once, and with a growing delay when it keeps dying', async () => {
  await supervisor.start(part('again', `${READY} ${STAY}`));
  const first = refOf('again');
  process.kill(first.pid, 'SIGKILL');
  await until('new process', () => {
    const now = supervisor.parts()[0]?.process;
    return now !== undefined && now.pid !== first.pid;
  });
  expect(screen).not.toContain('is started again in');
  await until('ready again', () => supervisor.parts()[0]?.state === 'ready');
  const second = refOf('again');
  const secondKilledAt = performance.now();
  process.kill(second.pid, 'SIGKILL');
  await until('third process', () => {
    const now = supervisor.parts()[0]?.process;
    return now !== undefined && now.pid !== second.pid;
  });
  expect(performance.now() - secondKilledAt).toBeGreaterThan(450);
  expect(screen).toContain('again died (signal SIGKILL), starting it again');
  expect(screen).toContain('again is started again in 0.5 s');
});

it('a part whose configuration turned wrong is not started again', async () => {
  await supervisor.start(part('conf', `process.on('SIGUSR2', () => process.exit(78)); ${READY} ${STAY}`));
  process.kill(refOf('conf').pid, 'SIGUSR2');
  await until('failed', () => supervisor.parts()[0]?.state === 'failed');
});

it('stopAll ends in reverse order, and kills the whole group of a part that does not listen', async () => {
  const polite = `process.on('SIGTERM', () => { console.log('bye'); process.exit(0) }); ${READY} ${STAY}`;
  await supervisor.start(part('first', polite));
  const deaf = `process.on('SIGTERM', () => {}); require('child_process').spawn('sleep', ['60']).on('spawn', function () { console.log('child ' + this.pid); ${READY} }); ${STAY}`;
  await supervisor.start(part('deaf', deaf, { stopTimeoutMs: 300 }));
  await supervisor.start(part('last', polite));
  const child = Number(/child (\d+)/.exec(screen)?.[1]);
  const refs = supervisor.parts().map((status) => status.process);
  await supervisor.stopAll();
  for (const ref of refs) expect(ref && isRunning(ref)).toBe(false);
  await until('grandchild is gone', () => !exists(child));
  expect(screen.indexOf('last           │ bye')).toBeLessThan(screen.indexOf('first          │ bye'));
});

it('beforeStop runs while the part still lives', async () => {
  let alive: boolean | undefined;
  const drained = part('drained', `${READY} ${STAY}`, {
    beforeStop: async () => {
      alive = supervisor.parts()[0]?.process !== undefined;
    },
  });
  await supervisor.start(drained);
  await supervisor.stopAll();
  expect(alive).toBe(true);
});

function exists(pid: number): boolean {
  try {
    // A zombie waits for its new parent to look; it runs no more.
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
