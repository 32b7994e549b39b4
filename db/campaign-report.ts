/**
 * What the report of one campaign reads beside the sums of `report-sums.ts`: contacts, attempts, lists, answers, failures,
 * waits. Counted from the rows, each part in a statement of its own with a limit of time: a part that takes too long is
 * told as such, and the others are there.
 * @module
 */
import type { ScriptDef } from '../contracts/model/script.ts';
import type { Database } from './client.ts';
import { rowsOf, type Queryable } from './queryable.ts';
import { dayBounds } from './report-bounds.ts';
import { inTransaction } from './transaction.ts';

export interface CampaignReportFilter {
  campaignId: number;
  listId?: number | undefined;
  zone: string;
  /** Local days of the calls, both included. */
  from: string;
  to: string;
}

export interface ContactCounts {
  state: 'open' | 'closed' | 'withdrawn';
  /** Why it is closed; null: open. */
  reason: string | null;
  contacts: number;
}

export interface ListSums extends ListFigures {
  /** Null: calls dialed by hand, of no list. */
  listId: number | null;
  list: string | null;
  kind: 'priority' | 'normal' | null;
}

export interface ListFigures {
  /** Now, withdrawn ones left out. */
  contacts: number;
  open: number;
  /** Of the period, as the rest: calls, contacts that were called, of those who talked to us, and the positive ones. */
  calls: number;
  called: number;
  reached: number;
  positive: number;
}

export interface AttemptCount {
  /** Calls that a contact has had in the period. */
  attempts: number;
  contacts: number;
}

export interface AnswerCount {
  field: string;
  /** As it was saved: an option, a county, a number, a text. */
  value: string;
  calls: number;
}

export interface TrunkFailure {
  trunk: string | null;
  result: string;
  reason: string;
  sipStatus: number | null;
  calls: number;
}

export interface WaitCount {
  /** Of the queue; null: it was not passed over. */
  reason: string | null;
  /** Due already. */
  due: boolean;
  contacts: number;
  /** The earliest of them. */
  nextDueAt: Date | null;
}

export interface CampaignReport {
  contacts: ContactCounts[] | null;
  lists: ListSums[] | null;
  /** Of all lists; a contact that several of them called is one. */
  listTotals: ListFigures | null;
  attempts: AttemptCount[] | null;
  answers: { script: ScriptDef | null; counts: AnswerCount[] } | null;
  failures: TrunkFailure[] | null;
  waits: WaitCount[] | null;
}

/** Of one field: beyond it are texts, which nobody reads as a distribution. */
export const MAX_VALUES_OF_FIELD = 30;
const PART_SECONDS = 15;

/** A part is null when counting it took too long. */
export async function readCampaignReport(
  db: Pick<Database, 'pool'>,
  filter: CampaignReportFilter & { now: Date },
): Promise<CampaignReport> {
  const { campaignId, listId = null, now, zone, from, to } = filter;
  const period = [campaignId, listId, dayBounds(zone, from).from, dayBounds(zone, to).to];
  const part = <T>(read: (on: Queryable) => Promise<T>) => inTime(db, read);
  // One after the other: a report must not take the connections of those who work.
  const contacts = await part((on) => rowsOf<ContactCounts>(on, CONTACTS, [campaignId, listId]));
  const listed = await part((on) => rowsOf<ListSums & { whole: boolean }>(on, LISTS, period));
  const attempts = await part((on) => rowsOf<AttemptCount>(on, ATTEMPTS, period));
  const answers = await part(async (on) => ({
    script: await readScript(on, campaignId),
    counts: await rowsOf<AnswerCount>(on, ANSWERS, period),
  }));
  const failures = await part((on) => rowsOf<TrunkFailure>(on, FAILURES, period));
  const waits = await part((on) => rowsOf<WaitCount>(on, WAITS, [campaignId, listId, now]));
  const lists = listed && listed.filter(({ whole }) => !whole).map((row) => listOf(row));
  const listTotals = listed && figuresOf(listed.find(({ whole }) => whole));
  return { contacts, lists, listTotals, attempts, answers, failures, waits };
}

function listOf(row: ListSums): ListSums {
  const { listId, list, kind } = row;
  return { listId, list, kind, ...figuresOf(row) };
}

function figuresOf(row: ListFigures | undefined): ListFigures {
  const { contacts = 0, open = 0, calls = 0, called = 0, reached = 0, positive = 0 } = row ?? {};
  return { contacts, open, calls, called, reached, positive };
}

/** The script of a campaign as it is now; null: it has none. */
export async function readScript(on: Queryable, campaignId: number): Promise<ScriptDef | null> {
  return (await rowsOf<{ body: ScriptDef }>(on, SCRIPT, [campaignId]))[0]?.body ?? null;
}

async function inTime<T>(db: Pick<Database, 'pool'>, read: (on: Queryable) => Promise<T>): Promise<T | null> {
  try {
    return await inTransaction(db, read, [`statement_timeout = '${PART_SECONDS}s'`]);
  } catch (error) {
    // query_canceled
    if ((error as { code?: unknown }).code === '57014') return null;
    throw error;
  }
}

