/**
 * What the edge reads and writes in Postgres: its epoch, the last gate of each call, stages for the page.
 * @module
 */
import type { CallStage, EdgeRef } from '../../contracts/model/call.ts';
import type { EdgeRefusal } from '../../contracts/model/edge-control.ts';
import type { TrunkDef } from '../../contracts/model/config.ts';
import { agentCallWorkflowId } from '../../contracts/temporal/ids.ts';
import type { Database } from '../../db/client.ts';
import { drainEdge, endEpoch, isEpochOpen, openEpoch, setEdgeRefusing } from '../../db/edges.ts';
import {
  bindDesk,
  endAgentCall,
  findDesk,
  readDeskCredential,
  saveLiveDesk,
  takeOverDesks,
  unbindDesk,
  type DeskBinding,
  type DeskCredential,
  type EndOfAgentCall,
  type LiveDeskState,
} from '../../db/live-desk.ts';
import type { Clock } from '../../platform/clock.ts';
import { openLeg as openCallLeg, type OpenLegParams, type OpenLegResult } from '../../db/open-leg.ts';
import { preparedRowsOf, type Queryable } from '../../db/queryable.ts';
import { openTestLeg } from '../../db/trunk-test-leg.ts';

export interface EdgeStore {
  /** Opens the next epoch of a node, refusing calls until told otherwise. */
  openEpoch(edge: EdgePlace): Promise<EdgeRef>;
  /** True once somebody has ended the epoch; also when its row is gone. */
  isEnded(edge: EdgeRef): Promise<boolean>;
  setDraining(edge: EdgeRef): Promise<void>;
  setRefusing(edge: EdgeRef, why: EdgeRefusal | null): Promise<void>;
  endEpoch(edge: EdgeRef): Promise<void>;
  /** The last gate: in one guarded statement the row becomes `inviting`, or it does not and nothing may be sent. */
  openLeg(call: { callId: string; edge: EdgeRef }): Promise<OpenLegResult>;
  /** For the page. Changes nothing once a call is being committed. */
  setStages(edge: EdgeRef, changes: readonly StageChange[]): Promise<void>;
  /** Those of the calls that are not committed yet. */
  stillLive(callIds: readonly string[]): Promise<Set<string>>;
  /** Calls of the epoch whose workflow was started so long ago, and whose leg was never opened. */
  unopened(edge: EdgeRef, forMs: number): Promise<{ callId: string; workflowId: string }[]>;
  /** Trunks that want to be registered, their passwords still encrypted. */
  trunksToRegister(): Promise<TrunkDef[]>;
  deskCredential(username: string): Promise<DeskCredential | undefined>;
  bindDesk(edge: EdgeRef, desk: DeskBinding & { userId: number; expiresSeconds: number }): Promise<void>;
  unbindDesk(desk: { userId: number; deskId: string; contact?: string }): Promise<void>;
  findDesk(edge: EdgeRef, userId: number): Promise<DeskBinding | undefined>;
  saveLiveDesk(state: LiveDeskState): Promise<void>;
  endAgentCall(end: Omit<EndOfAgentCall, 'now'>): Promise<void>;
}

export interface EdgePlace {
  node: string;
  controlUrl: string;
  capacity: number;
  /** Where desks reach its SIP server; absent: it takes no desks. */
  sipWs?: string;
}

/** What the page shall show of a call. */
export interface StageChange {
  callId: string;
  stage: CallStage;
  at: Date;
  /** Kept when a later stage follows within the same write. */
  answeredAt?: Date;
}

/** Readings of the site's clock differ by less, where the machine is not far too busy. */
const CLOCK_NOISE_MS = 1_000;

/** Locked in order, because `markStarted` takes several of the same rows. */
const SET_STAGES = `
with change as materialized (
  select * from unnest($3::uuid[], $4::text[], $5::timestamptz[], $6::timestamptz[]) as c (call_id, stage, at, answered_at)),
held as (
  select l.call_id from live_calls l join change c using (call_id) order by l.call_id for no key update of l)
update live_calls l set stage = c.stage, stage_at = c.at, answered_at = coalesce(c.answered_at, l.answered_at)
from change c join held using (call_id)
where l.call_id = c.call_id and l.node = $1 and l.epoch = $2
  and l.stage in ('inviting', 'ringing', 'talking', 'ending')`;

