/**
 * Temporal: `TEMPORAL_ADDRESS`, else the CLI's development server with a database file.
 * @module
 */
import { SEARCH_ATTRIBUTES } from '../../contracts/temporal/search-attributes.ts';
import { exec } from '../shell/exec.ts';
import type { Home } from '../shell/home.ts';
import { ROOT } from '../shell/home.ts';
import { isPortFree } from '../supervisor/ports.ts';
import type { PartSpec } from '../supervisor/part-spec.ts';

export interface TemporalServerOptions {
  cli: string;
  home: Home;
  namespace: string;
  port: number;
  uiPort: number;
  /** Base address of the API's codec endpoint. */
  codecEndpoint: string;
}

/** Temporal's default namespaces and tables of a new file take a second or two on a busy machine. */
const READY_TIMEOUT_MS = 60_000;

export function temporalPart(options: TemporalServerOptions): PartSpec {
  const address = `127.0.0.1:${options.port}`;
  return {
    name: 'temporal',
    // The CLI makes its database file readable by everybody; histories are nobody else's business.
    command: '/bin/sh',
    args: ['-c', 'umask 077; exec "$0" "$@"', options.cli, ...serverArgs(options)],
    env: process.env,
    cwd: ROOT,
    ready: { kind: 'probe', probe: () => isServing(options.cli, address, options) },
    readyTimeoutMs: READY_TIMEOUT_MS,
    stopTimeoutMs: 10_000,
  };
}

/**
 * `synchronous=2`: 1 may lose an acknowledged signal with the mains. One partition and the higher poll rates: a single
 * history shard polls 20 times a second by default, 45 ms a hop when busy.
 */
function serverArgs(options: TemporalServerOptions): string[] {
  const dynamic = {
    'matching.numTaskqueueReadPartitions': 1,
    'matching.numTaskqueueWritePartitions': 1,
    'history.transferProcessorMaxPollRPS': 400,
    'history.timerProcessorMaxPollRPS': 400,
  };
  const args = [
    'server start-dev --ip 127.0.0.1 --ui-ip 127.0.0.1 --log-level error',
    `--port ${options.port} --ui-port ${options.uiPort} --namespace ${options.namespace}`,
    `--ui-codec-endpoint ${options.codecEndpoint}`,
    '--sqlite-pragma journal_mode=wal --sqlite-pragma synchronous=2',
    ...Object.entries(dynamic).map(([key, value]) => `--dynamic-config-value ${key}=${value}`),
    ...Object.entries(SEARCH_ATTRIBUTES).map(
      ([name, type]) => `--search-attribute ${name}=${SEARCH_TYPES[type]}`,
    ),
  ].flatMap((line) => line.split(' '));
  return [...args, '--db-filename', options.home.temporalDb];
}

const SEARCH_TYPES = { KEYWORD: 'Keyword', DATETIME: 'Datetime', INT: 'Int' } as const;

async function isServing(cli: string, address: string, options: TemporalServerOptions): Promise<boolean> {
  if (await isPortFree(options.port, 'tcp')) return false;
  const { code } = await exec(
    cli,
    ['operator', 'namespace', 'describe', '--namespace', options.namespace, '--address', address],
    { timeoutMs: 5_000 },
  );
  return code === 0;
}
