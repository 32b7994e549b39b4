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
import { preparedRowsOf, rowsOf, type Queryable } from './queryable.ts';

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
}

/** A pause ends by a person; a second keeps the page's promise that the dialer obeys at once. */
const PAUSE_LOOK_MS = 1_000;
/** An edge that starts or frees a place sends no word to the dial loop. */
const EDGE_LOOK_MS = 500;

/** Two processes' readings of the site's clock differ by less. */
const CLOCK_NOISE_MS = 1_000;

/** Locks campaign and trunk, and says what they allow. */
export async function lockCampaignAndTrunk(
  client: Queryable,
  setup: CampaignSetup,
  now: Date,
): Promise<ClaimWait | TrunkAllowance> {
  const [row] = await preparedRowsOf<LockedRow>(
    client,
    {
      name: 'claim-lock-campaign',
      text: `select c.paused_at is not null as paused, t.backoff_until as "backoffUntil", t.suspended_at as "suspendedAt",
       t.last_probe_at as "lastProbeAt", t.bucket_level as "bucketLevel", t.bucket_at as "bucketAt"
     from campaigns c join trunk_health t on t.id = $2
     where c.id = $1
     for no key update of c, t`,
    },
    [setup.id, setup.trunkId],
  );
  if (!row) throw new Error(`campaign ${setup.id} or the health row of trunk ${setup.trunkId} is missing`);
  if (row.paused) return { reason: 'paused', until: later(now, PAUSE_LOOK_MS) };
  if (row.bucketAt > later(now, CLOCK_NOISE_MS)) await dateBucket(client, setup.trunkId, now);
  return trunkAllowance(row, setup.trunk.callsPerSecond, now);
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

/** Locks the edge with the most free places, out of `edges` or all that take calls. */
export async function lockEdge(
  client: Queryable,
  params: { edges?: readonly EdgeRef[]; bounds?: Record<string, number>; recording: boolean; now: Date },
): Promise<ClaimWait | EdgeRef> {
  const [edge] = await preparedRowsOf<EdgeRef & { free: number }>(
    client,
    {
      name: 'claim-lock-edge',
      text: `select e.node, e.epoch,
       (e.capacity - (select count(*) from live_calls l where l.node = e.node and l.epoch = e.epoch
         and l.seq >= coalesce(($4::jsonb->>(e.node || ':' || e.epoch))::bigint, 0)))::int as free
     from edges e
     where e.ended_at is null and e.draining_at is null
       and (e.refusing is null or (e.refusing = 'disk-full' and not $1))
       and ($2::text[] is null or (e.node, e.epoch) in (select * from unnest($2::text[], $3::int[])))
     order by free desc, e.node, e.epoch desc
     limit 1
     for no key update of e`,
    },
    [
      params.recording,
      params.edges?.map((e) => e.node) ?? null,
      params.edges?.map((e) => e.epoch) ?? null,
      JSON.stringify(params.bounds ?? {}),
    ],
  );
  const until = later(params.now, EDGE_LOOK_MS);
  if (!edge) return { reason: 'no-edge', until };
  if (edge.free <= 0) return { reason: 'edge-full', until };
  return { node: edge.node, epoch: edge.epoch };
}

export function later(from: Date, ms: number): Date {
  return new Date(from.getTime() + ms);
}
