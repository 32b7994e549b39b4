/**
 * Ten million calls in a minute: without indexes, without log, by two connections; what the reports read after that.
 * @module
 */
import type { CampaignSetup } from '../../db/campaigns.ts';
import type { Database } from '../../db/client.ts';
import { foldRollups } from '../../db/rollups.ts';
import { createWideCampaign } from '../support/contacts.ts';
import type { Bench } from '../support/run-bench.ts';

/** About a quarter of a year; a list of a campaign is called for some ten days. */
export const DAYS = 92;
const DAYS_A_LIST = 10;
const CAMPAIGNS = 4;
/** Newest calls, whose deltas are not folded yet: a second of a very busy site. */
const TAIL_CALLS = 300;
const LOADERS = 2;

export interface LoadedCalls {
  campaigns: CampaignSetup[];
  /** First UTC hour of the first day. */
  from: Date;
}

/** Calls of `DAYS` days until yesterday, ten UTC hours a day, in the order in which they were made. */
export async function loadCalls(bench: Bench, db: Database, count: number): Promise<LoadedCalls> {
  const campaigns: CampaignSetup[] = [];
  for (let n = 0; n < CAMPAIGNS; n++) campaigns.push(await createWideCampaign(db, `bench-${n}`));
  for (const campaign of campaigns) {
    await db.pool.query(
      `insert into lists (campaign_id, name, kind) select $1, 'list-' || n, 'normal' from generate_series(0, $2::int) n`,
      [campaign.id, Math.floor(DAYS / DAYS_A_LIST)],
    );
  }
  const from = new Date(Math.floor(Date.now() / 86_400_000 - DAYS) * 86_400_000);
  await strip(db);
  await Promise.all(
    Array.from({ length: LOADERS }, async (_, part) => {
      const at = (share: number) => Math.floor((count * share) / LOADERS);
      await db.pool.query(INSERT, [at(part), at(part + 1) - 1, count, DAYS, from, DAYS_A_LIST]);
    }),
  );
  bench.say(`${count} calls are written`);
  // What a site has, as far as a report could use it. The statistics come with the vacuum.
  await db.pool.query('create index calls_claimed on calls (claimed_at, id)');
  await db.pool.query('create index calls_campaign_claimed on calls (campaign_id, claimed_at, id)');
  await db.pool.query('vacuum (analyze) calls');
  bench.say('indexes and statistics are there');
  await rollUp(db, count);
  bench.say('rollups are there');
  return { campaigns, from };
}

/** Only in this database: what would make loading slow. Reading is the same without it. */
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

/** Statuses in the shares of a robot campaign: half nobody, a third heard, the rest in small shares. */
const INSERT = `
  with campaign as (select array_agg(id order by id) as ids from campaigns),
  list as (select campaign_id, array_agg(id order by id) as ids from lists group by 1),
  status as (select array_agg(id order by sort, id) as ids, count(*)::int as n from statuses),
  made as (
    select i, c.ids[1 + i % 4] as campaign_id, i * $4::int / $3 as day,
      $5::timestamptz + (i * $4::int / $3) * interval '1 day' + interval '6 hours'
        + (i * $4::int % $3)::float8 / $3 * interval '10 hours' as at,
      case when i % 6 < 3 then 1 when i % 6 < 5 then 2 else 3 + (i / 6) % (s.n - 2) end as status, s.ids as statuses
    from generate_series($1::bigint, $2::bigint) i, campaign c, status s)
  insert into calls (id, kind, campaign_id, list_id, contact_id, attempt, number_id, node, epoch, versions, claimed_at,
    committed_at, status_id, status_by, result, reason, invited_at, answered_at, ended_at, talk_ms, recording_state,
    recording_reason)
  select gen_random_uuid(), 'robot', m.campaign_id, l.ids[1 + m.day / $6::int], m.i, 1, m.i, 'edge-1', 1, '{"campaign":1}', m.at,
    m.at + interval '30 seconds', m.statuses[m.status], null, 'customer', 'no-answer', m.at + interval '20 ms',
    case when m.status = 2 then m.at + interval '8 seconds' end, m.at + interval '28 seconds',
    case when m.status = 2 then 20000 + m.i % 1000 else 0 end, 'none', 'not-answered'
  from made m join list l on l.campaign_id = m.campaign_id`;

/** As the commits would have left it: all but the newest calls folded by hours, by the product's own fold at the end. */
async function rollUp(db: Database, count: number): Promise<void> {
  const columns =
    'hour, campaign_id, list_id, agent_id, kind, status_id, calls, answered, talk_ms, hold_ms, wrap_up_ms';
  const delta = `date_trunc('hour', invited_at, 'UTC') as hour, campaign_id, list_id, 0, kind, status_id`;
  await db.pool.query(
    `insert into rollup_hours (${columns})
     select ${delta}, count(*), count(answered_at), sum(talk_ms), 0, 0 from calls where contact_id < $1 group by 1, 2, 3, 5, 6`,
    [count - 5_000],
  );
  const commit = `insert into rollup_deltas (${columns})
     select ${delta}, 1, case when answered_at is null then 0 else 1 end, talk_ms, 0, 0
     from calls where contact_id >= $1 and contact_id < $2`;
  await db.pool.query(commit, [count - 5_000, count - TAIL_CALLS]);
  await foldRollups(db);
  await db.pool.query(commit, [count - TAIL_CALLS, count]);
  await db.pool.query('vacuum (analyze) rollup_hours');
  await db.pool.query('vacuum (analyze) rollup_deltas');
}

/** The table one would build for these reports if calls never came: their dimensions and nothing else, no tail. */
export async function buildPerfect(db: Database): Promise<void> {
  await db.pool.query(
    `create table perfect as
     select hour, campaign_id, list_id, kind, status_id, sum(calls)::int as calls, sum(answered)::int as answered,
       sum(talk_ms)::bigint as talk_ms
     from (select * from rollup_hours union all
           select hour, campaign_id, list_id, agent_id, kind, status_id, calls, answered, talk_ms, hold_ms, wrap_up_ms
           from rollup_deltas) p
     group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5`,
  );
  await db.pool.query('create unique index on perfect (hour, campaign_id, list_id, kind, status_id)');
  await db.pool.query('create index on perfect (campaign_id, hour)');
  await db.pool.query('vacuum (analyze) perfect');
}
