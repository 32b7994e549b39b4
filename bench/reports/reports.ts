/**
 * Each report four times: as the product reads it, as raw SQL over `calls`, over the perfect tables, and as a ready answer.
 * @module
 */
import type { CallKind } from '../../contracts/model/call.ts';
import type { CampaignSetup } from '../../db/campaigns.ts';
import type { Database } from '../../db/client.ts';
import { readPeriodDayHours } from '../../db/report-interval.ts';
import { readPeriodHours, readPeriodKinds, readPeriodMonths, type KindCell } from '../../db/report-months.ts';
import { firstOfMonth } from '../../domain/local-dates.ts';
import {
  readCampaignDays,
  readDay,
  readPeriod,
  type DayFilter,
  type PeriodCell,
} from '../../db/report-sums.ts';
import { ZONE } from './load.ts';
import type { PrebuiltTable } from './perfect.ts';

export interface Report {
  name: string;
  /** A month or more. */
  long: boolean;
  ours: () => Promise<object[]>;
  raw: () => Promise<object[]>;
  perfect: () => Promise<object[]>;
  ready: () => Promise<object[]>;
}

const LOCAL = `p.hour at time zone '${ZONE}'`;
const DAY = `(${LOCAL})::date`;
const BY_HOUR = { localHour: `extract(hour from ${LOCAL})::int4`, status: 's.code' };
const BY_DAY_HOUR = { date: DAY, ...BY_HOUR };
const BY_KIND = { kind: 'p.kind', status: 's.code' };
const BY_DAY = { date: DAY, status: 's.code' };
const BY_MONTH = { date: `date_trunc('month', ${LOCAL})::date`, status: 's.code' };
const CAMPAIGN = { campaignId: 'p.campaign_id' };
const LIST = { listId: 'p.list_id' };
const KIND = { kind: 'p.kind' };

const ASKED = { ...CAMPAIGN, ...LIST, ...KIND, statusId: 'p.status_id' };
const BY_CAMPAIGN = [['campaignId'], ['listId']];
const LOCAL_HOUR = { localHour: BY_HOUR.localHour };

export const PREBUILT: readonly PrebuiltTable[] = [
  { name: 'perfect_hours', columns: { day: DAY, ...LOCAL_HOUR, ...ASKED }, talk: true, indexes: BY_CAMPAIGN },
  { name: 'perfect_days', columns: { date: DAY, ...ASKED }, talk: true, indexes: BY_CAMPAIGN },
  { name: 'ready_day', columns: { day: DAY, ...BY_HOUR }, talk: true },
  { name: 'ready_day_kind', columns: { ...KIND, day: DAY, ...BY_HOUR }, talk: true },
  { name: 'ready_day_campaign', columns: { ...CAMPAIGN, day: DAY, ...BY_HOUR }, talk: true },
  { name: 'ready_day_list', columns: { ...LIST, day: DAY, ...BY_HOUR }, talk: true },
  { name: 'ready_hours', columns: { day: DAY, ...CAMPAIGN, ...LOCAL_HOUR }, talk: false },
  { name: 'ready_period', columns: BY_DAY, talk: true },
  { name: 'ready_day_hours', columns: BY_DAY_HOUR, talk: true },
  { name: 'perfect_months', columns: { date: BY_MONTH.date, ...ASKED }, talk: true, indexes: BY_CAMPAIGN },
  { name: 'ready_months', columns: BY_MONTH, talk: true },
  { name: 'ready_slots', columns: BY_HOUR, talk: true },
  { name: 'ready_kinds', columns: BY_KIND, talk: true },
  { name: 'ready_period_campaign', columns: { ...CAMPAIGN, ...BY_DAY }, talk: true },
];

type Filter = Pick<DayFilter, 'campaignId' | 'listId'> & { kind?: CallKind };

function sumsFilter({ kind, ...rest }: Filter): Pick<DayFilter, 'campaignId' | 'listId' | 'kinds'> {
  return { ...rest, kinds: kind && [kind] };
}

