/**
 * @module
 */
import {
  CancellationScope,
  continueAsNew,
  proxyActivities,
  proxyLocalActivities,
  sleep,
} from '@temporalio/workflow';
import type { EdgeNodeActivities, HoldActivities } from '../contracts/temporal/activities.ts';
import { edgeHoldQueue } from '../contracts/temporal/queues.ts';
import type { EdgeNodeInput, EdgeNodeResult } from '../contracts/temporal/workflow-types.ts';
import { declareVersioning } from './versioning.ts';

/** An outage costs 7 events; a new run long before the server's limit of 51,200. */
const MAX_HOLDS = 1_000;
/** 10 events each; the next run finds the epoch taken and goes on. */
const MAX_SETTLE_PASSES = 1_000;
const SETTLE_PAUSE_SECONDS = { first: 1, most: 15 };

/** Asked in the task that saw the hold fail: no queue between a dead edge and its settlement. Read-only. */
const { probeEdge } = proxyLocalActivities<EdgeNodeActivities>({
  startToCloseTimeout: '2 seconds',
  retry: { maximumAttempts: 3, initialInterval: '100 milliseconds' },
});

/** Both idempotent: repeated until Postgres, Temporal and telephony have all had their turn. */
const { takeEpoch, settleEpoch } = proxyActivities<EdgeNodeActivities>({
  startToCloseTimeout: '2 minutes',
  retry: { initialInterval: '500 milliseconds', maximumInterval: '10 seconds' },
});

/**
 * Stands for one run of an edge process. Holds its heartbeat; when that fails, asks the edge itself, because every
 * restart of Temporal times out all living edges and must not hang up a single call. Only when the edge does not answer
 * is its epoch taken (the one fact that ends it) and every open call of it settled.
 *
 * Ends when the edge left or its calls are settled. A cancellation is ignored: only the edge's silence ends its epoch.
 * History: continued as new after 1,000 outages or settling passes.
 */
export async function edgeNode(edge: EdgeNodeInput): Promise<EdgeNodeResult> {
  return CancellationScope.nonCancellable(async () => {
    const outcome = await holdUntilGone(edge);
    if (outcome === 'held-long') return continueAsNew<typeof edgeNode>(edge);
    // Also for an edge that left: what it was given at the last moment and never began must not stay open.
    await takeEpoch(edge);
    const settled = await settleAll(edge);
    return settled === 'unfinished' ? continueAsNew<typeof edgeNode>(edge) : { settled, outcome };
  });
}

async function holdUntilGone(edge: EdgeNodeInput): Promise<'left' | 'lost' | 'held-long'> {
  const { holdEdge } = proxyActivities<HoldActivities>({
    taskQueue: edgeHoldQueue(edge),
    heartbeatTimeout: '2 seconds',
    scheduleToStartTimeout: '15 seconds',
    startToCloseTimeout: '30 days',
    // Repeating is decided here, by the probe.
    retry: { maximumAttempts: 1 },
  });
  for (let holds = 0; holds < MAX_HOLDS; holds++) {
    try {
      await holdEdge(edge);
      return 'left';
    } catch {
      if (!(await answers(edge))) return 'lost';
    }
  }
  return 'held-long';
}

/** A probe that itself fails says nothing about the edge: holding again is the harmless answer. */
async function answers(edge: EdgeNodeInput): Promise<boolean> {
  try {
    return await probeEdge(edge);
  } catch {
    return true;
  }
}

async function settleAll(edge: EdgeNodeInput): Promise<number | 'unfinished'> {
  let total = 0;
  let pause = SETTLE_PAUSE_SECONDS.first;
  for (let passes = 0; passes < MAX_SETTLE_PASSES; passes++) {
    const { settled, remaining } = await settleEpoch(edge);
    total += settled;
    if (remaining === 0) return total;
    await sleep(`${pause} seconds`, { summary: `Apeluri de închis: ${remaining}` });
    pause = Math.min(pause * 2, SETTLE_PAUSE_SECONDS.most);
  }
  return 'unfinished';
}

declareVersioning('AUTO_UPGRADE', edgeNode);