const CONTACTS = `
  select state, closed_reason as reason, count(*)::int as contacts from contacts
  where campaign_id = $1 and ($2::int is null or list_id = $2) group by 1, 2 order by 1, 3 desc`;

/** The day is that of the INVITE; the index is on the claim, which is moments earlier. */
const CALLS = `
  select c.list_id, c.contact_id, c.id, s.reached_person, s.positive
  from calls c join statuses s on s.id = c.status_id
  where c.campaign_id = $1 and ($2::int is null or c.list_id = $2)
    and c.claimed_at >= $3::timestamptz - interval '1 hour' and c.claimed_at < $4::timestamptz
    and coalesce(c.invited_at, c.claimed_at) >= $3::timestamptz and coalesce(c.invited_at, c.claimed_at) < $4::timestamptz
    and c.committed_at is not null and s.code <> 'skipped'`;

const PEOPLE = `count(*) as calls, bool_or(reached_person) as reached, bool_or(positive) as positive`;
const SUMS = `sum(calls)::int as calls, count(contact_id)::int as called,
  (count(contact_id) filter (where reached))::int as reached, (count(contact_id) filter (where positive))::int as positive`;
const STOCK = `(count(*) filter (where state <> 'withdrawn'))::int as contacts, (count(*) filter (where state = 'open'))::int as open`;

/** A row for each list, and the whole. */
const LISTS = `
  with made as materialized (${CALLS}),
  sums as (select list_id, ${SUMS} from (select list_id, contact_id, ${PEOPLE} from made group by 1, 2) people group by 1),
  whole as (select ${SUMS} from (select contact_id, ${PEOPLE} from made group by 1) people),
  stock as (
    select list_id, ${STOCK} from contacts where campaign_id = $1 and ($2::int is null or list_id = $2) group by 1),
  rows as (
    select li.id, li.name, li.kind, k.contacts, k.open, m.calls, m.called, m.reached, m.positive, false as whole
    from (select id, name, kind from lists where campaign_id = $1 and ($2::int is null or id = $2)) li
    full join sums m on m.list_id = li.id
    left join stock k on k.list_id = li.id
    order by li.id desc nulls last limit 500)
  select id as "listId", name as list, kind, coalesce(contacts, 0) as contacts, coalesce(open, 0) as open,
    coalesce(calls, 0) as calls, coalesce(called, 0) as called, coalesce(reached, 0) as reached,
    coalesce(positive, 0) as positive, whole
  from (
    select * from rows
    union all
    select null, null, null, (select sum(contacts) from stock)::int, (select sum(open) from stock)::int, calls, called, reached,
      positive, true
    from whole) found
  order by whole, id desc nulls last`;

const ATTEMPTS = `
  with made as (${CALLS})
  select attempts, count(*)::int as contacts
  from (select count(*)::int as attempts from made where contact_id is not null group by contact_id) per
  group by 1 order by 1`;

const SCRIPT = `
  select s.body from config_objects c join config_objects s on s.kind = 'script' and s.name = c.body->'desk'->>'script'
  where c.id = $1`;

/** Of a choice of several each one counts. */
const ANSWERS = `
  with made as (${CALLS}),
  given as (
    select a.field, v.value from made m join call_answers a on a.call_id = m.id
    cross join lateral (
      select value #>> '{}' as value from jsonb_array_elements(
        case when jsonb_typeof(a.value) = 'array' then a.value else jsonb_build_array(a.value) end)) v),
  counted as (
    select field, value, count(*)::int as calls, row_number() over (partition by field order by count(*) desc, value) as place
    from given where length(value) <= 80 group by 1, 2)
  select field, value, calls from counted where place <= ${MAX_VALUES_OF_FIELD} order by field, calls desc, value`;

const FAILURES = `
  select t.name as trunk, c.result, c.reason, c.sip_status as "sipStatus", count(*)::int as calls
  from calls c left join config_objects t on t.id = c.trunk_id
  where c.campaign_id = $1 and ($2::int is null or c.list_id = $2)
    and c.claimed_at >= $3::timestamptz - interval '1 hour' and c.claimed_at < $4::timestamptz
    and coalesce(c.invited_at, c.claimed_at) >= $3::timestamptz and coalesce(c.invited_at, c.claimed_at) < $4::timestamptz
    and c.committed_at is not null and c.result in ('carrier', 'platform', 'indeterminate')
    and c.status_id <> (select id from statuses where code = 'skipped')
  group by 1, 2, 3, 4 order by 5 desc, 1, 3 limit 100`;

const WAITS = `
  select case when call_id is not null then 'on-call' else wait_reason end as reason, due_at <= $3 as due,
    count(*)::int as contacts, min(due_at) as "nextDueAt"
  from dial_queue where campaign_id = $1 and ($2::int is null or list_id = $2)
  group by 1, 2 order by 3 desc`;
