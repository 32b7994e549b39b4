/**
 * Activities of `edgeNode`: is the edge alive, end its epoch, settle what it left behind.
 * @module
 */
import type { EdgeNodeActivities } from '../contracts/temporal/activities.ts';
import type { EdgeRef } from '../contracts/model/call.ts';
import type { Database } from '../db/client.ts';
import { edgeControlUrl, endEpoch, isEpochOpen } from '../db/edges.ts';
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
      const settled = await settlePass(deps, edge);
      const remaining = await countOpenCalls(db.pool, edge);
      logger.info({ ...edge, settled, remaining }, 'epoch settled');
      return { settled, remaining };
    },
  };
}

async function settlePass(deps: EdgeNodeDeps, edge: EdgeRef): Promise<number> {
  const deadline = performance.now() + PASS_MS;
  const queue = (await openCallsOfEdge(deps.db.pool, edge)).slice(0, PASS_CALLS);
  let settled = 0;
  const work = async () => {
    for (let call = queue.shift(); call && performance.now() < deadline; call = queue.shift()) {
      if (await settleOne(deps, call)) settled += 1;
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
  return settled;
}

/** One call that cannot be settled must not keep the others open: it is tried again with the next pass. */
async function settleOne(deps: EdgeNodeDeps, call: OpenCall): Promise<boolean> {
  try {
    return (await handOver(deps, call, await endCall(deps, call))) !== 'waiting';
  } catch (error) {
    deps.logger.error({ err: error, callId: call.callId }, 'call cannot be settled yet');
    return false;
  }
}
