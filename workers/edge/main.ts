/**
 * The edge: holds SIP dialogs and media, places calls, answers for them.
 *
 * Start: servers reached → epoch opened (refusing) → workers poll → calls are taken, `ready`.
 * End (SIGTERM): draining → calls end by themselves or are released → results committed → epoch ended → `holdEdge` returns.
 * End (epoch taken by a settlement): every call is hung up, exit 1.
 * @module
 */
import { mkdirSync } from 'node:fs';
import { openDatabase } from '../../db/client.ts';
import { systemClock } from '../../platform/clock.ts';
import { readConfig, type EdgeConfig } from '../../platform/config.ts';
import { readKeys } from '../../platform/keys.ts';
import { runProcess, type ProcessContext } from '../../platform/process.ts';
import { createDtmfListener } from '../../telephony/dtmf-listener.ts';
import { deleteJournal } from '../../telephony/journal.ts';
import { createNgClient } from '../../telephony/ng-client.ts';
import type { RobotCallDeps } from '../../telephony/robot-call.ts';
import { connectSipLink } from '../../telephony/sip-link.ts';
import { connectWorker, createClient } from '../../temporal-config/connection.ts';
import { createDataConverter } from '../../temporal-config/data-converter.ts';
import { startControlServer } from './control-server.ts';
import { createEdgeStore, type EdgeStore } from './edge-store.ts';
import { watchEpoch } from './epoch-watch.ts';
import { watchHealth } from './health.ts';
import { createKeptResults, type KeptResults } from './kept-results.ts';
import { createCallRegistry, withClearPassword, type CallRegistry } from './place-call.ts';
import { keepRegistrations } from './registrations.ts';
import { createStageWriter } from './stage-writer.ts';
import { completePlace, installRuntime, startEdgeNode, startWorkers } from './temporal-link.ts';
import type { EdgeRef } from '../../contracts/model/call.ts';

/** The launcher kills an edge after 20 s; what follows fits below it. */
const SHUTDOWN_MS = 18_000;
/** How long calls may go on after SIGTERM before they are hung up. */
const DRAIN_MS = 8_000;
/** BYE, delete, recording. */
const RELEASE_MS = 3_000;
/** For results on their way to their commit. */
const COMMIT_MS = 2_000;
const RETRY_MS = 500;

runProcess({ service: 'edge', shutdownMs: SHUTDOWN_MS, start });

