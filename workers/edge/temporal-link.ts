/**
 * The edge's side of Temporal: workers that come back by themselves, the `edgeNode` workflow, results completed by id.
 * Nothing that happens here ends a call.
 * @module
 */
import { setTimeout as wait } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import {
  ActivityNotFoundError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  type Client,
} from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import {
  DefaultLogger,
  Runtime,
  Worker,
  type NativeConnection,
  type TelemetryOptions,
  type WorkerOptions,
  makeTelemetryFilterString,
} from '@temporalio/worker';
import type { EdgeRef } from '../../contracts/model/call.ts';
import type { PlacedCall } from '../../contracts/model/placed-call.ts';
import type { EdgeActivities, HoldActivities } from '../../contracts/temporal/activities.ts';
import { edgeWorkflowId, PLACE_ACTIVITY_ID } from '../../contracts/temporal/ids.ts';
import { CALLS_QUEUE, edgeHoldQueue, edgeQueue } from '../../contracts/temporal/queues.ts';
import type { EdgeNodeInput } from '../../contracts/temporal/workflow-types.ts';
import type { Logger } from '../../platform/logger.ts';
import { withDeadline, type TemporalClient } from '../../temporal-config/client.ts';
import type { CallRegistry } from './place-call.ts';

const RETRY_MS = 1_000;
const CLIENT_DEADLINE_MS = 5_000;
/** The server hears each heartbeat: the workflow's time-out is 2 s (design §4). */
const HEARTBEAT_MS = 300;
/** Long after the drain; a worker that hangs must not keep the process. */
const FORCE_SHUTDOWN = '2 seconds';
/** `temporal.api.enums.v1.PendingActivityState.PENDING_ACTIVITY_STATE_STARTED`, as `describe` gives it. */
const STARTED = 2;

/** The SDK must not shut workers down by signals of its own: the edge drains first. Once per process. */
export function installRuntime(logger: Logger, telemetry: Pick<TelemetryOptions, 'metrics'> = {}): void {
  const log = logger.child({ part: 'temporal' });
  Runtime.install({
    shutdownSignals: [],
    // The core's own lines as well: left alone it prints them, in colours, between our JSON.
    telemetryOptions: {
      ...telemetry,
      logging: { forward: {}, filter: makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' }) },
    },
    logger: new DefaultLogger('WARN', ({ level, message, meta }) =>
      log[level === 'ERROR' ? 'error' : 'warn']({ sdk: { error: describe(meta?.['error']) } }, message),
    ),
  });
}

export interface WorkersOptions {
  connect(): Promise<NativeConnection>;
  namespace: string;
  dataConverter: DataConverter;
  edge: EdgeRef;
  capacity: number;
  calls: CallRegistry;
  /** Aborted when the epoch is over by our own will: `holdEdge` returns then. */
  leaving: AbortSignal;
  logger: Logger;
}

export interface EdgeWorkers {
  /** Resolves when both workers have polled for the first time. */
  started: Promise<void>;
  stop(): Promise<void>;
}

export function startWorkers(options: WorkersOptions): EdgeWorkers {
  const { edge, calls, leaving } = options;
  const place: EdgeActivities = {
    placeCall: (input) => calls.place(input, Context.current().info.workflowExecution?.workflowId ?? ''),
  };
  const hold: HoldActivities = { holdEdge: () => holdEdge(leaving) };
  const workers = [
    keepWorker(options, {
      taskQueue: edgeQueue(edge),
      activities: place,
      maxConcurrentActivityTaskExecutions: options.capacity,
    }),
    keepWorker(options, {
      taskQueue: edgeHoldQueue(edge),
      activities: hold,
      maxHeartbeatThrottleInterval: `${HEARTBEAT_MS} milliseconds`,
      defaultHeartbeatThrottleInterval: `${HEARTBEAT_MS} milliseconds`,
    }),
  ];
  return {
    started: Promise.all(workers.map((worker) => worker.started)).then(() => undefined),
    stop: () => Promise.all(workers.map((worker) => worker.stop())).then(() => undefined),
  };
}

/** Heartbeats until the edge leaves. A cancellation (Temporal was away) ends only this try: the workflow holds again. */
async function holdEdge(leaving: AbortSignal): Promise<void> {
  const context = Context.current();
  while (!leaving.aborted) {
    // A race against `cancelled` in each turn would hang another listener on it, for months.
    if (context.cancellationSignal.aborted) await context.cancelled;
    context.heartbeat();
    await wait(HEARTBEAT_MS, undefined, { signal: leaving }).catch(() => undefined);
  }
}

function keepWorker(
  options: WorkersOptions,
  own: Pick<WorkerOptions, 'taskQueue'> & Partial<WorkerOptions>,
): { started: Promise<void>; stop(): Promise<void> } {
  const stopping = new AbortController();
  let worker: Worker | undefined;
  let markStarted: () => void = () => undefined;
  const started = new Promise<void>((resolve) => {
    markStarted = resolve;
  });
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      let connection: NativeConnection | undefined;
      try {
        connection = await options.connect();
        worker = await Worker.create({
          connection,
          namespace: options.namespace,
          dataConverter: options.dataConverter,
          identity: edgeWorkflowId(options.edge),
          shutdownForceTime: FORCE_SHUTDOWN,
          ...own,
        });
        if (stopping.signal.aborted) break;
        markStarted();
        await worker.run();
      } catch (error) {
        options.logger.warn({ err: error, queue: own.taskQueue }, 'worker stopped, starting it again');
        await wait(RETRY_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
      } finally {
        worker = undefined;
        await connection?.close().catch(() => undefined);
      }
    }
  };
  const done = run();
  return {
    started,
    stop: async () => {
      stopping.abort();
      if (worker?.getState() === 'RUNNING') worker.shutdown();
      await done;
    },
  };
}

