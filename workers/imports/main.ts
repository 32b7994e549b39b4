/**
 * Worker of list imports: workflows and activities on `apel-imports`.
 * @module
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Runtime, Worker, type WorkerOptions } from '@temporalio/worker';
import { createImportActivities } from '../../activities/import-list.ts';
import { IMPORTS_QUEUE } from '../../contracts/temporal/queues.ts';
import { openDatabase } from '../../db/client.ts';
import { readDatabaseTime } from '../../db/database-time.ts';
import { openSiteClock } from '../../platform/clock.ts';
import { readConfig } from '../../platform/config.ts';
import { readOrCreateKeys } from '../../platform/keys.ts';
import { observePool } from '../../platform/metrics.ts';
import { runProcess, type ProcessContext } from '../../platform/process.ts';
import { connectWorker } from '../../temporal-config/worker-connection.ts';
import { createDataConverter } from '../../temporal-config/data-converter.ts';
import {
  deploymentOptions,
  SHUTDOWN_OPTIONS,
  WORKFLOW_WORKER_OPTIONS,
} from '../../temporal-config/worker-options.ts';
import { observe } from '../shared/observe.ts';
import { observeActivities } from '../shared/observe-activities.ts';
import { runWorker, untilThere } from '../shared/run-worker.ts';
import { temporalLogger } from '../shared/temporal-logger.ts';
import { keepingStackTraces, leanBundle, LEAN_WORKFLOW_OPTIONS } from './lean-workflows.ts';

/** Imports that run at once in this process; each holds one connection and about 20 MB. Others wait in the queue. */
const CONCURRENT_ACTIVITIES = 3;
const DATABASE_CONNECTIONS = CONCURRENT_ACTIVITIES * 2 + 1;
/** A batch of 2,500 rows takes below a second; on a busy disk it may take many. */
const STATEMENT_TIMEOUT_MS = 120_000;
/** A cancellation is heard with a heartbeat: the throttle bounds how late. */
const IMPORT_WORKER_OPTIONS = {
  maxConcurrentActivityTaskExecutions: CONCURRENT_ACTIVITIES,
  maxHeartbeatThrottleInterval: '1 second',
  defaultHeartbeatThrottleInterval: '1 second',
} as const satisfies Partial<WorkerOptions>;

/**
 * Rows live for the few hundred milliseconds of their batch: just long enough to be promoted, so that they pile up in the
 * old generation. By default it may grow fourfold between two collections; this bounds it to the live heap and a quarter.
 */
const HEAP_GROWTH = '--heap-growing-percent=25';

async function start(context: ProcessContext): Promise<void> {
  const { logger } = context;
  const config = readConfig('imports', process.env);
  const keys = readOrCreateKeys(config.keysFile);
  const { metrics, telemetry } = await observe('imports', context, config);
  Runtime.install({ logger: temporalLogger(logger), shutdownSignals: [], telemetryOptions: telemetry });
  const db = openDatabase({
    url: config.databaseUrl,
    applicationName: 'apel-imports',
    max: DATABASE_CONNECTIONS,
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    onIdleError: (error) => logger.warn({ err: error }, 'a database connection was lost'),
  });
  context.onShutdown('database', () => db.close());
  observePool(metrics, db.pool);
  const { clock, stop: stopClock } = await openSiteClock(() => readDatabaseTime(db.pool), logger);
  context.onShutdown('site clock', stopClock);
  await mkdir(config.imports, { recursive: true });

  const connection = await untilThere('Temporal', context, () => connectWorker(config));
  if (!connection) return;
  context.onShutdown('temporal worker connection', () => connection.close());
  const options: WorkerOptions = {
    connection,
    namespace: config.temporalNamespace,
    taskQueue: IMPORTS_QUEUE,
    workflowBundle: await leanBundle(config),
    dataConverter: createDataConverter(keys),
    activities: observeActivities(
      metrics,
      createImportActivities({
        db,
        clock,
        logger,
        importFolder: config.imports,
        spoolFolder: join(config.home, 'import-spool'),
      }),
    ),
    ...WORKFLOW_WORKER_OPTIONS,
    ...deploymentOptions(config.workerDeployment),
    ...SHUTDOWN_OPTIONS,
    ...LEAN_WORKFLOW_OPTIONS,
    ...IMPORT_WORKER_OPTIONS,
  };
  const worker = await keepingStackTraces(() => Worker.create(options));
  runWorker('imports worker', worker, context);
  context.ready({ queue: IMPORTS_QUEUE });
}

setFlagsFromString(HEAP_GROWTH);
runProcess({ service: 'imports', start });
