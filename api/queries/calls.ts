/**
 * The calls list: newest claim first, by keyset.
 * @module
 */
import { MAX_COUNTED, NONE, type CallsQuery } from '../../contracts/http/calls.ts';
import type { CallKind, CallResult, CallStage } from '../../contracts/model/call.ts';
import type { Database } from '../../db/client.ts';
import type { RecordingFacts } from '../../db/recording-facts.ts';
import { dayBounds } from '../../db/report-bounds.ts';
import { inTransaction } from '../../db/transaction.ts';
import { SKIPPED_STATUS } from '../../domain/agent-commit.ts';
import type { CallsCursor } from './calls-cursor.ts';

export interface CallsFilter extends Pick<
  CallsQuery,
  'status' | 'answered' | 'flag' | 'reason' | 'trunk' | 'sip' | 'field' | 'value' | 'each' | 'times' | 'state'
> {
  campaignId?: number | undefined;
  /** `-`: of none. */
  listId?: number | typeof NONE | undefined;
  /** User id; calls of that agent alone, or of all of them. */
  agentId?: number | 'any' | undefined;
  kinds?: readonly CallKind[] | undefined;
  result?: CallResult | undefined;
  /** Local days, both included. */
  from?: string | undefined;
  to?: string | undefined;
  zone: string;
  /** Local hours of the INVITE. */
  hours?: readonly number[] | undefined;
  /** E.164. */
  number?: string | undefined;
  after?: CallsCursor | undefined;
  limit: number;
}

export interface CallListRow {
  id: string;
  kind: CallKind;
  campaign: string;
  campaign_label: string;
  list_id: number | null;
  list_name: string | null;
  attempt: number;
  number: string;
  last_name: string | null;
  first_name: string | null;
  claimed_at: Date;
  /** `claimed_at` with microseconds, for the cursor. */
  claimed_text: string;
  invited_at: Date | null;
  answered_at: Date | null;
  ended_at: Date | null;
  talk_ms: number | null;
  status: string | null;
  result: CallResult | null;
  stage: CallStage | null;
  recording_state: RecordingFacts['recording_state'];
  /** User id; null of a robot's call. */
  agent_id: number | null;
  agent_name: string | null;
}

/** The columns that list and detail share; `c` is `calls`. */
export const CALL_COLUMNS = `
  c.id, c.kind, ca.name as campaign, o.body->>'label' as campaign_label, c.list_id, li.name as list_name, c.attempt, n.e164 as number,
  co.last_name, co.first_name, c.claimed_at,
  to_char(c.claimed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as claimed_text,
  coalesce(c.invited_at, lc.invited_at) as invited_at, coalesce(c.answered_at, lc.answered_at) as answered_at,
  c.ended_at, c.talk_ms, s.code as status, c.result, lc.stage, c.recording_state, c.agent_id, u.display_name as agent_name`;

export const CALL_JOINS = `
  join campaigns ca on ca.id = c.campaign_id
  join config_objects o on o.id = c.campaign_id
  join numbers n on n.id = c.number_id
  left join lists li on li.id = c.list_id
  left join contacts co on co.id = c.contact_id
  left join statuses s on s.id = c.status_id
  left join users u on u.id = c.agent_id
  left join live_calls lc on lc.call_id = c.id`;

/** One row more than `limit` means that there is a next page. */
export async function findCalls(db: Database, filter: CallsFilter): Promise<CallListRow[]> {
  const { where, values } = conditions(filter);
  const found = await db.pool.query<CallListRow>(
    `select ${CALL_COLUMNS} from calls c ${CALL_JOINS}
     ${where.length > 0 ? `where ${where.join(' and ')}` : ''}
     order by c.claimed_at desc, c.id desc limit ${filter.limit + 1}`,
    values,
  );
  return found.rows;
}

const COUNT_TIMEOUT_MS = 2_000;
const QUERY_CANCELED = '57014';

/** How many there are in all, whatever the page; null: more than `MAX_COUNTED`, or it takes too long. */
export async function countCalls(db: Database, filter: CallsFilter): Promise<number | null> {
  const { where, values } = conditions(filter);
  try {
    const { rows } = await inTransaction(
      db,
      (on) =>
        on.query<{ n: number }>(
          `select count(*)::int as n from (select from calls c
           ${where.length > 0 ? `where ${where.join(' and ')}` : ''} limit ${MAX_COUNTED + 1}) found`,
          values,
        ),
      [`statement_timeout = ${COUNT_TIMEOUT_MS}`],
    );
    const n = rows[0]?.n ?? 0;
    return n > MAX_COUNTED ? null : n;
  } catch (error) {
    if ((error as { code?: unknown }).code === QUERY_CANCELED) return null;
    throw error;
  }
}

/** Only fixed text goes into the statement; every value is bound. */
function conditions(filter: CallsFilter): { where: string[]; values: unknown[] } {
  const values: unknown[] = [];
  const bind = (value: unknown): string => `$${values.push(value)}`;
  const where = asked(filter, 'c', bind);
  if (filter.each !== undefined) {
    const same = (): string => ['o.contact_id = c.contact_id', ...asked(filter, 'o', bind)].join(' and ');
    where.push(
      'c.contact_id is not null',
      `not exists (select from calls o where ${same()} and (o.claimed_at, o.id) > (c.claimed_at, c.id))`,
    );
    if (filter.times !== undefined) {
      where.push(`(select count(*) from calls o where ${same()}) = ${bind(filter.times)}`);
    }
  }
  if (filter.after !== undefined) {
    where.push(
      `(c.claimed_at, c.id) < (${bind(filter.after.claimedAt)}::timestamptz, ${bind(filter.after.id)}::uuid)`,
    );
  }
  return { where, values };
}

