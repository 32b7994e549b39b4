import { mkdir, mkdtemp, chmod, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePort } from '../test/support/free-port.ts';
import { openDatabase } from './client.ts';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres.ts';

let folder: string;
let running: EmbeddedPostgres | undefined;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'apel-embedded-'));
  await chmod(folder, 0o755);
});
afterAll(async () => {
  await running?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function start(onExit?: () => void): Promise<EmbeddedPostgres> {
  const started = await startEmbeddedPostgres({
    dataDir: join(folder, 'data'),
    port: await freePort(),
    logFile: join(folder, 'postgres.log'),
    ...(onExit && { onExit }),
  });
  running = started;
  return started;
}

it(
  'keeps what was committed through kill -9, stale pid file and a new start',
  { timeout: 60_000 },
  async () => {
    let tellExit = () => {};
    const died = new Promise<void>((done) => (tellExit = done));
    const first = await start(tellExit);
    const db = openDatabase({ url: first.url, applicationName: 'test' });
    await db.pool.query('create table kept (x int); insert into kept values (1)');
    expect((await db.pool.query('show fsync')).rows).toEqual([{ fsync: 'on' }]);
    process.kill(first.pid, 'SIGKILL');
    await died;
    await db.close();
    // The pid in the file now belongs to a living process that is no Postgres.
    const pidFile = join(folder, 'data', 'postmaster.pid');
    const text = await readFile(pidFile, 'utf8');
    await writeFile(pidFile, text.replace(/^\d+/, String(process.pid)));

    const second = await start();
    const again = openDatabase({ url: second.url, applicationName: 'test' });
    expect((await again.pool.query('select x from kept')).rows).toEqual([{ x: 1 }]);
    await again.close();
    await expect(start()).rejects.toThrow(/already runs on .* as process/);
    await second.stop();
  },
);

it('keeps the password in a file that only its owner reads', async () => {
  const { mode } = await stat(join(folder, 'data.password'));
  expect(mode & 0o777).toBe(0o600);
});

it('names a taken port in one line', async () => {
  const server = await start();
  const rival = startEmbeddedPostgres({
    dataDir: join(folder, 'rival'),
    port: Number(new URL(server.url).port),
    logFile: join(folder, 'rival.log'),
  });
  await expect(rival).rejects.toThrow(/Postgres did not start: .*(in use|TCP)/);
  await server.stop();
});

it.runIf(process.getuid?.() === 0)('names the folder that the unprivileged user may not enter', async () => {
  const closed = join(folder, 'closed');
  await mkdir(closed, { mode: 0o700 });
  const start = startEmbeddedPostgres({
    dataDir: join(closed, 'data'),
    port: await freePort(),
    logFile: join(folder, 'closed.log'),
  });
  await expect(start).rejects.toThrow(`may not enter ${closed}`);
});
