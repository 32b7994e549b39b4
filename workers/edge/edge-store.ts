/**
 * What the edge reads and writes in Postgres: its epoch, the last gate of each call, stages for the page.
 * @module
 */
import type pg from 'pg';
import type { CallStage, EdgeRef } from '../../contracts/model/call.ts';
import type { CampaignDef, PromptDef, TrunkDef } from '../../contracts/model/config.ts';

/** Why an edge takes no (recorded) calls. `starting`: its workers do not poll yet. */
export type Refusing = 'starting' | 'disk-full' | 'media-server-down' | 'sip-server-down';

/** Everything that placing a call needs. Lives in memory only. */
export interface OpenedLeg {
  /** E.164. */
  number: string;
  campaign: CampaignDef;
  /** Its password is still encrypted. */
  trunk: TrunkDef;
  prompt: PromptDef | null;
  goodbyePrompt: PromptDef | null;
}

export const LEG_REFUSALS = [
  'epoch-ended',
  'not-claimed',
  'campaign-closed',
  'do-not-call',
  'trunk-bound',
  'config-missing',
] as const;
export type LegRefusal = (typeof LEG_REFUSALS)[number];

export type OpenLegResult = { state: 'opened'; leg: OpenedLeg } | { state: 'refused'; reason: LegRefusal };

export interface EdgeStore {
  /** Inserts the row of a new run of this node, refusing calls until told otherwise. */
  openEpoch(edge: { node: string; controlUrl: string; capacity: number; now: Date }): Promise<EdgeRef>;
  /** True once somebody has ended the epoch; also when its row is gone. */
  isEnded(edge: EdgeRef): Promise<boolean>;
  setDraining(edge: EdgeRef, now: Date): Promise<void>;
  setRefusing(edge: EdgeRef, why: Refusing | null): Promise<void>;
  endEpoch(edge: EdgeRef, now: Date): Promise<void>;
  /** The last gate: in one guarded statement the row becomes `inviting`, or it does not and nothing may be sent. */
  openLeg(call: { callId: string; edge: EdgeRef; now: Date }): Promise<OpenLegResult>;
  /** For the page. Changes nothing once the call is being committed. */
  setStage(change: { callId: string; edge: EdgeRef; stage: CallStage; at: Date }): Promise<void>;
  /** Those of the calls that are not committed yet. */
  stillLive(callIds: readonly string[]): Promise<Set<string>>;
  /** Trunks that want to be registered. */
  trunksToRegister(): Promise<TrunkDef[]>;
}

