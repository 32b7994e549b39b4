/**
 * One epoch of an edge, from its row to its end: registry of calls, workers, watches, and the order in which it leaves.
 * @module
 */
import type { EdgeRef } from '../../contracts/model/call.ts';
import type { EdgeConfig } from '../../platform/config.ts';
import type { Keys } from '../../platform/keys.ts';
import type { Logger } from '../../platform/logger.ts';
import type { ProcessContext } from '../../platform/process.ts';
import type { DeskSounds } from '../../telephony/desk-sounds.ts';
import { deleteJournal } from '../../telephony/journal.ts';
import type { CallDeps } from '../../telephony/call-part.ts';
import type { TemporalClient } from '../../temporal-config/client.ts';
import { connectWorker } from '../../temporal-config/worker-connection.ts';
import { createDataConverter } from '../../temporal-config/data-converter.ts';
import type { EdgeStore } from './edge-store.ts';
import { watchEpoch } from './epoch-watch.ts';
import { watchHealth, type Health } from './health.ts';
import { createKeptResults, type KeptResults } from './kept-results.ts';
import { withClearPassword } from './call-params.ts';
import { createDeskHub, type DeskHub } from './desk-hub.ts';
import { createEchoTests, type EchoTests } from './echo-tests.ts';
import { createCallRegistry, type CallRegistry } from './place-call.ts';
import type { EdgeMetrics } from './metrics.ts';
import { keepRegistrations } from './registrations.ts';
import { createStageWriter } from './stage-writer.ts';
import { completePlace, isPlaceHandedOut, startEdgeNode, startWorkers } from './temporal-link.ts';
import { watchUnheardCalls } from './unheard-calls.ts';

/** How long calls may go on after SIGTERM before they are hung up. */
const DRAIN_MS = 8_000;
/** BYE, delete, recording. */
const RELEASE_MS = 3_000;
/** For results on their way to their commit. */
const COMMIT_MS = 2_000;
/** The schedule-to-start time-out of `placeCall` is 5 s: what waits longer was handed out, or has no workflow worker. */
const UNOPENED_MS = 8_000;

export interface OpenEdgeOptions {
  context: ProcessContext;
  config: EdgeConfig;
  keys: Keys;
  temporal: TemporalClient;
  telephony: CallDeps;
  store: EdgeStore;
  edge: EdgeRef;
  metrics: EdgeMetrics;
  sounds: DeskSounds;
}

export interface OpenEdge {
  edge: EdgeRef;
  calls: CallRegistry;
  desks: DeskHub;
  echoes: EchoTests;
  /** Resolves when workers poll and nothing is refused any more. */
  takesCalls: Promise<void>;
}

/** Starts everything that belongs to this epoch; its closers are registered with the process. */
export function openEdge(options: OpenEdgeOptions): OpenEdge {
  const { context, config, keys, temporal, telephony, store, edge } = options;
  const logger = context.logger.child({ node: edge.node, epoch: edge.epoch });
  const kept = keepResults(options, logger);
  const health = watchEdgeHealth(options, logger);
  const desks = createDeskHub({ store, edge, secretKey: keys.trunkSecret, logger });
  const echoes = createEchoTests({
    ...telephony,
    desks,
    logger,
    isRefused: (userId) => isMediaAway(health) || calls.isDraining() || calls.isOnCall(userId),
  });
  const calls: CallRegistry = createCallRegistry({
    ...telephony,
    desks,
    sounds: options.sounds,
    logger,
    edge,
    store,
    stages: createStageWriter({ store, edge, logger }),
    kept,
    refusing: () => health.refusing(),
    onAgentCall: (userId) => echoes.end(userId),
    onPlaced: (placed) => options.metrics.placed(placed),
    trunkSecret: keys.trunkSecret,
  });
  options.metrics.opened({
    callsInProgress: () => calls.size(),
    keptResults: () => kept.size(),
    refusing: () => health.refusing(),
  });
  const leaving = new AbortController();
  const workers = startWorkers({
    connect: () => connectWorker(config),
    namespace: config.temporalNamespace,
    dataConverter: createDataConverter(keys),
    edge,
    capacity: config.edgeCapacity,
    calls,
    leaving: leaving.signal,
    logger,
  });
  context.onShutdown('workers', () => workers.stop());
  const unwatch = watchEpoch({
    isEnded: () => store.isEnded(edge),
    onEnded: () => void epochTaken(context, calls),
    logger,
  });
  context.onShutdown('drain', async () => {
    echoes.endAll();
    await drain({ options, calls, kept });
    unwatch();
    await store.endEpoch(edge);
    leaving.abort();
  });
  watchUnheard(options, calls, logger);
  const registrations = keepRegistrations({
    sip: telephony.sip,
    logger,
    trunks: async () =>
      (await store.trunksToRegister()).map((trunk) => withClearPassword(trunk, keys.trunkSecret)),
  });
  context.onShutdown('registrations', () => registrations.stop());
  void startEdgeNode(temporal, { edge, logger, signal: context.signal });
  return { edge, calls, desks, echoes, takesCalls: workers.started.then(() => health.open()) };
}

