/**
 * The orchestration worker: workflows and database activities on `apel-calls`, the dial loop on `apel-dial`, upkeep.
 * Several may run side by side: claims and commits are one statement each, folding takes an advisory lock, Temporal
 * picks the leader of each campaign.
 * @module
 */
import { Worker, Runtime } from '@temporalio/worker';
import { Counter, Histogram } from 'prom-client';
import { keepAgentCalls } from '../../activities/agent-upkeep.ts';
import { createCommitCall } from '../../activities/commit-call.ts';
import { createDialActivities } from '../../activities/dial.ts';
import { createDialWaker } from '../../activities/dial-waker.ts';
import { createEdgeControl } from '../../platform/edge-control.ts';
import { createEdgeNodeActivities } from '../../activities/edge-node.ts';
import { guardActivities } from '../../activities/failure.ts';
import { createRecordingActivities } from '../../activities/recording-upkeep.ts';
import { createJournalSweep } from '../../activities/journal-sweep.ts';
import { createReleaseCall } from '../../activities/release-call.ts';
import { createSweep } from '../../activities/sweep.ts';
import { createWorkdayActivities } from '../../activities/workday.ts';
import { CALLS_QUEUE, DIAL_QUEUE, RECORDINGS_QUEUE } from '../../contracts/temporal/queues.ts';
import { keepAgents } from '../../db/agents.ts';
import { openDatabase } from '../../db/client.ts';
import { readDatabaseTime } from '../../db/database-time.ts';
import { indexRecordings } from '../../db/recording-index.ts';
import { keepReportDays } from '../../db/report-days.ts';
import { fillWaits } from '../../db/report-waits.ts';
import { foldRollups } from '../../db/rollups.ts';
import { openSiteClock } from '../../platform/clock.ts';
import { readConfig } from '../../platform/config.ts';
import { readOrCreateKeys } from '../../platform/keys.ts';
import { observePool, type Metrics } from '../../platform/metrics.ts';
import { runProcess, type ProcessContext } from '../../platform/process.ts';
import { createNgClient } from '../../telephony/ng-client.ts';
import { createOrphanEnder } from '../../telephony/orphan-ender.ts';
import { createRecordingStore } from '../../telephony/recording/recording-store.ts';
import { connectSipLink } from '../../telephony/sip-link.ts';
import { createClient } from '../../temporal-config/client.ts';
import { connectWorker } from '../../temporal-config/worker-connection.ts';
import { createDataConverter } from '../../temporal-config/data-converter.ts';
import { ensureRecordingSchedule } from '../../temporal-config/recording-schedule.ts';
import { ensureSearchAttributes } from '../../temporal-config/search-attributes.ts';
import {
  deploymentOptions,
  DIAL_WORKER_OPTIONS,
  RECORDINGS_WORKER_OPTIONS,
  SHUTDOWN_OPTIONS,
  WORKFLOW_WORKER_OPTIONS,
} from '../../temporal-config/worker-options.ts';
import { ensureWorkflowBundle } from '../../temporal-config/workflow-bundle.ts';
import { createScheduleSync } from './schedule-sync.ts';
import { observe } from '../shared/observe.ts';
import { observeActivities } from '../shared/observe-activities.ts';
import { temporalLogger } from '../shared/temporal-logger.ts';
import { runWorker, untilThere } from '../shared/run-worker.ts';
import { startUpkeep } from './upkeep.ts';

const FOLD_MS = 1_000;
const SWEEP_MS = 10_000;
/** A desk waits for it. */
const AGENTS_MS = 1_000;
/** Zones come with a new calendar; until their days are made, reports add up the hours. */
const REPORT_DAYS_MS = 60_000;
/** `apply` syncs by itself; this is for changes made on the page or while no Temporal was there. */
const SCHEDULES_MS = 5_000;
/** It is made once; this is for a Temporal that lost its database. */
const RECORDING_SCHEDULE_MS = 10 * 60_000;
/** Commits run 40 at once, and each claim, fold and sweep takes a connection too. */
const POOL_SIZE = 20;
/** Claims of one campaign come one after the other. */
const CLAIM_POOL_SIZE = 10;

runProcess({ service: 'orchestration', start });