/** Starts the workflow that stands for this run of the edge; tries until it is there. */
export async function startEdgeNode(
  { client, connection }: TemporalClient,
  { edge, logger, signal }: { edge: EdgeRef; logger: Logger; signal: AbortSignal },
): Promise<void> {
  while (!signal.aborted) {
    try {
      await withDeadline(connection, CLIENT_DEADLINE_MS, () => startOnce(client, edge));
      return;
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError) return;
      logger.warn({ err: error }, 'edgeNode was not started yet');
      await wait(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}

function startOnce(client: Client, edge: EdgeRef): Promise<unknown> {
  const input: EdgeNodeInput = edge;
  return client.workflow.start('edgeNode', {
    workflowId: edgeWorkflowId(edge),
    taskQueue: CALLS_QUEUE,
    args: [input],
    workflowIdReusePolicy: 'REJECT_DUPLICATE',
    staticSummary: `Edge ${edge.node}, run ${edge.epoch}: ends its calls when the process is gone.`,
  });
}

/** Completes `placeCall` of a workflow whose worker could not. An activity that is over already is no error. */
export async function completePlace(
  { client, connection }: TemporalClient,
  workflowId: string,
  placed: PlacedCall,
): Promise<void> {
  try {
    await withDeadline(connection, CLIENT_DEADLINE_MS, () =>
      client.activity.complete({ workflowId, activityId: PLACE_ACTIVITY_ID }, placed),
    );
  } catch (error) {
    if (!(error instanceof ActivityNotFoundError)) throw error;
  }
}

/** Whether the server has given the `placeCall` of this workflow to a worker, and knows of no end of it. */
export async function isPlaceHandedOut(
  { client, connection }: TemporalClient,
  workflowId: string,
): Promise<boolean> {
  try {
    const { raw } = await withDeadline(connection, CLIENT_DEADLINE_MS, () =>
      client.workflow.getHandle(workflowId).describe(),
    );
    return (raw.pendingActivities ?? []).some(
      ({ activityId, state }) => activityId === PLACE_ACTIVITY_ID && Number(state) === STARTED,
    );
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

/** Messages of the SDK's errors may quote payloads: the class is enough. */
function describe(error: unknown): string | undefined {
  return error instanceof Error ? error.name : undefined;
}