/** What is asked of a call, whichever contact's and on whichever page; `c` is its row. */
function asked(filter: CallsFilter, c: 'c' | 'o', bind: (value: unknown) => string): string[] {
  const where: string[] = [];
  const time = `coalesce(${c}.invited_at, ${c}.claimed_at)`;
  if (filter.campaignId !== undefined) where.push(`${c}.campaign_id = ${bind(filter.campaignId)}`);
  if (filter.listId === NONE) where.push(`${c}.list_id is null`);
  else if (filter.listId !== undefined) where.push(`${c}.list_id = ${bind(filter.listId)}`);
  if (filter.agentId === 'any') where.push(`${c}.agent_id is not null`);
  else if (filter.agentId !== undefined) where.push(`${c}.agent_id = ${bind(filter.agentId)}`);
  if (filter.kinds !== undefined) where.push(`${c}.kind = any(${bind(filter.kinds)}::text[])`);
  if (filter.status !== undefined) {
    where.push(`${c}.status_id = (select id from statuses where code = ${bind(filter.status)})`);
  }
  if (filter.number !== undefined) {
    where.push(`${c}.number_id = (select id from numbers where e164 = ${bind(filter.number)})`);
  }
  // The day is that of the INVITE, as in the reports. The index is on the claim, which is moments earlier: the hour
  // around it only lets the index be used.
  if (filter.from !== undefined) {
    const starts = `${bind(dayBounds(filter.zone, filter.from).from)}::timestamptz`;
    where.push(`${c}.claimed_at >= ${starts} - interval '1 hour'`, `${time} >= ${starts}`);
  }
  if (filter.to !== undefined) {
    const ends = `${bind(dayBounds(filter.zone, filter.to).to)}::timestamptz`;
    where.push(`${c}.claimed_at < ${ends}`, `${time} < ${ends}`);
  }
  if (filter.hours !== undefined) {
    const local = `extract(hour from ${time} at time zone ${bind(filter.zone)})`;
    where.push(`${local}::int = any(${bind(filter.hours)}::int[])`);
  }
  if (filter.state !== undefined) {
    where.push(`${c}.committed_at is ${filter.state === 'open' ? '' : 'not '}null`);
  }
  if (filter.state === 'counted') {
    where.push(`${c}.status_id <> (select id from statuses where code = ${bind(SKIPPED_STATUS)})`);
  }
  return [...where, ...drilled(filter, c, bind)];
}

const ofStatus = (flag: string) => (c: string) => `${c}.status_id in (select id from statuses where ${flag})`;
const FLAGS = {
  positive: ofStatus('positive'),
  reached: ofStatus('reached_person'),
  failed: (c: string) => `${c}.result in ('carrier', 'platform', 'indeterminate')`,
} as const;
/** As `db/report-waits.ts`: a call that came in was sent when it arrived. */
const sent = (c: string): string => `(${c}.invited_at is not null or ${c}.kind = 'inbound')`;

/** The figures of reports beside statuses. */
function drilled(filter: CallsFilter, c: 'c' | 'o', bind: (value: unknown) => string): string[] {
  const where: string[] = [];
  if (filter.answered === 'answered') where.push(`${c}.answered_at is not null`);
  else if (filter.answered !== undefined) {
    const left = filter.answered === 'unanswered' ? '' : 'not ';
    where.push(`${c}.answered_at is null`, `${left}${sent(c)}`);
  }
  if (filter.flag !== undefined) where.push(FLAGS[filter.flag](c));
  if (filter.result !== undefined) where.push(`${c}.result = ${bind(filter.result)}`);
  if (filter.reason !== undefined) where.push(`${c}.reason = ${bind(filter.reason)}`);
  if (filter.trunk === NONE) where.push(`${c}.trunk_id is null`);
  else if (filter.trunk !== undefined) {
    const trunk = `select id from config_objects where kind = 'trunk' and name = ${bind(filter.trunk)}`;
    where.push(`${c}.trunk_id = (${trunk})`);
  }
  if (filter.sip === NONE) where.push(`${c}.sip_status is null`);
  else if (filter.sip !== undefined) where.push(`${c}.sip_status = ${bind(filter.sip)}`);
  if (filter.field !== undefined) where.push(answerIs(filter, c, bind));
  return where;
}

/** Of a choice of several each one counts. */
function answerIs({ field, value }: CallsFilter, c: string, bind: (value: unknown) => string): string {
  const given =
    value === undefined
      ? ''
      : `and exists (select from jsonb_array_elements(case when jsonb_typeof(a.value) = 'array' then a.value
           else jsonb_build_array(a.value) end) one where one #>> '{}' = ${bind(value)})`;
  return `exists (select from call_answers a where a.call_id = ${c}.id and a.field = ${bind(field)} ${given})`;
}
