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

export interface ListSums {
  /** Null: calls dialed by hand, of no list. */
  listId: number | null;
  list: string | null;
  kind: 'priority' | 'normal' | null;
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
  const lists = await part((on) => rowsOf<ListSums>(on, LISTS, period));
  const attempts = await part((on) => rowsOf<AttemptCount>(on, ATTEMPTS, period));
  const answers = await part(async (on) => ({
    script: (await rowsOf<{ body: ScriptDef }>(on, SCRIPT, [campaignId]))[0]?.body ?? null,
    counts: await rowsOf<AnswerCount>(on, ANSWERS, period),
  }));
  const failures = await part((on) => rowsOf<TrunkFailure>(on, FAILURES, period));
  const waits = await part((on) => rowsOf<WaitCount>(on, WAITS, [campaignId, listId, now]));
  return { contacts, lists, attempts, answers, failures, waits };
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

const LISTS = `
  with made as (${CALLS}),
  people as (
    select list_id, contact_id, count(*) as calls, bool_or(reached_person) as reached, bool_or(positive) as positive
    from made group by 1, 2),
  sums as (
    select list_id, sum(calls)::int as calls, count(contact_id)::int as called,
      (count(contact_id) filter (where reached))::int as reached, (count(contact_id) filter (where positive))::int as positive
    from people group by 1),
  stock as (
    select list_id, (count(*) filter (where state <> 'withdrawn'))::int as contacts,
      (count(*) filter (where state = 'open'))::int as open
    from contacts where campaign_id = $1 and ($2::int is null or list_id = $2) group by 1)
  select li.id as "listId", li.name as list, li.kind, coalesce(k.contacts, 0) as contacts, coalesce(k.open, 0) as open,
    coalesce(m.calls, 0) as calls, coalesce(m.called, 0) as called, coalesce(m.reached, 0) as reached,
    coalesce(m.positive, 0) as positive
  from (select id, name, kind from lists where campaign_id = $1 and ($2::int is null or id = $2)) li
  full join sums m on m.list_id = li.id
  left join stock k on k.list_id = li.id
  order by li.id desc nulls last limit 500`;

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
    and c.reason <> 'skipped'
  group by 1, 2, 3, 4 order by 5 desc, 1, 3 limit 100`;

const WAITS = `
  select case when call_id is not null then 'on-call' else wait_reason end as reason, due_at <= $3 as due,
    count(*)::int as contacts, min(due_at) as "nextDueAt"
  from dial_queue where campaign_id = $1 and ($2::int is null or list_id = $2)
  group by 1, 2 order by 3 desc`;
