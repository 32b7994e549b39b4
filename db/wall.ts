/**
 * What the wall shows: people on shift with their call, calls in progress, what is stuck, the parts of the site. Each
 * statement is small enough to be asked each second.
 * @module
 */
import type { StuckReason } from '../contracts/model/stuck-call.ts';
import type { AgentState, NextState } from '../contracts/model/agent.ts';
import type { CallKind, CallStage } from '../contracts/model/call.ts';
import type { CampaignMode, TrunkDef } from '../contracts/model/config.ts';
import { preparedRowsOf, type Queryable } from './queryable.ts';
import { TEST_MAX_TALK_SECONDS, TEST_RING_SECONDS } from './trunk-test-leg.ts';

export interface WallAgentRow {
  id: number;
  user: string;
  name: string;
  extension: string;
  state: AgentState;
  since: Date;
  reason: string | null;
  next: NextState | null;
  campaigns: string[];
  call: {
    id: string;
    kind: CallKind;
    campaign: string;
    stage: CallStage;
    since: string;
    held: boolean;
    number: string;
    customer: string | null;
  } | null;
}

/** Most people on shift at once; far beyond what one wall shows. */
const MAX_AGENTS = 2_000;

/** Everybody on shift, or of these those who are; by name. */
export async function readWallAgents(on: Queryable, ids?: readonly number[]): Promise<WallAgentRow[]> {
  const statement =
    ids === undefined
      ? { name: 'wall-agents', text: agentsText('') }
      : { name: 'wall-agents-some', text: agentsText('and a.user_id = any($1::int[])') };
  return preparedRowsOf<WallAgentRow>(on, statement, ids === undefined ? [] : [ids]);
}

function agentsText(which: string): string {
  return `
select a.user_id as id, u.name as user, u.display_name as name, a.extension, a.state, a.state_since as since, a.reason,
  a.next_state as next,
  array(select c.name from campaigns c where c.id = any(a.campaign_ids) order by c.name) as campaigns,
  call.body as call
from agents a
join users u on u.id = a.user_id
left join lateral (
  select json_build_object('id', l.call_id, 'kind', k.kind, 'campaign', c.name, 'stage', l.stage,
    'since', to_char(l.stage_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'held', l.held_at is not null,
    'number', n.e164, 'customer', nullif(concat_ws(' ', p.last_name, p.first_name), '')) as body
  from live_calls l
  join calls k on k.id = l.call_id
  join campaigns c on c.id = l.campaign_id
  join numbers n on n.id = l.number_id
  left join contacts p on p.id = l.contact_id
  where l.agent_id = a.user_id) call on true
where a.state <> 'logged-out' ${which}
order by u.display_name, a.user_id
limit ${MAX_AGENTS}`;
}

export interface WallCampaignRow {
  name: string;
  label: string;
  mode: CampaignMode;
  paused: boolean;
  stages: Partial<Record<CallStage, number>>;
}

/** Campaigns that run or have calls in progress, by name. */
export async function readWallCampaigns(on: Queryable): Promise<WallCampaignRow[]> {
  return preparedRowsOf<WallCampaignRow>(on, { name: 'wall-campaigns', text: CAMPAIGNS }, []);
}

const CAMPAIGNS = `
with stages as (select campaign_id, stage, count(*) as calls from live_calls group by campaign_id, stage),
open as (select campaign_id, json_object_agg(stage, calls order by stage) as stages from stages group by campaign_id)
select c.name, o.body->>'label' as label, o.body->>'mode' as mode, c.paused_at is not null as paused,
  coalesce(open.stages, '{}') as stages
from campaigns c
join config_objects o on o.id = c.id
left join open on open.campaign_id = c.id
where c.paused_at is null or open.campaign_id is not null
order by c.name
limit 200`;

export interface StuckRow {
  id: string;
  /** With `attempt` it names the workflow. */
  contactId: number | null;
  attempt: number;
  /** Null: a test call, over `trunk`. */
  campaign: string | null;
  trunk: string | null;
  stage: CallStage;
  since: Date;
  node: string;
  reason: StuckReason;
  /** All of them, in every row. */
  count: number;
}

/** Longer than anything takes that goes on by itself: the sweep looks each ten seconds, commits are tried again within 15. */
const GRACE_SECONDS = 60;

/** Oldest first. */
export async function readStuckCalls(
  on: Queryable,
  params: { now: Date; limit: number },
): Promise<StuckRow[]> {
  return preparedRowsOf<StuckRow>(on, { name: 'wall-stuck', text: STUCK }, [
    params.now,
    GRACE_SECONDS,
    params.limit,
  ]);
}

