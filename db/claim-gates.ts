/**
 * What holds a claim back before any contact is looked at: campaign, trunk, edges. Rows are locked in the order campaign,
 * trunk, edge (as everybody does), so that the counts of the claim statement, which runs after, cannot be overtaken.
 * @module
 */
import type { EdgeRef } from '../contracts/model/call.ts';
import { callRateAllowance } from '../domain/call-rate.ts';
import type { DialWait } from '../domain/dial-wait.ts';
import { MAX_BACKOFF_SECONDS, PROBE_INTERVAL_MS } from '../domain/trunk-health.ts';
import type { CampaignSetup } from './campaigns.ts';
import { MAX_SEQ } from './claim-memory.ts';
import { preparedRowsOf, rowsOf, type Queryable } from './queryable.ts';

/**
 * The plan of a claim must not follow statistics: every row it reads has its index. `live_calls` is empty one minute and
 * full the next, the queue of a new list small and then large; a plan made while they were small reads them from end to end
 * until they are analysed again. And when autovacuum has sampled them at such a moment, Postgres may take planning the
 * statement anew each time (longer than running it) for the cheaper way.
 */
export const ONE_PLAN = [
  'plan_cache_mode = force_generic_plan',
  ...['seqscan', 'bitmapscan', 'mergejoin', 'hashjoin'].map((node) => `enable_${node} = off`),
];

export interface ClaimWait {
  reason: DialWait;
  /** When it is worth looking again. */
  until: Date;
}

/** How many calls campaign and trunk allow now, and what to write back when some are claimed. */
export interface TrunkAllowance {
  allowed: number;
  bucketLevel: number;
  /** The trunk is suspended and this claim is its one call of the minute. */
  probing: boolean;
}

interface LockedRow {
  paused: boolean;
  backoffUntil: Date | null;
  suspendedAt: Date | null;
  lastProbeAt: Date | null;
  bucketLevel: number;
  bucketAt: Date;
  /** Null, as `epoch` and `free`: no edge takes calls. */
  node: string | null;
  epoch: number | null;
  free: number | null;
}

/** A pause ends by a person; a second keeps the page's promise that the dialer obeys at once. */
const PAUSE_LOOK_MS = 1_000;
/** An edge that starts or frees a place sends no word to the dial loop. */
const EDGE_LOOK_MS = 500;

/** Two processes' readings of the site's clock differ by less. */
const CLOCK_NOISE_MS = 1_000;

export interface GateParams {
  setup: CampaignSetup;
  now: Date;
  /** Only these; default: any that takes calls. */
  edges?: readonly EdgeRef[];
  /** By `edgeKey`: no open call of the edge has a lower `seq`. */
  bounds?: Record<string, number>;
}

/**
 * One trip for all three rows: each CTE runs when the one before it has its lock. The newest version of a trunk's row is
 * looked for from the end of the index: each claim leaves a version behind, and under an old snapshot they all stay. The
 * free places may be older than the locks; they only choose the edge, the claim statement counts again.
 */
const gates = (name: string, locked: (of?: string) => string) => ({
  name,
  text: `
with campaign as materialized (
  select paused_at is not null as paused from campaigns where id = $1 ${locked()}),
trunk as materialized (
  select backoff_until, suspended_at, last_probe_at, bucket_level, bucket_at from trunk_health
  where id >= $2 and id <= $2 and exists (select 1 from campaign)
  order by id desc limit 1 ${locked()}),
edge as materialized (
  select e.node, e.epoch,
    (e.capacity - (select count(*) from live_calls l
      where (l.node, l.epoch, l.seq) >= (e.node, e.epoch, coalesce(($6::jsonb->>(e.node || ':' || e.epoch))::bigint, 0))
        and (l.node, l.epoch, l.seq) <= (e.node, e.epoch, ${MAX_SEQ})
        and l.ended_at is null))::int as free
  from edges e
  where exists (select 1 from trunk) and e.ended_at is null and e.draining_at is null
    and (e.refusing is null or (e.refusing = 'disk-full' and not $3))
    and ($4::text[] is null or (e.node, e.epoch) in (select * from unnest($4::text[], $5::int[])))
  order by free desc, e.node, e.epoch desc
  limit 1
  ${locked('e')})
select c.paused, t.backoff_until as "backoffUntil", t.suspended_at as "suspendedAt", t.last_probe_at as "lastProbeAt",
  t.bucket_level as "bucketLevel", t.bucket_at as "bucketAt", e.node, e.epoch, e.free
from campaign c cross join trunk t left join edge e on true`,
});
const LOCK = gates('claim-lock', (of) => `for no key update${of === undefined ? '' : ` of ${of}`}`);
const LOOK = gates('claim-look', () => '');