/** A full disk takes no recordings; a test call has none. */
function isMediaAway(health: Health): boolean {
  const why = health.refusing();
  return why !== null && why !== 'disk-full';
}

function keepResults({ context, config, temporal, store }: OpenEdgeOptions, logger: Logger): KeptResults {
  const kept = createKeptResults({
    stillLive: (callIds) => store.stillLive(callIds),
    complete: (workflowId, placed) => completePlace(temporal, workflowId, placed),
    forget: (callId) => deleteJournal(config.recordingSpool, callId),
    logger,
    // Only ever subtracted: a wall clock that is set back would keep results from their calls for as long.
    now: () => performance.now(),
  });
  context.onShutdown('kept results', () => kept.stop());
  return kept;
}

function watchEdgeHealth(
  { context, config, telephony, store, edge }: OpenEdgeOptions,
  logger: Logger,
): Health {
  const health = watchHealth({
    ng: telephony.ng,
    sipConnected: () => telephony.sip.connected(),
    folders: [config.recordingSpool, config.recordings],
    store: (why) => store.setRefusing(edge, why),
    logger,
  });
  context.onShutdown('health', () => health.stop());
  return health;
}

function watchUnheard(
  { context, temporal, store, edge }: OpenEdgeOptions,
  calls: CallRegistry,
  logger: Logger,
): void {
  const watch = watchUnheardCalls({
    waiting: () => store.unopened(edge, UNOPENED_MS),
    isHere: (callId) => calls.has(callId),
    isHandedOut: (workflowId) => isPlaceHandedOut(temporal, workflowId),
    giveUp: (call) => calls.giveUp(call),
    logger,
    now: () => performance.now(),
  });
  context.onShutdown('unheard calls', () => watch.stop());
}

/** A settlement has taken our calls: they are ended here too, and this process has nothing left to say. */
async function epochTaken(context: ProcessContext, calls: CallRegistry): Promise<void> {
  context.logger.fatal({ calls: calls.size() }, 'own epoch was ended by somebody else, hanging up');
  calls.drain();
  calls.releaseAll();
  await calls.whenIdle(RELEASE_MS);
  context.stop(1);
}

interface Leaving {
  options: OpenEdgeOptions;
  calls: CallRegistry;
  kept: KeptResults;
}

async function drain({ options: { store, edge }, calls, kept }: Leaving): Promise<void> {
  calls.drain();
  await store.setDraining(edge).catch(() => undefined);
  if (!(await calls.whenIdle(DRAIN_MS))) {
    calls.releaseAll();
    await calls.whenIdle(RELEASE_MS);
  }
  await kept.whenEmpty(AbortSignal.timeout(COMMIT_MS));
}
