/**
 * The API in a process of its own, over the benchmark's Postgres: what a site has, without telephony and Temporal.
 * @module
 */
import { randomBytes } from 'node:crypto';
import { createSession } from '../../api/auth/sessions.ts';
import { createApp } from '../../api/create-app.ts';
import type { ApiDeps } from '../../api/deps.ts';
import { serveApp } from '../../api/serve.ts';
import { openDatabase } from '../../db/client.ts';
import { createLogger } from '../../platform/logger.ts';
import { createMetrics } from '../../platform/metrics.ts';
import { serveHelper, startHelper } from '../support/helper-process.ts';
import type { Bench } from '../support/run-bench.ts';

export interface ApiProcess {
  pid: number;
  url: string;
  /** `name=value` of a supervisor's session. */
  cookie: string;
}

interface Setup {
  databaseUrl: string;
  uiDir: string;
  recordingsDir: string;
  supervisorId: number;
}

interface Ready {
  url: string;
  cookie: string;
}

export async function startApi(bench: Bench, setup: Setup): Promise<ApiProcess> {
  const { pid, ready } = await startHelper<Ready, never>(bench, import.meta.url, setup);
  return { pid, ...ready };
}

/** Nobody calls in this benchmark. */
const away = (): Promise<never> => Promise.reject(new Error('away'));
const NO_WORKFLOWS: ApiDeps['callWorkflows'] = {
  start: away,
  wrapUp: away,
  startTrunkTest: away,
  extendWrapUp: away,
  close: async () => {},
};

await serveHelper<Ready, never>(import.meta.url, async (given) => {
  const { databaseUrl, uiDir, recordingsDir, supervisorId } = given as Setup;
  const db = openDatabase({ url: databaseUrl, applicationName: 'apel-api', max: 10 });
  const { app } = createApp({
    db,
    clock: { now: () => new Date() },
    logger: createLogger({ service: 'bench-api', level: 'warn' }),
    metrics: createMetrics('bench-api'),
    codecKeys: { current: 'k1', keys: { k1: randomBytes(32) } },
    checkTemporal: async () => {},
    recordingsDir,
    promptsDir: recordingsDir,
    importsDir: recordingsDir,
    uiDir,
    tokens: { codec: 'codec', metrics: 'metrics' },
    temporalUiOrigins: [],
    siteZone: 'Europe/Bucharest',
    trustedProxies: [],
    secretKey: randomBytes(32),
    iceServers: [],
    callWorkflows: NO_WORKFLOWS,
    importWorkflows: { start: away, look: away, cancel: away, undo: away, close: async () => {} },
    edgeControl: {
      command: async () => undefined,
      deskGone: async () => false,
      startEcho: async () => undefined,
      endEcho: async () => false,
    },
  });
  const { token } = await createSession(db, { userId: supervisorId, now: new Date() });
  const { url } = await serveApp({ app, host: '127.0.0.1', port: 0 });
  return { ready: { url, cookie: `apel=${token}` }, answer: () => null };
});