/** Locks campaign, trunk and the edge with the most free places, and says what they allow. */
export async function lockGates(
  client: Queryable,
  params: GateParams,
): Promise<ClaimWait | { allowance: TrunkAllowance; edge: EdgeRef }> {
  const { setup, now } = params;
  const row = await readRow(client, LOCK, params);
  const { paused, trunk, edge } = judge(row, params);
  if (paused) return paused;
  if (row.bucketAt > later(now, CLOCK_NOISE_MS)) await dateBucket(client, setup.trunkId, now);
  if ('reason' in trunk) return trunk;
  if ('reason' in edge) return edge;
  return { allowance: trunk, edge };
}

/** Each gate by itself, in the order of a claim. */
export interface GateStates {
  paused?: ClaimWait;
  trunk: ClaimWait | TrunkAllowance;
  /** The one with the most free places. */
  edge: ClaimWait | EdgeRef;
}

/** As `lockGates` sees them, locking nothing: for a person who asks. */
export async function lookAtGates(on: Queryable, params: GateParams): Promise<GateStates> {
  return judge(await readRow(on, LOOK, params), params);
}

async function readRow(
  on: Queryable,
  statement: typeof LOCK,
  { setup, edges, bounds }: GateParams,
): Promise<LockedRow> {
  const [row] = await preparedRowsOf<LockedRow>(on, statement, [
    setup.id,
    setup.trunkId,
    setup.campaign.recording,
    edges?.map((e) => e.node) ?? null,
    edges?.map((e) => e.epoch) ?? null,
    JSON.stringify(bounds ?? {}),
  ]);
  if (!row) throw new Error(`campaign ${setup.id} or the health row of trunk ${setup.trunkId} is missing`);
  return row;
}

function judge(row: LockedRow, { setup, now }: GateParams): GateStates {
  return {
    ...(row.paused && { paused: { reason: 'paused', until: later(now, PAUSE_LOOK_MS) } }),
    trunk: trunkAllowance(row, setup.trunk.callsPerSecond, now),
    edge: edgeOf(row, later(now, EDGE_LOOK_MS)),
  };
}

function edgeOf({ node, epoch, free }: LockedRow, until: Date): ClaimWait | EdgeRef {
  if (node === null || epoch === null) return { reason: 'no-edge', until };
  return (free ?? 0) <= 0 ? { reason: 'edge-full', until } : { node, epoch };
}

/** A bucket that a clock filled which has been set back since would drain only when that time comes again. */
async function dateBucket(client: Queryable, trunkId: number, now: Date): Promise<void> {
  await rowsOf(client, 'update trunk_health set bucket_at = $2 where id = $1', [trunkId, now]);
}

function trunkAllowance(row: LockedRow, callsPerSecond: number, now: Date): ClaimWait | TrunkAllowance {
  if (row.suspendedAt !== null) {
    // The last probe may belong to an earlier suspension; what lies in the future is of a clock that was set back.
    const seen = [row.suspendedAt, row.lastProbeAt].filter((at) => at !== null && at <= now);
    const last = Math.max(0, ...seen.map((at) => at?.getTime() ?? 0));
    const until = new Date(last + PROBE_INTERVAL_MS);
    if (now < until) return { reason: 'trunk-suspended', until };
    return { allowed: 1, bucketLevel: 0, probing: true };
  }
  // More than the longest back-off ahead: written by a clock that was set back since.
  const longest = later(now, MAX_BACKOFF_SECONDS * 1_000);
  if (row.backoffUntil !== null && now < row.backoffUntil && row.backoffUntil <= longest) {
    return { reason: 'trunk-backoff', until: row.backoffUntil };
  }
  const rate = callRateAllowance({ level: row.bucketLevel, at: row.bucketAt }, callsPerSecond, now);
  if (rate.allowed === 0) return { reason: 'trunk-rate', until: rate.nextAt };
  return { allowed: rate.allowed, bucketLevel: rate.level, probing: false };
}

export function later(from: Date, ms: number): Date {
  return new Date(from.getTime() + ms);
}

/** Free places of campaign, trunk and edge, as counted after their locks. */
export interface Room {
  channels: number;
  concurrency: number;
  places: number;
}

/** A place is freed by the end of a call, which sends no word to whoever waits for it. */
export const PLACE_LOOK_MS = 500;

/** Edge, trunk or campaign are full. @param taken calls that were not yet counted */
export function fullness(room: Room, now: Date, taken = 0): ClaimWait | undefined {
  const until = later(now, PLACE_LOOK_MS);
  if (room.concurrency - taken <= 0) return { reason: 'concurrency', until };
  if (room.channels - taken <= 0) return { reason: 'trunk-channels', until };
  if (room.places - taken <= 0) return { reason: 'edge-full', until };
  return undefined;
}
