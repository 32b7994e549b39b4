/**
 * Postgres and Temporal as processes of the test, started as the launcher starts them: the launcher would bring its own
 * back at once, and these faults are about what happens while they are away.
 * @module
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { temporalPart } from '../../../cli/parts/temporal.ts';
import { homeOf } from '../../../cli/shell/home.ts';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../../db/embedded-postgres.ts';
import { until } from '../../e2e/site.ts';
import { freePort } from '../../support/free-port.ts';
import { findTemporalCli } from '../../support/temporal-binary.ts';

export interface OwnServer {
  /** Postgres: URL with the password. Temporal: `host:port`. */
  address: string;
  /** Process id of the server itself. */
  pid(): number;
  /** kill -9. */
  down(): Promise<void>;
  /** Resolves when it serves again. */
  up(): Promise<void>;
  stop(): Promise<void>;
}

/** @param folder must let other users pass: Postgres does not run as root */
export async function startOwnPostgres(folder: string): Promise<OwnServer> {
  const options = {
    dataDir: join(folder, 'postgres'),
    port: await freePort(),
    logFile: join(folder, 'postgres.log'),
  };
  let server: EmbeddedPostgres = await startEmbeddedPostgres(options);
  return {
    address: server.url,
    pid: () => server.pid,
    down: async () => {
      process.kill(server.pid, 'SIGKILL');
      await until('Postgres is gone', 10_000, () => !isAlive(server.pid));
    },
    up: async () => {
      server = await startEmbeddedPostgres(options);
    },
    stop: async () => {
      if (isAlive(server.pid)) await server.stop();
    },
  };
}

export async function startOwnTemporal(folder: string): Promise<OwnServer> {
  const port = await freePort();
  const spec = temporalPart({
    cli: findTemporalCli(),
    home: { ...homeOf({ APEL_HOME: folder }), temporalDb: join(folder, 'temporal.db') },
    namespace: 'default',
    port,
    uiPort: await freePort(),
    codecEndpoint: 'http://127.0.0.1:1/codec',
  });
  let child: ChildProcess | undefined;
  const down = async (): Promise<void> => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  const up = async (): Promise<void> => {
    child = spawn(spec.command, [...spec.args], { cwd: spec.cwd, env: spec.env, stdio: 'ignore' });
    const { ready } = spec;
    if (ready.kind === 'probe')
      await until('Temporal serves', 60_000, () => ready.probe().catch(() => false));
  };
  await up();
  return { address: `127.0.0.1:${port}`, pid: () => child?.pid ?? -1, down, up, stop: down };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
