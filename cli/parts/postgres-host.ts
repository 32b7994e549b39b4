/**
 * Holds the embedded Postgres: ends with it (the launcher starts both again), ends it when told to.
 * @module
 */
import { writeFileSync } from 'node:fs';
import { startEmbeddedPostgres } from '../../db/embedded-postgres.ts';
import { runProcess } from '../../platform/process.ts';

/** Fast shutdown of Postgres itself is bounded by 20 s. */
const SHUTDOWN_MS = 22_000;

runProcess({
  service: 'postgres',
  shutdownMs: SHUTDOWN_MS,
  start: async ({ logger, onShutdown, ready, stop }) => {
    const { APEL_POSTGRES_DATA: dataDir, APEL_POSTGRES_LOG: logFile } = process.env;
    const { APEL_POSTGRES_PORT: port, APEL_POSTGRES_URL_FILE: urlFile } = process.env;
    if (!dataDir || !logFile || !port || !urlFile) throw new Error('started without its environment');
    const server = await startEmbeddedPostgres({
      dataDir,
      logFile,
      port: Number(port),
      onExit: (code, signal) => {
        logger.error({ code, signal }, 'postgres ended by itself');
        stop(1);
      },
    });
    onShutdown('postgres', () => server.stop());
    // The address holds the password: in a file of the owner, not in the ready line that goes to the logs.
    writeFileSync(urlFile, server.url, { mode: 0o600 });
    ready({ pid: server.pid, port: Number(port) });
  },
});
