/**
 * Each report three times: as the product reads it, as raw SQL over `calls`, and over the perfect table.
 * @module
 */
import type { CampaignSetup } from '../../db/campaigns.ts';
import type { Database } from '../../db/client.ts';
import { readCampaignDays, readDay, readPeriod, type DayFilter } from '../../db/rollups.ts';

export interface Report {
  name: string;
  /** A month or more. */
  long: boolean;
  ours: () => Promise<object[]>;
  raw: () => Promise<object[]>;
  perfect: () => Promise<object[]>;
}

const ZONE = 'Europe/Bucharest';

/** @param days local days, oldest first; the last one has the unfolded tail */
export function reportsOf(
  db: Database,
  campaigns: readonly CampaignSetup[],
  days: readonly string[],
): Report[] {
  const today = days.at(-1) ?? '';
  const monthAgo = days.at(-31) ?? '';
  const campaignId = campaigns[0]?.id ?? 0;
  const day = (name: string, more: Partial<DayFilter>): Report => {
    const filter = { date: today, zone: ZONE, ...more };
    const values = [today, ZONE, more.kind ?? null, more.campaignId ?? null, more.listId ?? null, today];
    return { name, long: false, ours: () => readDay(db.pool, filter), ...others(db, name, byHour, values) };
  };
  const period = (name: string, from: string, more: Partial<DayFilter>): Report => {
    const filter = { from, to: today, zone: ZONE, ...more };
    const values = [from, ZONE, more.kind ?? null, more.campaignId ?? null, more.listId ?? null, today];
    return { name, long: true, ours: () => readPeriod(db.pool, filter), ...others(db, name, byDay, values) };
  };
  const live = campaigns.map((campaign) => ({ campaignId: campaign.id, date: today, zone: ZONE }));
  return [
    day('day', {}),
    day('day of robots', { kind: 'robot' }),
    day('day of a campaign', { campaignId }),
    {
      name: 'day of each campaign',
      long: false,
      ours: () => readCampaignDays(db.pool, live),
      ...others(db, 'day of each campaign', byCampaign, [today, ZONE, null, null, null, today]),
    },
    period('month', monthAgo, {}),
    period('month of a campaign', monthAgo, { campaignId }),
    period('quarter', days[0] ?? '', {}),
  ];
}

type Text = (source: string) => string;

/** Prepared, as the product's own are. */
function others(db: Database, name: string, text: Text, values: unknown[]): Pick<Report, 'raw' | 'perfect'> {
  const run = (side: string, source: string) => async () =>
    (await db.pool.query<object>({ name: `${side} ${name}`, text: text(source), values })).rows;
  return { raw: run('raw', RAW), perfect: run('perfect', PERFECT) };
}

const BOUNDS = (time: string) => `
  ${time} >= $1::date::timestamp at time zone $2 and ${time} < ($6::date + 1)::timestamp at time zone $2
  and ($3::text is null or kind = $3) and ($4::int is null or campaign_id = $4) and ($5::int is null or list_id = $5)`;

/**
 * As one would write it without rollups, helped where it can be: a call is claimed at most an hour before its INVITE, so
 * the index of the claim narrows the table down.
 */
const RAW = `
  select coalesce(invited_at, claimed_at) as hour, campaign_id, status_id, 1 as calls,
    case when answered_at is null then 0 else 1 end as answered, talk_ms
  from calls
  where committed_at is not null and ${BOUNDS('coalesce(invited_at, claimed_at)')}
    and claimed_at >= ($1::date::timestamp at time zone $2) - interval '1 hour'
    and claimed_at < ($6::date + 1)::timestamp at time zone $2`;

const PERFECT = `select hour, campaign_id, status_id, calls, answered, talk_ms from perfect where ${BOUNDS('hour')}`;

const SUMS = 'sum(p.calls)::int8 as calls, sum(p.answered)::int8 as answered';
const byHour: Text = (source) => `
  select extract(hour from p.hour at time zone $2)::int as "localHour", s.code as status, ${SUMS},
    sum(p.talk_ms)::int8 as "talkMs"
  from (${source}) p join statuses s on s.id = p.status_id group by 1, 2`;
const byDay: Text = (source) => `
  select (p.hour at time zone $2)::date as date, s.code as status, ${SUMS}, sum(p.talk_ms)::int8 as "talkMs"
  from (${source}) p join statuses s on s.id = p.status_id group by 1, 2`;
const byCampaign: Text = (source) => `
  select p.campaign_id as "campaignId", extract(hour from p.hour at time zone $2)::int as "localHour", ${SUMS}
  from (${source}) p group by 1, 2 order by 1, 2`;