export function createEdgeStore(pool: pg.Pool): EdgeStore {
  const ids = (edge: EdgeRef): [string, number] => [edge.node, edge.epoch];
  return {
    openEpoch: async ({ node, controlUrl, capacity, now }) => {
      const { rows } = await pool.query<EdgeRef>(OPEN_EPOCH, [node, controlUrl, capacity, now]);
      const row = rows[0];
      if (!row) throw new Error('epoch was not opened');
      return { node: row.node, epoch: row.epoch };
    },
    isEnded: async (edge) => {
      const { rows } = await pool.query(
        'select 1 from edges where node = $1 and epoch = $2 and ended_at is null',
        ids(edge),
      );
      return rows.length === 0;
    },
    setDraining: async (edge, now) => {
      await pool.query(
        'update edges set draining_at = coalesce(draining_at, $3) where node = $1 and epoch = $2',
        [...ids(edge), now],
      );
    },
    setRefusing: async (edge, why) => {
      await pool.query('update edges set refusing = $3 where node = $1 and epoch = $2', [...ids(edge), why]);
    },
    endEpoch: async (edge, now) => {
      await pool.query(
        `update edges set ended_at = $3, ended_by = 'edge' where node = $1 and epoch = $2 and ended_at is null`,
        [...ids(edge), now],
      );
    },
    openLeg: (call) => openLeg(pool, call),
    setStage: async ({ callId, edge, stage, at }) => {
      await pool.query(SET_STAGE, [callId, ...ids(edge), stage, at]);
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

/** Two processes of one node that start together: the primary key lets one of them win, the caller tries again. */
const OPEN_EPOCH = `
insert into edges (node, epoch, control_url, capacity, started_at, refusing)
select $1, coalesce(max(epoch), 0) + 1, $2, $3, $4, 'starting' from edges where node = $1
returning node, epoch`;

/**
 * `for share` makes the end of the epoch wait for this statement, or this statement see it: settlement never reads a call
 * as not placed whose INVITE is about to leave.
 */
const OPEN_LEG = `
with epoch as materialized (
  select 1 from edges where node = $2 and epoch = $3 and ended_at is null for share),
leg as (
  update live_calls l set stage = 'inviting', stage_at = $4, invited_at = $4
  from calls c join numbers n on n.id = c.number_id
  where l.call_id = $1 and c.id = l.call_id and l.node = $2 and l.epoch = $3 and l.stage = 'claimed'
    and c.committed_at is null
    and (l.place_before is null or l.place_before > $4)
    and n.do_not_call_at is null
    and (n.only_trunk_id is null or n.only_trunk_id = l.trunk_id)
    and exists (select 1 from epoch)
  returning l.trunk_id, c.campaign_id, c.versions, n.e164)
select leg.e164 as number, cv.body as campaign, tv.body as trunk, pv.body as prompt, gv.body as "goodbyePrompt"
from leg
left join config_objects co on co.id = leg.campaign_id
left join config_versions cv on cv.kind = 'campaign' and cv.name = co.name
  and cv.version = coalesce((leg.versions->>'campaign')::int, co.version)
left join config_objects t on t.id = leg.trunk_id
left join config_versions tv on tv.kind = 'trunk' and tv.name = t.name
  and tv.version = coalesce((leg.versions->>'trunk')::int, t.version)
left join config_objects p on p.kind = 'prompt' and p.name = cv.body->>'prompt'
left join config_versions pv on pv.kind = 'prompt' and pv.name = p.name
  and pv.version = coalesce((leg.versions->>'prompt')::int, p.version)
left join config_objects g on g.kind = 'prompt' and g.name = cv.body->>'goodbyePrompt'
left join config_versions gv on gv.kind = 'prompt' and gv.name = g.name and gv.version = g.version`;

/** Why the gate stayed shut, for the log; asked only then. */
const WHY_REFUSED = `
select case
    when not exists (select 1 from edges e where e.node = $2 and e.epoch = $3 and e.ended_at is null) then 'epoch-ended'
    when l.stage <> 'claimed' or l.node <> $2 or l.epoch <> $3 then 'not-claimed'
    when l.place_before <= $4 then 'campaign-closed'
    when n.do_not_call_at is not null then 'do-not-call'
    when n.only_trunk_id is distinct from l.trunk_id and n.only_trunk_id is not null then 'trunk-bound'
    else 'not-claimed'
  end as reason
from live_calls l join numbers n on n.id = l.number_id where l.call_id = $1`;

const SET_STAGE = `
update live_calls set stage = $4, stage_at = $5,
  answered_at = case when $4 = 'talking' then $5 else answered_at end
where call_id = $1 and node = $2 and epoch = $3 and stage in ('inviting', 'ringing', 'talking', 'ending')`;

type LegRow = { [K in keyof OpenedLeg]: OpenedLeg[K] | null };

async function openLeg(
  pool: pg.Pool,
  { callId, edge, now }: { callId: string; edge: EdgeRef; now: Date },
): Promise<OpenLegResult> {
  const values = [callId, edge.node, edge.epoch, now];
  const { rows } = await pool.query<LegRow>(OPEN_LEG, values);
  const row = rows[0];
  if (!row) {
    const why = await pool.query<{ reason: LegRefusal }>(WHY_REFUSED, values);
    return { state: 'refused', reason: why.rows[0]?.reason ?? 'not-claimed' };
  }
  const { number, campaign, trunk, prompt, goodbyePrompt } = row;
  if (number === null || campaign === null || trunk === null)
    return { state: 'refused', reason: 'config-missing' };
  return { state: 'opened', leg: { number, campaign, trunk, prompt, goodbyePrompt } };
}