/** @param days local days with calls, oldest first; the last one has the unfolded tail */
export function reportsOf(
  db: Database,
  campaigns: readonly CampaignSetup[],
  listId: number,
  days: readonly string[],
): Report[] {
  const today = days.at(-1) ?? '';
  const back = (count: number) =>
    new Date(Date.parse(today) - (count - 1) * 86_400_000).toISOString().slice(0, 10);
  const campaignId = campaigns[0]?.id ?? 0;
  const prepared = (name: string, text: string, values: unknown[]) => async () =>
    (await db.pool.query<object>({ name, text, values })).rows;
  const rawOf = (name: string, columns: Record<string, string>, filter: Filter, from: string) => {
    const asked = [filter.kind, filter.campaignId, filter.listId].map((value) => value ?? null);
    return prepared(`raw ${name}`, rawText(columns, 'talk'), [from, ZONE, ...asked, today]);
  };
  const perfectOf = (
    name: string,
    asked: { hours: boolean; column: string | undefined },
    values: unknown[],
  ) => prepared(`perfect ${name}`, perfectText(asked), values);

  const day = (name: string, table: string, filter: Filter): Report => {
    const [[column, value] = []] = Object.entries(filter);
    const where = column === undefined ? '' : `and "${column}" = $2`;
    const text = `select "localHour", status, calls, answered, "talkMs" from ${table} where day = $1 ${where}`;
    return {
      name,
      long: false,
      ours: () => readDay(db.pool, { date: today, zone: ZONE, ...sumsFilter(filter) }),
      raw: rawOf(name, BY_HOUR, filter, today),
      perfect: perfectOf(name, { hours: true, column }, column === undefined ? [today] : [today, value]),
      ready: prepared(`ready ${name}`, text, column === undefined ? [today] : [today, value]),
    };
  };
  const period = (name: string, length: number, table: string, filter: Filter): Report => {
    const [[column, value] = []] = Object.entries(filter);
    const where = column === undefined ? '' : `and "${column}" = $3`;
    const text = `select date, status, calls, answered, "talkMs" from ${table} where date between $1 and $2 ${where}`;
    const from = back(length);
    const values = column === undefined ? [from, today] : [from, today, value];
    return {
      name,
      long: length > 7,
      ours: () => readPeriod(db.pool, { from, to: today, zone: ZONE, ...sumsFilter(filter) }),
      raw: rawOf(name, BY_DAY, filter, from),
      perfect: perfectOf(name, { hours: false, column }, values),
      ready: prepared(`ready ${name}`, text, values),
    };
  };
  const first = days[0] ?? '';
  const all = { from: first, to: today, zone: ZONE };
  const sums =
    'sum(p.calls)::int8 as calls, sum(p.answered)::int8 as answered, sum(p."talkMs")::int8 as "talkMs"';
  /** Of other rows than days: over all the days with calls, so that the answer can be ready. */
  const interval = (
    name: string,
    ours: () => Promise<object[]>,
    columns: Record<string, string>,
    ready: { table: string; from?: string },
  ): Report => {
    const from = ready.from ?? first;
    const names = Object.keys(columns).map((column) =>
      column === 'status' ? 's.code as status' : `p."${column}"`,
    );
    const table = 'localHour' in columns ? 'perfect_hours' : 'perfect_days';
    const day = table === 'perfect_hours' ? 'day' : 'date';
    return {
      name,
      long: true,
      ours,
      raw: rawOf(name, columns, {}, from),
      perfect: prepared(
        `perfect ${name}`,
        `select ${names.join(', ').replace('p."date"', 'p.day as date')}, ${sums} from ${table} p
         join statuses s on s.id = p."statusId" where p.${day} between $1 and $2
         group by ${names.map((_, at) => at + 1).join(', ')}`,
        [from, today],
      ),
      ready: prepared(
        `ready ${name}`,
        `select ${Object.keys(columns)
          .map((column) => `"${column}"`)
          .join(', ')}, calls, answered, "talkMs"
         from ${ready.table} ${ready.from === undefined ? '' : 'where date between $1 and $2'}`,
        ready.from === undefined ? [] : [from, today],
      ),
    };
  };
  const live = campaigns.map((campaign) => ({ campaignId: campaign.id, date: today, zone: ZONE }));
  const hours = { ...CAMPAIGN, ...LOCAL_HOUR };
  return [
    day('day', 'ready_day', {}),
    day('day of robots', 'ready_day_kind', { kind: 'robot' }),
    day('day of a campaign', 'ready_day_campaign', { campaignId }),
    day('day of a list', 'ready_day_list', { listId }),
    {
      name: 'day of each campaign',
      long: false,
      ours: () => readCampaignDays(db.pool, live),
      raw: prepared('raw hours', rawText(hours, ''), [today, ZONE, null, null, null, today]),
      perfect: prepared(
        'perfect hours',
        `select "campaignId", "localHour", sum(calls)::int8 as calls, sum(answered)::int8 as answered
         from perfect_hours where day = $1 group by 1, 2`,
        [today],
      ),
      ready: prepared(
        'ready hours',
        'select "campaignId", "localHour", calls, answered from ready_hours where day = $1',
        [today],
      ),
    },
    period('week', 7, 'ready_period', {}),
    period('month', 31, 'ready_period', {}),
    period('month of a campaign', 31, 'ready_period_campaign', { campaignId }),
    period('quarter', 92, 'ready_period', {}),
    period('year', 365, 'ready_period', {}),
    period('year of a campaign', 365, 'ready_period_campaign', { campaignId }),
    interval(
      'month by days and hours',
      () => readPeriodDayHours(db.pool, { ...all, from: back(31) }),
      BY_DAY_HOUR,
      { table: 'ready_day_hours', from: back(31) },
    ),
    interval('year by hours', () => readPeriodHours(db.pool, all), BY_HOUR, { table: 'ready_slots' }),
    interval('year by kinds', async () => (await readPeriodKinds(db.pool, all)).map(withoutWaits), BY_KIND, {
      table: 'ready_kinds',
    }),
    {
      ...interval('year by months', async () => byMonth(await readPeriodMonths(db.pool, all)), BY_MONTH, {
        table: 'ready_months',
      }),
      perfect: prepared(
        'perfect year by months',
        `select p.date, s.code as status, ${sums} from perfect_months p join statuses s on s.id = p."statusId" group by 1, 2`,
        [],
      ),
    },
  ];
}

