/**
 * Ten million calls in a minute or two: without indexes, without log, by two connections; what the reports read after that.
 * @module
 */
import type { CampaignSetup } from '../../db/campaigns.ts';
import type { Database } from '../../db/client.ts';
import { keepReportDays } from '../../db/report-days.ts';
import { foldRollups, WAIT_SUMS, waitsOfRow } from '../../db/rollups.ts';
import { createWideCampaign } from '../support/contacts.ts';
import type { Bench } from '../support/run-bench.ts';
import { MIX_SQL } from './mix.ts';

export const ZONE = 'Europe/Bucharest';
/** A year until yesterday, Sundays free. */
const CALENDAR_DAYS = 365;
const DAY_MS = 86_400_000;
/** UTC hours of a day with calls. */
const FIRST_HOUR = 5;
const HOURS = 13;
/** A campaign gets a new list each so many days with calls; a fifth of its calls still go to the one before. */
const DAYS_A_LIST = 10;
/** Three of robots and one of people; each has a quarter of the calls. */
const CAMPAIGNS = 4;
const AGENTS = 24;
/** Newest calls, whose deltas are not folded yet: fifty seconds of this year's mean, or the second of a very busy site. */
const TAIL_CALLS = 50;
/** Folded by the product's own fold; what is older is as folds have left it. */
const FOLDED_CALLS = 5_000;
const LOADERS = 2;

export interface LoadedCalls {
  campaigns: CampaignSetup[];
  /** Days with calls `YYYY-MM-DD`, oldest first; the last one has the unfolded tail. */
  days: string[];
}

/** Calls of a year in the order in which they were made, and everything that a site would have made of them. */
export async function loadCalls(bench: Bench, db: Database, count: number): Promise<LoadedCalls> {
  const campaigns: CampaignSetup[] = [];
  for (let n = 0; n < CAMPAIGNS; n++) campaigns.push(await createWideCampaign(db, `bench-${n}`));
  const days = workingDays();
  for (const campaign of campaigns) {
    await db.pool.query(
      `insert into lists (campaign_id, name, kind) select $1, 'list-' || n, 'normal' from generate_series(0, $2::int) n`,
      [campaign.id, Math.floor(days.length / DAYS_A_LIST)],
    );
  }
  await strip(db);
  await db.pool.query(MIX_SQL);
  await db.pool.query('analyze bench_mix, lists');
  await Promise.all(
    Array.from({ length: LOADERS }, async (_, part) => {
      const at = (share: number) => Math.floor((count * share) / LOADERS);
      await db.pool.query(INSERT, [at(part), at(part + 1) - 1, count, days]);
    }),
  );
  bench.say(`${count} calls are written`);
  // What a site has, as far as a report could use it. The statistics come with the vacuum.
  await Promise.all([
    withMemory(db, 'create index calls_claimed on calls (claimed_at, id)'),
    withMemory(db, 'create index calls_campaign_claimed on calls (campaign_id, claimed_at, id)'),
  ]);
  await db.pool.query('vacuum (analyze) calls');
  bench.say('indexes and statistics are there');
  await rollUp(db, count);
  bench.say('rollups are there');
  return { campaigns, days };
}

/** Sorted and grouped in memory; on a connection that is not used again. */
async function withMemory(db: Database, ...statements: string[]): Promise<void> {
  const client = await db.pool.connect();
  try {
    await client.query(`set maintenance_work_mem = '1GB'; set work_mem = '512MB'`);
    for (const statement of statements) await client.query(statement);
  } finally {
    client.release(true);
  }
}

function workingDays(): string[] {
  const first = Math.floor(Date.now() / DAY_MS) - CALENDAR_DAYS;
  return Array.from({ length: CALENDAR_DAYS }, (_, n) => new Date((first + n) * DAY_MS))
    .filter((day) => day.getUTCDay() !== 0)
    .map((day) => day.toISOString().slice(0, 10));
}

/** Only in this database: what would make loading slow. Reading is the same without it, raw SQL a little quicker. */
async function strip(db: Database): Promise<void> {
  const { rows } = await db.pool.query<{ drop: string }>(
    `select format('alter table %s drop constraint %I', conrelid::regclass, conname) as drop from pg_constraint
     where contype = 'f' and 'calls'::regclass in (conrelid, confrelid)
     union all
     select format('alter table calls drop constraint %I', conname) from pg_constraint
     where contype in ('p', 'u') and conrelid = 'calls'::regclass`,
  );
  for (const { drop } of rows) await db.pool.query(drop);
  const { rows: indexes } = await db.pool.query<{ drop: string }>(
    `select format('drop index %s', indexrelid::regclass) as drop from pg_index where indrelid = 'calls'::regclass`,
  );
  for (const { drop } of indexes) await db.pool.query(drop);
  await db.pool.query('alter table calls set (autovacuum_enabled = off, fillfactor = 100)');
  await db.pool.query('alter table calls set unlogged');
}

