/**
 * What the edge reads and writes in Postgres: its epoch, the last gate of each call, stages for the page.
 * @module
 */
import type { CallStage, EdgeRef } from '../../contracts/model/call.ts';
import type { EdgeRefusal } from '../../contracts/model/edge-control.ts';
import type { TrunkDef } from '../../contracts/model/config.ts';
import type { Database } from '../../db/client.ts';
import { drainEdge, endEpoch, isEpochOpen, openEpoch, setEdgeRefusing } from '../../db/edges.ts';
import type { Clock } from '../../platform/clock.ts';
import { openLeg, type OpenLegResult } from '../../db/open-leg.ts';

export interface EdgeStore {
  /** Opens the next epoch of a node, refusing calls until told otherwise. */
  openEpoch(edge: { node: string; controlUrl: string; capacity: number }): Promise<EdgeRef>;
  /** True once somebody has ended the epoch; also when its row is gone. */
  isEnded(edge: EdgeRef): Promise<boolean>;
  setDraining(edge: EdgeRef): Promise<void>;
  setRefusing(edge: EdgeRef, why: EdgeRefusal | null): Promise<void>;
  endEpoch(edge: EdgeRef): Promise<void>;
  /** The last gate: in one guarded statement the row becomes `inviting`, or it does not and nothing may be sent. */
  openLeg(call: { callId: string; edge: EdgeRef }): Promise<OpenLegResult>;
  /** For the page. Changes nothing once the call is being committed. */
  setStage(change: { callId: string; edge: EdgeRef; stage: CallStage; at: Date }): Promise<void>;
  /** Those of the calls that are not committed yet. */
  stillLive(callIds: readonly string[]): Promise<Set<string>>;
  /** Trunks that want to be registered, their passwords still encrypted. */
  trunksToRegister(): Promise<TrunkDef[]>;
}

const SET_STAGE = `
update live_calls set stage = $4, stage_at = $5,
  answered_at = case when $4 = 'talking' then $5 else answered_at end
where call_id = $1 and node = $2 and epoch = $3 and stage in ('inviting', 'ringing', 'talking', 'ending')`;

/** @param clock the site's: these rows are compared with those of other processes */
export function createEdgeStore({ pool }: Pick<Database, 'pool'>, clock: Clock): EdgeStore {
  return {
    openEpoch: async (params) => {
      const edge = await openEpoch(pool, { ...params, now: clock.now() });
      await setEdgeRefusing(pool, { edge, reason: 'starting' satisfies EdgeRefusal });
      return edge;
    },
    isEnded: async (edge) => !(await isEpochOpen(pool, edge)),
    setDraining: (edge) => drainEdge(pool, { edge, now: clock.now() }),
    setRefusing: (edge, why) => setEdgeRefusing(pool, { edge, ...(why === null ? {} : { reason: why }) }),
    endEpoch: async (edge) => {
      await endEpoch(pool, { edge, by: 'edge', now: clock.now() });
    },
    openLeg: async (call) => {
      // The calendar's last gate: a machine that slept since the claim must not place by the time it fell asleep.
      await clock.refresh?.();
      return openLeg(pool, { ...call, now: clock.now() });
    },
    setStage: async ({ callId, edge, stage, at }) => {
      await pool.query(SET_STAGE, [callId, edge.node, edge.epoch, stage, at]);
    },
    stillLive: async (callIds) => {
      if (callIds.length === 0) return new Set();
      const { rows } = await pool.query<{ id: string }>(
        'select call_id as id from live_calls where call_id = any($1::uuid[])',
        [callIds],
      );
      return new Set(rows.map(({ id }) => id));
    },
    trunksToRegister: async () => {
      const { rows } = await pool.query<{ body: TrunkDef }>(
        `select body from config_objects where kind = 'trunk' and (body->>'register')::boolean order by name`,
      );
      return rows.map(({ body }) => body);
    },
  };
}
