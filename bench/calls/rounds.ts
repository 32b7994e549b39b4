/**
 * Rounds of real calls: contacts are imported while the campaign is paused, then it is released, and the round lasts from
 * the first claim to the last commit.
 * @module
 */
import { costsBetween, sumOfCosts, type BenchSite, type Costs } from '../support/bench-site.ts';
import type { CarrierProcess } from '../support/carrier-process.ts';
import type { Stretch } from '../support/interleave.ts';
import { hold, importLoad, release } from '../support/robot-load.ts';
import type { Bench } from '../support/run-bench.ts';

export interface CallStretch extends Stretch {
  /** Processor milliseconds of each part. */
  parts: Costs;
}

/** Over all rounds. */
export interface CallAudit {
  /** Seen by the carrier. */
  invites: number;
  /** Calls with an INVITE and an outcome. */
  committed: number;
  /** Attempts without an INVITE: the place step was not reached in time. Their contacts were called again. */
  notPlaced: number;
  /** What the rollups say: with INVITE and without. */
  counted: number;
}

export interface CallRounds {
  run(calls: number): Promise<CallStretch>;
  audit(): Promise<CallAudit>;
  /** Some workflows of the run, spread over it. */
  workflowIds(most: number): Promise<string[]>;
}

const LOOK_MS = 100;

export function createCallRounds(deps: {
  site: BenchSite;
  carrier: CarrierProcess;
  campaignId: number;
  campaign: string;
  bench: Bench;
}): CallRounds {
  const { site, carrier, campaignId, campaign, bench } = deps;
  let wanted = 0;
  const committed = async (): Promise<number> =>
    (
      await site.db.query<{ n: number }>(
        `select count(*)::int as n from calls
         where campaign_id = $1 and committed_at is not null and invited_at is not null`,
        [campaignId],
      )
    ).rows[0]?.n ?? 0;
  const counted = async (): Promise<number> =>
    (
      await site.db.query<{ n: number }>(
        `select coalesce(sum(calls), 0)::int as n from (select calls, campaign_id from rollup_hours
           union all select calls, campaign_id from rollup_deltas) as p where campaign_id = $1`,
        [campaignId],
      )
    ).rows[0]?.n ?? 0;
  return {
    run: async (calls) => {
      await importLoad(site, campaign, calls);
      wanted += calls;
      const { rows: now } = await site.db.query<{ at: Date }>('select clock_timestamp() as at');
      const since = now[0]?.at;
      const before = site.cpuMs();
      await release(site, campaignId);
      while ((await committed()) < wanted) {
        bench.signal.throwIfAborted();
        await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      }
      const parts = costsBetween(before, site.cpuMs());
      await hold(site, campaignId);
      const { rows } = await site.db.query<{ ms: number }>(
        `select 1000 * extract(epoch from max(committed_at) - min(claimed_at))::float8 as ms
         from calls where campaign_id = $1 and claimed_at >= $2 and committed_at is not null`,
        [campaignId, since],
      );
      return { units: calls, ms: rows[0]?.ms ?? NaN, cpuMs: sumOfCosts(parts), parts };
    },
    audit: async () => ({
      invites: (await carrier.counts()).invites,
      committed: await committed(),
      notPlaced:
        (
          await site.db.query<{ n: number }>(
            `select count(*)::int as n from calls
             where campaign_id = $1 and committed_at is not null and invited_at is null`,
            [campaignId],
          )
        ).rows[0]?.n ?? 0,
      counted: await counted(),
    }),
    workflowIds: async (most) => {
      const { rows } = await site.db.query<{ id: string }>(
        `select 'call:' || contact_id || ':' || attempt as id from calls where campaign_id = $1
         order by md5(id::text) limit $2`,
        [campaignId, most],
      );
      return rows.map(({ id }) => id);
    },
  };
}