/** Without what no report reads (timeline, recording): rows are a third as wide as real ones, raw SQL is that much quicker. */
const INSERT = `
  with campaign as (select array_agg(id order by id) as ids from campaigns),
  list as (select campaign_id, row_number() over (partition by campaign_id order by id) - 1 as n, id from lists),
  made as (
    select i, (i % ${CAMPAIGNS})::int as c, (i * cardinality($4::date[]) / $3::bigint)::int as day,
      (i * cardinality($4::date[]) % $3::bigint)::float8 / $3::bigint as part, hashint8(i) & 2147483647 as dice
    from generate_series($1::bigint, $2::bigint) i),
  dated as (
    select m.*, campaign.ids[1 + c] as campaign_id,
      greatest(0, day / ${DAYS_A_LIST} - case when dice / 1000 % 5 = 0 then 1 else 0 end) as list_no,
      ($4::date[])[1 + day]::timestamp at time zone 'UTC' + interval '1 hour' * (${FIRST_HOUR} + part * ${HOURS}) as at
    from made m, campaign)
  insert into calls (id, kind, campaign_id, list_id, contact_id, attempt, number_id, agent_id, node, epoch, versions, claimed_at,
    committed_at, status_id, result, reason, invited_at, answered_at, ended_at, talk_ms, recording_state)
  select lpad(to_hex(d.i), 32, '0')::uuid, mix.kind, d.campaign_id, list.id, d.i, 1, d.i,
    case when mix.kind = 'outbound' then 1 + d.dice / 5000 % ${AGENTS} end, 'edge-1', 1, '{"campaign":1}', d.at,
    d.at + interval '30 seconds', mix.status_id, 'customer', 'no-answer', d.at + interval '20 ms',
    case when mix.answered then d.at + interval '8 seconds' end, d.at + interval '28 seconds',
    case when mix.answered then 20000 + d.dice % 1000 else 0 end, 'none'
  from dated d
  join bench_mix mix on mix.kind = case when d.c = ${CAMPAIGNS - 1} then 'outbound' else 'robot' end and mix.dice = d.dice % 1000
  join list on list.campaign_id = d.campaign_id and list.n = d.list_no`;

/** All calls ring alike: taken from each row it would be a quarter of the loading. */
const RANG = `count(answered_at), count(answered_at) * 7980, count(*) - count(answered_at), (count(*) - count(answered_at)) * 27980`;

const KEY = 'hour, campaign_id, list_id, agent_id, kind, status_id';
const COLUMNS = `${KEY}, calls, answered, talk_ms, hold_ms, wrap_up_ms, ${WAIT_SUMS}`;

/** As the commits would have left it: all but the newest calls folded by hours, by the product's own fold at the end. */
async function rollUp(db: Database, count: number): Promise<void> {
  const delta = `date_trunc('hour', invited_at, 'UTC') as hour, campaign_id, list_id, coalesce(agent_id, 0) as agent_id, kind, status_id`;
  await withMemory(
    db,
    // What the triggers of `rollup_hours` would add row by row is written at once, as migration 0005 does.
    `set session_replication_role = replica`,
    `insert into rollup_hours (${COLUMNS})
     select ${delta}, count(*), count(answered_at), sum(talk_ms), 0, 0, ${RANG} from calls where contact_id < ${count - FOLDED_CALLS}
     group by 1, 2, 3, 4, 5, 6 order by 1, 2, 3, 4, 5, 6`,
    `insert into report_hours (campaign_id, list_id, kind, status_id, hour, calls, answered, talk_ms)
     select coalesce(campaign_id, -1), coalesce(list_id, -1), kind, status_id, hour, sum(calls), sum(answered), sum(talk_ms)
     from rollup_hours group by hour, kind, status_id, cube (campaign_id, list_id) order by hour, 1, 2, 3, 4`,
  );
  await keepReportDays(db, { siteZone: ZONE });
  const commit = `insert into rollup_deltas (${COLUMNS})
     select ${delta}, 1, case when answered_at is null then 0 else 1 end, talk_ms, 0, 0, ${waitsOfRow()}
     from calls where contact_id >= $1 and contact_id < $2`;
  await db.pool.query(commit, [count - FOLDED_CALLS, count - TAIL_CALLS]);
  await foldRollups(db);
  await db.pool.query(commit, [count - TAIL_CALLS, count]);
  const sums = ['rollup_hours', 'report_hours', 'report_days', 'report_months', 'report_month_hours'];
  for (const table of [...sums, 'rollup_deltas']) {
    await db.pool.query(`vacuum (analyze) ${table}`);
  }
}