/** The peers have no waiting. */
function withoutWaits({ kind, status, calls, answered, talkMs }: KindCell) {
  return { kind, status, calls, answered, talkMs };
}

/** As the table of the report adds them up. */
function byMonth(cells: readonly PeriodCell[]): PeriodCell[] {
  const months = new Map<string, PeriodCell>();
  for (const cell of cells) {
    const date = firstOfMonth(cell.date);
    const sum = months.get(date + cell.status);
    if (sum === undefined) {
      months.set(date + cell.status, { ...cell, date });
      continue;
    }
    sum.calls += cell.calls;
    sum.answered += cell.answered;
    sum.talkMs += cell.talkMs;
  }
  return [...months.values()];
}

/**
 * As one would write it without rollups, helped where it can be: a call is claimed at most an hour before its INVITE, so
 * the indexes of the claim narrow the table down.
 */
function rawText(columns: Record<string, string>, talk: 'talk' | ''): string {
  const named = Object.entries(columns).map(([column, source]) => `${source} as "${column}"`);
  const places = named.map((_, at) => at + 1).join(', ');
  return `
    select ${named.join(', ')}, sum(p.calls)::int8 as calls, sum(p.answered)::int8 as answered
      ${talk === 'talk' ? ', sum(p.talk_ms)::int8 as "talkMs"' : ''}
    from (
      select coalesce(invited_at, claimed_at) as hour, campaign_id, kind, status_id, 1 as calls,
        case when answered_at is null then 0 else 1 end as answered, talk_ms
      from calls
      where committed_at is not null and coalesce(invited_at, claimed_at) >= $1::date::timestamp at time zone $2
        and coalesce(invited_at, claimed_at) < ($6::date + 1)::timestamp at time zone $2
        and ($3::text is null or kind = $3) and ($4::int is null or campaign_id = $4) and ($5::int is null or list_id = $5)
        and claimed_at >= ($1::date::timestamp at time zone $2) - interval '1 hour'
        and claimed_at < ($6::date + 1)::timestamp at time zone $2) p
    join statuses s on s.id = p.status_id group by ${places}`;
}

/** Only the conditions that are asked for, as ours. */
function perfectText({ hours, column }: { hours: boolean; column: string | undefined }): string {
  const part = hours ? '"localHour"' : 'date';
  const when = hours ? 'day = $1' : 'date between $1 and $2';
  const where = column === undefined ? '' : `and "${column}" = $${hours ? 2 : 3}`;
  return `
    select p.${part}, s.code as status, p.calls, p.answered, p."talkMs"
    from (
      select ${part}, "statusId", sum(calls)::int8 as calls, sum(answered)::int8 as answered, sum("talkMs")::int8 as "talkMs"
      from ${hours ? 'perfect_hours' : 'perfect_days'} where ${when} ${where} group by 1, 2) p
    join statuses s on s.id = p."statusId"`;
}
