/**
 * Which zones have folded days. A local day belongs to a zone, so `report_days` is a cache of `report_hours` for the zones
 * that reports are asked in; where a zone is not there (yet), reports add up its hours. Its months come and go
 * with its row in `report_zones`, by triggers.
 * @module
 */
import type { Database } from './client.ts';
import { rowsOf } from './queryable.ts';
import { ALL } from './report-sums.ts';
import { FOLD_LOCK } from './rollups.ts';
import { inTransaction } from './transaction.ts';

const SUMS_OF_ZONES = [
  'report_days',
  'report_agent_days',
  'agent_state_days',
  'report_months',
  'report_month_hours',
  'report_agent_months',
  'agent_state_months',
] as const;

/**
 * Makes the days of each zone of the site and of its calendars, forgets those of other zones. A statement or two a zone;
 * nothing is written when nothing has changed. To make a zone anew (the rules of its clock were changed), delete it from
 * `report_zones`.
 * @returns undefined when another process folds right now
 */
export async function keepReportDays(
  db: Database,
  input: { siteZone: string },
): Promise<{ made: string[]; forgotten: string[] } | undefined> {
  const seen = await compareZones(db.pool, input.siteZone);
  if (seen.missing.length === 0 && seen.unused.length === 0) return { made: [], forgotten: [] };
  return inTransaction(db, async (client) => {
    // The days that are made here and those that a fold adds to must not miss one another.
    const [lock] = await rowsOf<{ got: boolean }>(client, 'select pg_try_advisory_xact_lock($1) as got', [
      FOLD_LOCK,
    ]);
    if (lock?.got !== true) return undefined;
    const { missing, unused } = await compareZones(client, input.siteZone);
    await rowsOf(client, 'delete from report_zones where zone = any($1)', [unused]);
    // Nor may a change of an agent's state, which takes no such lock and writes its hours first.
    await rowsOf(client, 'lock table agent_state_hours in share row exclusive mode');
    // Whoever deletes a zone by hand does not lock either: a fold that still knew it adds to its sums after they are gone.
    for (const table of SUMS_OF_ZONES) {
      await rowsOf(client, `delete from ${table} where zone not in (select zone from report_zones)`);
    }
    for (const zone of missing) {
      for (const make of [MAKE, MAKE_AGENT_DAYS, MAKE_STATE_DAYS]) await rowsOf(client, make, [zone]);
      await rowsOf(client, 'insert into report_zones (zone) values ($1)', [zone]);
    }
    return { made: missing, forgotten: unused };
  });
}

async function compareZones(
  on: Parameters<typeof rowsOf>[0],
  siteZone: string,
): Promise<{ missing: string[]; unused: string[] }> {
  const rows = await rowsOf<{ zone: string; wanted: boolean; there: boolean }>(on, COMPARE, [siteZone]);
  return {
    missing: rows.filter((row) => row.wanted && !row.there).map((row) => row.zone),
    unused: rows.filter((row) => row.there && !row.wanted).map((row) => row.zone),
  };
}

const COMPARE = `
  with wanted as (
    select $1::text as zone union select body->>'zone' from config_objects where kind = 'calendar')
  select coalesce(w.zone, z.zone) as zone, w.zone is not null as wanted, z.zone is not null as there
  from wanted w full join report_zones z on z.zone = w.zone
  where (w.zone is null or z.zone is null) order by 1`;

/** Each hour belongs to one local day, also on the days of 23 and 25 hours: from UTC to local there is no doubt. */
const MAKE = `
  insert into report_days (zone, campaign_id, list_id, kind, status_id, day, calls, answered, talk_ms,
    waited, waited_ms, given_up, given_up_ms)
  select $1, coalesce(campaign_id, ${ALL}), coalesce(list_id, ${ALL}), kind, status_id, day, sum(calls), sum(answered), sum(talk_ms),
    sum(waited), sum(waited_ms), sum(given_up), sum(given_up_ms)
  from (
    select campaign_id, list_id, kind, status_id, (hour at time zone $1)::date as day, sum(calls) as calls, sum(answered) as answered,
      sum(talk_ms) as talk_ms, sum(waited) as waited, sum(waited_ms) as waited_ms, sum(given_up) as given_up,
      sum(given_up_ms) as given_up_ms
    from rollup_hours group by 1, 2, 3, 4, 5) h
  group by kind, status_id, day, cube (campaign_id, list_id)
  order by 2, 3, day, kind, status_id`;

const MAKE_AGENT_DAYS = `
  insert into report_agent_days (zone, day, agent_id, campaign_id, kind, status_id, calls, answered, talk_ms, hold_ms, wrap_up_ms)
  select $1, (hour at time zone $1)::date as day, agent_id, campaign_id, kind, status_id,
    sum(calls), sum(answered), sum(talk_ms), sum(hold_ms), sum(wrap_up_ms)
  from rollup_hours where agent_id <> 0 group by day, agent_id, campaign_id, kind, status_id
  order by day, agent_id`;

const MAKE_STATE_DAYS = `
  insert into agent_state_days (zone, day, user_id, state, ms)
  select $1, (hour at time zone $1)::date as day, user_id, state, sum(ms)
  from agent_state_hours group by day, user_id, state order by day, user_id`;