async function start(context: ProcessContext): Promise<void> {
  const { logger } = context;
  const config = readConfig('orchestration', process.env);
  const keys = readOrCreateKeys(config.keysFile);
  const { metrics, telemetry } = await observe('orchestration', context, config);
  Runtime.install({ logger: temporalLogger(logger), shutdownSignals: [], telemetryOptions: telemetry });

  const database = {
    url: config.databaseUrl,
    applicationName: 'apel-orchestration',
    onIdleError: (error: Error) => logger.warn({ err: error }, 'a database connection was lost'),
  };
  const db = openDatabase({ ...database, max: POOL_SIZE });
  context.onShutdown('database', () => db.close());
  const claims = openDatabase({ ...database, max: CLAIM_POOL_SIZE, pipeline: true });
  context.onShutdown('database of claims', () => claims.close());
  observePool(metrics, db.pool);
  const temporal = createClient(config, keys);
  context.onShutdown('temporal client', () => temporal.close());
  const sip = connectSipLink({
    host: config.drachtioHost,
    port: config.drachtioPort,
    secret: config.drachtioSecret,
    logger,
  });
  context.onShutdown('sip link', () => sip.close());
  const ng = await createNgClient({ ...config.rtpengineNg, logger });
  context.onShutdown('rtpengine client', () => ng.close());

  const { clock, stop: stopClock } = await openSiteClock(() => readDatabaseTime(db.pool), logger);
  context.onShutdown('site clock', stopClock);
  const { client } = temporal;
  const edgeControl = createEdgeControl(config.edgeToken);
  const commitCall = createCommitCall({
    db,
    clock,
    onSplit: (error, calls) => logger.warn({ err: error, calls }, 'commits that went together were refused'),
  });
  const orphanEnder = createOrphanEnder({
    sip,
    ng,
    logger,
    clock,
    spoolDir: config.recordingSpool,
    recordingsDir: config.recordings,
    promptsDir: config.prompts,
  });
  const settling = { db, client, clock, logger, edgeControl, commitCall, orphanEnder };
  const waker = createDialWaker(db, logger);
  context.onShutdown('dial waker', () => waker.close());
  const report = (failed: { activity: string; error: unknown }) =>
    logger.error({ err: failed.error, activity: failed.activity }, 'activity failed');

  const connection = await untilThere('Temporal', context, () => connectWorker(config));
  if (!connection) return;
  context.onShutdown('temporal worker connection', () => connection.close());
  await untilThere('search attributes', context, () =>
    ensureSearchAttributes(temporal.connection, config.temporalNamespace),
  );
  const common = {
    connection,
    namespace: config.temporalNamespace,
    dataConverter: createDataConverter(keys),
    ...SHUTDOWN_OPTIONS,
  };
  const calls = await Worker.create({
    ...common,
    ...WORKFLOW_WORKER_OPTIONS,
    ...deploymentOptions(config.workerDeployment),
    taskQueue: CALLS_QUEUE,
    workflowBundle: await ensureWorkflowBundle(config),
    activities: observeActivities(
      metrics,
      guardActivities(
        {
          commitCall,
          releaseCall: createReleaseCall({ db, edgeControl }),
          ...createEdgeNodeActivities(settling),
          ...createWorkdayActivities({ db, clock }),
        },
        report,
      ),
    ),
  });
  const onClaim = claimTimer(metrics);
  const dialing = await Worker.create({
    ...common,
    ...DIAL_WORKER_OPTIONS,
    taskQueue: DIAL_QUEUE,
    activities: guardActivities(
      createDialActivities({ db, claims, client, clock, logger, waker, onClaim }),
      report,
    ),
  });
  const recordings = await Worker.create({
    ...common,
    ...RECORDINGS_WORKER_OPTIONS,
    taskQueue: RECORDINGS_QUEUE,
    activities: guardActivities(
      createRecordingActivities({
        db,
        clock,
        logger,
        store: createRecordingStore({ recordingsDir: config.recordings, spoolDir: config.recordingSpool }),
      }),
      report,
    ),
  });
  runWorker('calls worker', calls, context);
  runWorker('dial worker', dialing, context);
  runWorker('recordings worker', recordings, context);

  const sweep = createSweep(settling);
  const journals = createJournalSweep({ db, logger, journals: orphanEnder });
  const swept = new Counter({
    name: 'apel_swept_calls_total',
    help: 'Open calls without a workflow that the sweep ended',
    registers: [metrics],
  });
  const upkeep = startUpkeep(
    [
      { name: 'fold rollups', everyMs: FOLD_MS, run: () => foldAll(db) },
      { name: 'index recordings', everyMs: FOLD_MS, run: () => indexAll(db) },
      { name: 'report days', everyMs: REPORT_DAYS_MS, run: () => keepReportDays(db, config) },
      { name: 'waits', everyMs: REPORT_DAYS_MS, run: () => fillWaits(db, { now: clock.now() }) },
      { name: 'sweep', everyMs: SWEEP_MS, run: async () => swept.inc((await sweep.run()).swept) },
      { name: 'journals', everyMs: SWEEP_MS, run: () => journals.run() },
      { name: 'agents', everyMs: AGENTS_MS, run: () => keepAgents(db.pool, { now: clock.now() }) },
      { name: 'agent calls', everyMs: AGENTS_MS, run: () => keepAgentCalls({ db, client, clock, logger }) },
      { name: 'schedules', everyMs: SCHEDULES_MS, run: createScheduleSync({ db, client, clock }) },
      {
        name: 'schedule of recordings',
        everyMs: RECORDING_SCHEDULE_MS,
        run: () => ensureRecordingSchedule(client),
      },
    ],
    logger,
  );
  context.onShutdown('upkeep', () => upkeep.stop());
  context.ready({ queues: `${CALLS_QUEUE} ${DIAL_QUEUE} ${RECORDINGS_QUEUE}` });
}

async function foldAll(db: Parameters<typeof foldRollups>[0]): Promise<void> {
  while ((await foldRollups(db))?.more === true);
}

async function indexAll({ pool }: Parameters<typeof foldRollups>[0]): Promise<void> {
  while (await indexRecordings(pool));
}

/** Seconds of one claim, whatever it found. */
function claimTimer(metrics: Metrics): (seconds: number) => void {
  const seconds = new Histogram({
    name: 'apel_claim_seconds',
    help: 'Duration of one claim of contacts',
    buckets: [0.005, 0.02, 0.05, 0.1, 0.5, 2, 5],
    registers: [metrics],
  });
  return (taken) => seconds.observe(taken);
}