async function start(context: ProcessContext): Promise<void> {
  const config = readConfig('edge', process.env);
  const keys = readKeys(config.keysFile);
  installRuntime(context.logger);
  const db = openDatabase({
    url: config.databaseUrl,
    applicationName: `apel-edge ${config.node}`,
    onIdleError: (error) => context.logger.warn({ err: error }, 'database connection lost'),
  });
  context.onShutdown('database', () => db.close());
  const temporal = createClient(config, keys);
  context.onShutdown('temporal client', () => temporal.close());
  const telephony = await openTelephony(context, config);
  const store = createEdgeStore(db);

  let edge: EdgeRef | undefined;
  let calls: CallRegistry | undefined;
  const control = await startControlServer({
    host: '127.0.0.1',
    port: 0,
    token: config.edgeToken,
    identity: () => edge && { ...edge, callsInProgress: calls?.size() ?? 0 },
    release: (callId) => calls?.release(callId) ?? 'not-on-edge',
  });
  context.onShutdown('control server', () => control.close());

  await telephony.sip.ready(context.signal);
  await untilDone(context, 'rtpengine', () => telephony.ng.request('ping'));
  const own = await untilDone(context, 'epoch', () =>
    store.openEpoch({
      node: config.node,
      controlUrl: control.url,
      capacity: config.edgeCapacity,
      now: new Date(),
    }),
  );
  edge = own;
  const logger = context.logger.child({ node: own.node, epoch: own.epoch });
  const kept = createKeptResults({
    stillLive: (callIds) => store.stillLive(callIds),
    complete: (workflowId, placed) => completePlace(temporal, workflowId, placed),
    forget: (callId) => deleteJournal(config.recordingSpool, callId),
    logger,
    now: () => Date.now(),
  });
  context.onShutdown('kept results', () => kept.stop());
  const health = watchHealth({
    ng: telephony.ng,
    sipConnected: () => telephony.sip.connected(),
    folders: [config.recordingSpool, config.recordings],
    store: (why) => store.setRefusing(own, why),
    logger,
  });
  context.onShutdown('health', () => health.stop());
  const registry = createCallRegistry({
    ...telephony,
    logger,
    edge: own,
    store,
    stages: createStageWriter({ store, edge: own, logger }),
    kept,
    refusing: () => health.refusing(),
    trunkSecret: keys.trunkSecret,
  });
  calls = registry;

  const leaving = new AbortController();
  const workers = startWorkers({
    connect: () => connectWorker(config),
    namespace: config.temporalNamespace,
    dataConverter: createDataConverter(keys),
    edge: own,
    capacity: config.edgeCapacity,
    calls: registry,
    leaving: leaving.signal,
    logger,
  });
  context.onShutdown('workers', () => workers.stop());
  const unwatch = watchEpoch({
    isEnded: () => store.isEnded(own),
    onEnded: () => void epochTaken(context, registry),
    logger,
  });
  context.onShutdown('drain', async () => {
    await drain({ store, own, registry, kept });
    unwatch();
    await store.endEpoch(own, new Date());
    leaving.abort();
  });
  const registrations = keepRegistrations({
    sip: telephony.sip,
    logger,
    trunks: async () =>
      (await store.trunksToRegister()).map((trunk) => withClearPassword(trunk, keys.trunkSecret)),
  });
  context.onShutdown('registrations', () => registrations.stop());
  void startEdgeNode(temporal, { edge: own, logger, signal: context.signal });
  await workers.started;
  await health.open();
  logger.info({ capacity: config.edgeCapacity }, 'edge takes calls');
  context.ready({ node: own.node, epoch: own.epoch, control: control.url });
}

async function openTelephony(context: ProcessContext, config: EdgeConfig): Promise<RobotCallDeps> {
  const { logger } = context;
  const folders = {
    spoolDir: config.recordingSpool,
    recordingsDir: config.recordings,
    promptsDir: config.prompts,
  };
  for (const folder of Object.values(folders)) mkdirSync(folder, { recursive: true });
  const dtmf = await createDtmfListener({ ...config.rtpengineDtmf, logger });
  context.onShutdown('DTMF listener', () => dtmf.close());
  const ng = await createNgClient({ ...config.rtpengineNg, logger });
  context.onShutdown('NG client', () => ng.close());
  const { drachtioHost: host, drachtioPort: port, drachtioSecret: secret } = config;
  const sip = connectSipLink({ host, port, secret, logger });
  context.onShutdown('SIP server connection', () => sip.close());
  return { sip, ng, dtmf, folders, clock: systemClock, logger };
}

/** A settlement has taken our calls: they are ended here too, and this process has nothing left to say. */
async function epochTaken(context: ProcessContext, registry: CallRegistry): Promise<void> {
  context.logger.fatal({ calls: registry.size() }, 'own epoch was ended by somebody else, hanging up');
  registry.drain();
  registry.releaseAll();
  await registry.whenIdle(RELEASE_MS);
  context.stop(1);
}

interface Leaving {
  store: EdgeStore;
  own: EdgeRef;
  registry: CallRegistry;
  kept: KeptResults;
}

async function drain({ store, own, registry, kept }: Leaving): Promise<void> {
  registry.drain();
  await store.setDraining(own, new Date()).catch(() => undefined);
  if (!(await registry.whenIdle(DRAIN_MS))) {
    registry.releaseAll();
    await registry.whenIdle(RELEASE_MS);
  }
  await kept.whenEmpty(AbortSignal.timeout(COMMIT_MS));
}

/** Tries until it works: the launcher starts parts side by side, and a log line says what is waited for. */
async function untilDone<T>(context: ProcessContext, what: string, attempt: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (context.signal.aborted) throw error;
      context.logger.warn({ err: error, what }, 'waiting');
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}
