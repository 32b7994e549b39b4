/**
 * The API process: REST, live socket, pages, codec endpoint.
 * @module
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openDatabase } from '../db/client.ts';
import { readDatabaseTime } from '../db/database-time.ts';
import { openSiteClock } from '../platform/clock.ts';
import { ConfigError, readConfig, type Config } from '../platform/config.ts';
import { createEdgeControl } from '../platform/edge-control.ts';
import { readOrCreateKeys } from '../platform/keys.ts';
import { createMetrics, observePool } from '../platform/metrics.ts';
import { startMetricsServer } from '../platform/metrics-server.ts';
import { runProcess, type ProcessContext } from '../platform/process.ts';
import { serviceToken } from './auth/service-token.ts';
import { createApp } from './create-app.ts';
import { createCallWorkflows } from './desk/call-workflows.ts';
import { createImportWorkflows } from './imports/import-workflows.ts';
import { createTemporalCheck } from './temporal-check.ts';
import { ListenError, serveApp } from './serve.ts';

/** A page that waits longer is shown as broken anyway; the live page says `stale` after three seconds. */
const STATEMENT_TIMEOUT_MS = 8_000;
const UI_DIR = fileURLToPath(new URL('../ui/dist', import.meta.url));

runProcess({ service: 'api', start });

async function start(context: ProcessContext): Promise<void> {
  const { logger } = context;
  const config = readConfig('api', process.env);
  const keys = readOrCreateKeys(config.keysFile);
  const db = openDatabase({
    url: config.databaseUrl,
    applicationName: 'apel-api',
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    onIdleError: (error) => logger.warn({ err: error }, 'lost an idle connection to Postgres'),
  });
  context.onShutdown('database', () => db.close());
  const { clock, stop: stopClock } = await openSiteClock(() => readDatabaseTime(db.pool), logger);
  context.onShutdown('site clock', stopClock);
  const temporal = createTemporalCheck(config);
  context.onShutdown('temporal', () => temporal.close());

  const callWorkflows = createCallWorkflows(config, keys);
  context.onShutdown('call workflows', () => callWorkflows.close());
  const importWorkflows = createImportWorkflows(config, keys);
  context.onShutdown('import workflows', () => importWorkflows.close());
  const tls = readTls(config);
  const uiDir = config.uiDir ?? UI_DIR;

  const metrics = createMetrics('api');
  observePool(metrics, db.pool);
  const { app, close, renderMetrics } = createApp({
    db,
    clock,
    logger,
    metrics,
    codecKeys: keys.codec,
    checkTemporal: () => temporal.check(),
    recordingsDir: config.recordings,
    promptsDir: config.prompts,
    uiDir: existsSync(uiDir) ? uiDir : null,
    tokens: {
      codec: serviceToken(config.edgeToken, 'codec'),
      metrics: serviceToken(config.edgeToken, 'metrics'),
    },
    temporalUiOrigins: config.temporalUiOrigins,
    siteZone: config.siteZone,
    secretKey: keys.trunkSecret,
    iceServers: config.iceServers,
    callWorkflows,
    importWorkflows,
    importsDir: config.imports,
    edgeControl: createEdgeControl(config.edgeToken),
    trustedProxies: config.trustedProxies,
  });
  if (config.metricsListen) {
    const server = await startMetricsServer({
      listen: config.metricsListen,
      metrics: { metrics: renderMetrics, contentType: metrics.contentType },
      isReady: context.isReady,
    });
    context.onShutdown('metrics', () => server.close());
  }
  try {
    const serving = await serveApp({
      app,
      host: config.apiHost,
      port: config.apiPort,
      ...(tls && { tls }),
    });
    context.onShutdown('http', () => serving.close());
    context.onShutdown('live sockets', close);
    context.ready({ url: serving.url });
  } catch (error) {
    if (error instanceof ListenError) throw new ConfigError('APEL_API_PORT', error.message);
    throw error;
  }
}

/** @throws ConfigError naming the variable whose file cannot be read, or that is missing beside the other */
function readTls({ tlsCert, tlsKey }: Config<'api'>): { cert: string; key: string } | undefined {
  if (tlsCert === undefined && tlsKey === undefined) return undefined;
  if (tlsCert === undefined) throw new ConfigError('APEL_TLS_CERT', 'is needed beside APEL_TLS_KEY');
  if (tlsKey === undefined) throw new ConfigError('APEL_TLS_KEY', 'is needed beside APEL_TLS_CERT');
  return { cert: readPem('APEL_TLS_CERT', tlsCert), key: readPem('APEL_TLS_KEY', tlsKey) };
}

function readPem(variable: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError(
      variable,
      `${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`,
    );
  }
}
