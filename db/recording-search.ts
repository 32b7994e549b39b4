/**
 * Recordings as people look for them, newest first, by keyset.
 * @module
 */
import type { CallKind } from '../contracts/model/call.ts';
import type { RecordingChoice } from '../contracts/model/recording.ts';
import { rowsOf, type Queryable } from './queryable.ts';
import { RECORDING_COLUMNS, type RecordingFacts } from './recording-facts.ts';

export interface RecordingFilter {
  /** Instants: the first included, the second not. */
  from?: string | undefined;
  to?: string | undefined;
  campaignId?: number | undefined;
  /** User id; calls of that agent alone. */
  agentId?: number | undefined;
  status?: string | undefined;
  state?: RecordingChoice | undefined;
  /** E.164. */
  number?: string | undefined;
  /** Length, both included. */
  minMs?: number | undefined;
  maxMs?: number | undefined;
  /** The last row of the page before. */
  after?: RecordingPosition | undefined;
  limit: number;
}

export interface RecordingPosition {
  /** RFC 3339 with microseconds: Postgres keeps them, JavaScript's Date does not. */
  at: string;
  callId: string;
}

export interface FoundRecording extends RecordingFacts {
  id: string;
  kind: CallKind;
  campaign: string;
  list: string | null;
  agent: string | null;
  agent_id: number | null;
  number: string;
  last_name: string | null;
  first_name: string | null;
  at: Date;
  /** `at` with microseconds, for the cursor. */
  at_text: string;
  status: string | null;
}

/** One row more than `limit` means that there is a next page. */
export function searchRecordings(on: Queryable, filter: RecordingFilter): Promise<FoundRecording[]> {
  const values: unknown[] = [];
  const bind = (value: unknown): string => `$${values.push(value)}`;
  const limit = bind(filter.limit + 1);
  const parts = [
    ...(filter.state === 'pending' ? [] : [ofCommitted(filter, bind, limit)]),
    ...(wantsOpen(filter) ? [ofOpen(filter, bind, limit)] : []),
  ];
  return rowsOf<FoundRecording>(
    on,
    `select c.id, c.kind, ca.name as campaign, li.name as list, u.display_name as agent, c.agent_id, n.e164 as number,
       co.last_name, co.first_name, f.at, s.code as status, ${RECORDING_COLUMNS},
       to_char(f.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at_text
     from (select * from (${parts.join(' union all ')}) one order by at desc, call_id desc limit ${limit}) f
     join calls c on c.id = f.call_id
     join campaigns ca on ca.id = c.campaign_id
     join numbers n on n.id = c.number_id
     left join users u on u.id = c.agent_id
     left join lists li on li.id = c.list_id
     left join contacts co on co.id = c.contact_id
     left join statuses s on s.id = c.status_id
     order by f.at desc, f.call_id desc`,
    values,
  );
}

type Bind = (value: unknown) => string;

function ofCommitted(filter: RecordingFilter, bind: Bind, limit: string): string {
  const where = common(filter, bind, 'r.at', 'r');
  if (filter.status !== undefined) {
    where.push(`r.status_id = (select id from statuses where code = ${bind(filter.status)})`);
  }
  if (filter.minMs !== undefined) where.push(`r.ms >= ${bind(filter.minMs)}`);
  if (filter.maxMs !== undefined) where.push(`r.ms <= ${bind(filter.maxMs)}`);
  // What is archived can be heard as well.
  const states = filter.state === 'ready' ? ['ready', 'archived'] : filter.state && [filter.state];
  if (states !== undefined) where.push(`r.state = any(${bind(states)}::text[])`);
  return `(select r.at, r.call_id from recording_index r ${whereText(where)}
    order by r.at desc, r.call_id desc limit ${limit})`;
}

/** Calls under way have no outcome and no length yet. */
function wantsOpen({ state, status, minMs, maxMs }: RecordingFilter): boolean {
  const asked = status ?? minMs ?? maxMs;
  return asked === undefined && (state === undefined || state === 'pending');
}

/** Answered, of a campaign that records, and nobody refused it. */
function ofOpen(filter: RecordingFilter, bind: Bind, limit: string): string {
  const at = 'coalesce(l.invited_at, l.claimed_at)';
  const where = common(filter, bind, at, 'l');
  where.push('l.answered_at is not null', 'l.recording_refused_at is null');
  where.push(
    `exists (select 1 from config_objects o
      where o.id = l.campaign_id and coalesce((o.body->>'recording')::boolean, true))`,
  );
  return `(select ${at} as at, l.call_id from live_calls l ${whereText(where)}
    order by 1 desc, 2 desc limit ${limit})`;
}

/** Only fixed text goes into the statement; every value is bound. */
function common(filter: RecordingFilter, bind: Bind, at: string, table: 'r' | 'l'): string[] {
  const where: string[] = [];
  if (filter.campaignId !== undefined) where.push(`${table}.campaign_id = ${bind(filter.campaignId)}`);
  if (filter.agentId !== undefined) where.push(`${table}.agent_id = ${bind(filter.agentId)}`);
  if (filter.from !== undefined) where.push(`${at} >= ${bind(filter.from)}::timestamptz`);
  if (filter.to !== undefined) where.push(`${at} < ${bind(filter.to)}::timestamptz`);
  if (filter.number !== undefined) {
    const number = `(select id from numbers where e164 = ${bind(filter.number)})`;
    where.push(
      table === 'l'
        ? `l.number_id = ${number}`
        : `r.call_id = any(array(select id from calls where number_id = ${number}))`,
    );
  }
  if (filter.after !== undefined) {
    const position = `(${bind(filter.after.at)}::timestamptz, ${bind(filter.after.callId)}::uuid)`;
    where.push(`(${at}, ${table}.call_id) < ${position}`);
  }
  return where;
}

function whereText(where: readonly string[]): string {
  return where.length === 0 ? '' : `where ${where.join(' and ')}`;
}
