/**
 * Activities of `edgeNode`: is the edge alive, end its epoch, settle what it left behind.
 * @module
 */
import type { EdgeNodeActivities } from '../contracts/temporal/activities.ts';
import type { EdgeRef } from '../contracts/model/call.ts';
import type { PlacedCall } from '../contracts/model/placed-call.ts';
import type { Database } from '../db/client.ts';
import { edgeControlUrl, endEpoch, isEpochOpen } from '../db/edges.ts';
import { endAgentCall } from '../db/live-desk.ts';
import { openCallsOfEdge, type OpenCall } from '../db/open-calls.ts';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import type { EdgeControl } from '../platform/edge-control.ts';
import { countOpenCalls } from './live-call-queries.ts';
import { endCall, handOver, type SettleCallDeps } from './settle-call.ts';

export interface EdgeNodeDeps extends SettleCallDeps {
  db: Database;
  edgeControl: Pick<EdgeControl, 'isAlive' | 'release'>;
  clock: Clock;
  logger: Logger;
}

const PROBES = 3;
/** Three of them make the 0.6 s after which an edge is believed dead. */
const PROBE_TIMEOUT_MS = 200;
/** One pass of settlement, well below the activity's time-out of 2 minutes. */
const PASS_CALLS = 100;
const PASS_MS = 60_000;
/** Orphans wait for BYEs, the media server and commits: many at once. Decoding takes 1.5 MB each; the pool has 20 connections. */
const PARALLEL = 12;

export function createEdgeNodeActivities(deps: EdgeNodeDeps): EdgeNodeActivities {
  const { db, edgeControl, clock, logger } = deps;
  return {
    probeEdge: async (edge) => {
      const url = await edgeControlUrl(db.pool, edge);
      if (url === undefined || !(await isEpochOpen(db.pool, edge))) return false;
      for (let probe = 0; probe < PROBES; probe++) {
        const startedAt = performance.now();
        if (await edgeControl.isAlive(url, edge, PROBE_TIMEOUT_MS)) return true;
        // A refused connection fails at once; the edge gets its 0.6 s all the same.
        const rest = PROBE_TIMEOUT_MS - (performance.now() - startedAt);
        if (rest > 0) await new Promise((resolve) => setTimeout(resolve, rest));
      }
      return false;
    },
    takeEpoch: async (edge) => {
      const taken = await endEpoch(db.pool, { edge, by: 'edge-node', now: clock.now() });
      if (taken) logger.warn({ ...edge }, 'epoch ended: the edge is gone');
    },
    settleEpoch: async (edge) => {
      const { settled, waitForAgent } = await settlePass(deps, edge);
      const remaining = (await countOpenCalls(db.pool, edge)) - waitForAgent;
      logger.info({ ...edge, settled, remaining }, 'epoch settled');
      return { settled, remaining };
    },
  };
}

/** `waitForAgent`: over at the edge, their workflows wait for what the agent saves; nothing is left to settle. */
async function settlePass(
  deps: EdgeNodeDeps,
  edge: EdgeRef,
): Promise<{ settled: number; waitForAgent: number }> {
  const deadline = performance.now() + PASS_MS;
  const queue = (await openCallsOfEdge(deps.db.pool, edge)).slice(0, PASS_CALLS);
  let settled = 0;
  let waitForAgent = 0;
  const work = async () => {
    for (let call = queue.shift(); call && performance.now() < deadline; call = queue.shift()) {
      const done = await settleOne(deps, call);
      if (done === 'settled') settled += 1;
      if (done === 'waits-for-agent') waitForAgent += 1;
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
  return { settled, waitForAgent };
}

/** A call with an agent waits for its wrap-up, as its edge would have written it; where nobody was called there is none. */
async function wrapUp(deps: EdgeNodeDeps, call: OpenCall, placed: PlacedCall): Promise<void> {
  if (call.kind !== 'outbound' || placed.invitedAt === undefined) return;
  await endAgentCall(deps.db.pool, {
    callId: call.callId,
    endedAt: new Date(placed.endedAt),
    ...(placed.answeredAt !== undefined && { answeredAt: new Date(placed.answeredAt) }),
    reason: placed.end.reason,
    now: deps.clock.now(),
  });
}

/** One call that cannot be settled must not keep the others open: it is tried again with the next pass. */
async function settleOne(
  deps: EdgeNodeDeps,
  call: OpenCall,
): Promise<'settled' | 'waits-for-agent' | 'not-yet'> {
  try {
    const placed = await endCall(deps, call);
    await wrapUp(deps, call, placed);
    if ((await handOver(deps, call, placed)) !== 'waiting') return 'settled';
    return call.stage === 'wrap-up' ? 'waits-for-agent' : 'not-yet';
  } catch (error) {
    deps.logger.error({ err: error, callId: call.callId }, 'call cannot be settled yet');
    return 'not-yet';
  }
}