const STUCK = `
with late as (select $1::timestamptz - $2::int * interval '1 second' as at),
judged as (
  select l.*, c.name as campaign, x.name as trunk,
    case
      when e.ended_at < late.at then 'edge-gone'
      when l.stage = 'claimed' and l.started_at is null and coalesce(l.preview_until, l.claimed_at) < late.at then 'not-started'
      when l.stage in ('ending', 'committing') and l.stage_at < late.at then 'not-saved'
      when l.stage = 'wrap-up' and l.wrap_up_until < late.at then 'wrap-up-over'
      when l.stage in ('inviting', 'ringing')
        and l.stage_at < late.at - coalesce((o.body->>'ringTimeoutSeconds')::int, ${TEST_RING_SECONDS}) * interval '1 second' then 'rings-long'
      when l.stage = 'talking'
        and l.stage_at < late.at - coalesce((o.body->>'maxTalkSeconds')::int, ${TEST_MAX_TALK_SECONDS}) * interval '1 second' then 'talks-long'
    end as why
  from live_calls l
  cross join late
  left join campaigns c on c.id = l.campaign_id
  left join config_objects o on o.id = c.id
  left join config_objects x on x.id = l.trunk_id and c.id is null
  left join edges e on e.node = l.node and e.epoch = l.epoch)
select call_id as id, contact_id as "contactId", attempt, campaign, trunk, stage, stage_at as since, node,
  why as reason, (count(*) over ())::int as count
from judged where why is not null
order by stage_at, call_id
limit $3`;

export interface WallEdgeRow {
  node: string;
  refusing: string | null;
  draining: boolean;
  capacity: number;
  calls: number;
}

export interface WallTrunkRow {
  name: string;
  body: TrunkDef;
  backoffUntil: string | null;
  suspended: boolean;
  suspendedReason: string | null;
  channels: number;
}

export interface WallPartsRow {
  edges: WallEdgeRow[];
  trunks: WallTrunkRow[];
  /** Processes with dial loops. */
  dialers: number;
  /** Campaigns that a dial loop has to dial. */
  robots: number;
  oldestDelta: number | null;
}

/** @param dialer `application_name` of the processes with dial loops */
export async function readWallParts(on: Queryable, params: { dialer: string }): Promise<WallPartsRow> {
  const [row] = await preparedRowsOf<WallPartsRow>(on, { name: 'wall-parts', text: PARTS }, [params.dialer]);
  return row ?? { edges: [], trunks: [], dialers: 0, robots: 0, oldestDelta: null };
}

const PARTS = `
select
  coalesce((select json_agg(json_build_object('node', e.node, 'refusing', e.refusing, 'draining', e.draining_at is not null,
      'capacity', e.capacity, 'calls', (select count(*) from live_calls l where l.node = e.node and l.epoch = e.epoch))
      order by e.node, e.epoch)
    from edges e where e.ended_at is null), '[]') as edges,
  coalesce((select json_agg(json_build_object('name', t.name, 'body', t.body - 'credentials',
      'backoffUntil', h.backoff_until, 'suspended', h.suspended_at is not null, 'suspendedReason', h.suspended_reason,
      'channels', (select count(*) from live_calls l where l.trunk_id = t.id)) order by t.name)
    from config_objects t left join trunk_health h on h.id = t.id
    where t.kind = 'trunk' and exists (
      select from campaigns c join config_objects o on o.id = c.id
      where c.paused_at is null and o.body->>'trunk' = t.name)), '[]') as trunks,
  (select count(*) from pg_stat_activity
   where datname = current_database() and application_name = $1::text)::int as dialers,
  (select count(*) from campaigns c join config_objects o on o.id = c.id
   where c.paused_at is null and o.body->>'mode' = 'robot')::int as robots,
  (select min(id) from rollup_deltas) as "oldestDelta"`;

/** A-law, two channels, 8 kHz. */
const WAV_BYTES_PER_MS = 16;

export interface RecordedRow {
  /** As they were recorded, whatever became of them since. */
  bytes: number;
  lost: number;
  lostToday: number;
  /** The oldest call that was looked at. */
  first: Date | null;
}

/** Recordings of the calls since `from`, for the disk: a stretch of an index, not to be asked more than each few minutes. */
export async function readRecorded(on: Queryable, params: { from: Date; today: Date }): Promise<RecordedRow> {
  const [row] = await preparedRowsOf<RecordedRow>(
    on,
    {
      name: 'wall-recorded',
      text: `
select (coalesce(sum(recording_ms::bigint) filter (where recording_state in ('ready', 'deleted')), 0) * ${WAV_BYTES_PER_MS})::float8 as bytes,
  (count(*) filter (where recording_state = 'lost'))::int as lost,
  (count(*) filter (where recording_state = 'lost' and claimed_at >= $2))::int as "lostToday",
  min(claimed_at) as first
from calls where claimed_at >= $1`,
    },
    [params.from, params.today],
  );
  return row ?? { bytes: 0, lost: 0, lostToday: 0, first: null };
}

export interface StoredRow {
  /** Of all days, by the last look at each folder. */
  wavBytes: number;
  archiveBytes: number;
  missing: number;
  /** Given back by archive and retention since `from`. */
  freedBytes: number;
}

/** A row for each day that there ever was. */
export async function readStored(on: Queryable, params: { from: Date }): Promise<StoredRow> {
  const [row] = await preparedRowsOf<StoredRow>(
    on,
    {
      name: 'wall-stored',
      text: `
select coalesce(sum(wav_bytes), 0)::float8 as "wavBytes", coalesce(sum(archive_bytes), 0)::float8 as "archiveBytes",
  coalesce(sum(missing), 0)::int as missing,
  coalesce(sum(freed_bytes) filter (where day >= ($1::timestamptz at time zone 'UTC')::date), 0)::float8 as "freedBytes"
from recording_days`,
    },
    [params.from],
  );
  return row ?? { wavBytes: 0, archiveBytes: 0, missing: 0, freedBytes: 0 };
}