/** A call of a campaign, nearly always; else a test call over a trunk. */
async function openLeg(on: Queryable, params: OpenLegParams): Promise<OpenLegResult> {
  const opened = await openCallLeg(on, params);
  return opened.state === 'refused' && opened.reason === 'not-ours' ? openTestLeg(on, params) : opened;
}

export function createEdgeStore({ pool }: Pick<Database, 'pool'>, clock: Clock): EdgeStore {
  return {
    openEpoch: async (params) => {
      const edge = await openEpoch(pool, { ...params, now: clock.now() });
      await setEdgeRefusing(pool, { edge, reason: 'starting' satisfies EdgeRefusal });
      await takeOverDesks(pool, edge);
      return edge;
    },
    isEnded: async (edge) => !(await isEpochOpen(pool, edge)),
    setDraining: (edge) => drainEdge(pool, { edge, now: clock.now() }),
    setRefusing: (edge, why) => setEdgeRefusing(pool, { edge, ...(why === null ? {} : { reason: why }) }),
    endEpoch: async (edge) => {
      await endEpoch(pool, { edge, by: 'edge', now: clock.now() });
    },
    openLeg: async (call) => {
      const now = clock.now();
      if (!clock.refresh) return openLeg(pool, { ...call, now });
      // The calendar's last gate: a machine that slept since the claim must not place by the time it fell asleep.
      const opened = await openLeg(pool, { ...call, now, clockToleranceMs: CLOCK_NOISE_MS });
      if (opened.state === 'opened' || opened.reason !== 'clock-off') return opened;
      await clock.refresh();
      return openLeg(pool, { ...call, now: clock.now() });
    },
    setStages: async (edge, changes) => {
      await preparedRowsOf(pool, { name: 'set-stages', text: SET_STAGES }, [
        edge.node,
        edge.epoch,
        changes.map(({ callId }) => callId),
        changes.map(({ stage }) => stage),
        changes.map(({ at }) => at),
        changes.map(({ answeredAt }) => answeredAt ?? null),
      ]);
    },
    stillLive: async (callIds) => {
      if (callIds.length === 0) return new Set();
      const { rows } = await pool.query<{ id: string }>(
        'select call_id as id from live_calls where call_id = any($1::uuid[])',
        [callIds],
      );
      return new Set(rows.map(({ id }) => id));
    },
    unopened: async (edge, forMs) => {
      const { rows } = await pool.query<{ callId: string; contactId: number | null; attempt: number }>(
        `select call_id as "callId", contact_id as "contactId", attempt from live_calls
         where node = $1 and epoch = $2 and stage = 'claimed' and started_at < $3
         order by started_at limit 100`,
        [edge.node, edge.epoch, new Date(clock.now().getTime() - forMs)],
      );
      return rows.map(({ contactId, ...call }) => ({
        callId: call.callId,
        workflowId: agentCallWorkflowId({ ...call, ...(contactId !== null && { contactId }) }),
      }));
    },
    trunksToRegister: async () => {
      const { rows } = await pool.query<{ body: TrunkDef }>(
        `select body from config_objects where kind = 'trunk' and (body->>'register')::boolean and retired_at is null order by name`,
      );
      return rows.map(({ body }) => body);
    },
    deskCredential: (username) => readDeskCredential(pool, { username, now: clock.now() }),
    bindDesk: (edge, { expiresSeconds, ...desk }) => {
      const now = clock.now();
      const expiresAt = new Date(now.getTime() + expiresSeconds * 1_000);
      return bindDesk(pool, { ...desk, edge, now, expiresAt });
    },
    unbindDesk: (desk) => unbindDesk(pool, desk),
    findDesk: (edge, userId) => findDesk(pool, { userId, edge, now: clock.now() }),
    saveLiveDesk: (state) => saveLiveDesk(pool, state),
    endAgentCall: async (end) => {
      await endAgentCall(pool, { ...end, now: clock.now() });
    },
  };
}
