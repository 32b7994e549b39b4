/**
 * The calls list: newest claim first, by keyset.
 * @module
 */
import type { CallsQuery } from '../../contracts/http/calls.ts';
import type { CallKind, CallResult, CallStage } from '../../contracts/model/call.ts';
import type { Database } from '../../db/client.ts';
import { dayBounds } from '../../db/report-bounds.ts';
import { SKIPPED_STATUS } from '../../domain/agent-commit.ts';
import type { CallsCursor } from './calls-cursor.ts';

export interface CallsFilter {
  campaignId?: number | undefined;
  listId?: number | undefined;
  /** User id; calls of that agent alone. */
  agentId?: number | undefined;
  status?: string | undefined;
  kinds?: readonly CallKind[] | undefined;
  result?: CallResult | undefined;
  /** Local days, both included. */
  from?: string | undefined;
  to?: string | undefined;
  zone: string;
  /** Local hours of the INVITE. */
  hours?: readonly number[] | undefined;
  state?: CallsQuery['state'];
  /** E.164. */
  number?: string | undefined;
  after?: CallsCursor | undefined;
  limit: number;
}

export interface CallListRow {
  id: string;
  kind: CallKind;
  campaign: string;
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
  recording_state: 'ready' | 'none' | 'lost' | null;
  /** User id; null of a robot's call. */
  agent_id: number | null;
}

/** The columns that list and detail share; `c` is `calls`. */
export const CALL_COLUMNS = `
  c.id, c.kind, ca.name as campaign, c.list_id, li.name as list_name, c.attempt, n.e164 as number,
  co.last_name, co.first_name, c.claimed_at,
  to_char(c.claimed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as claimed_text,
  coalesce(c.invited_at, lc.invited_at) as invited_at, coalesce(c.answered_at, lc.answered_at) as answered_at,
  c.ended_at, c.talk_ms, s.code as status, c.result, lc.stage, c.recording_state, c.agent_id`;

export const CALL_JOINS = `
  join campaigns ca on ca.id = c.campaign_id
  join numbers n on n.id = c.number_id
  left join lists li on li.id = c.list_id
  left join contacts co on co.id = c.contact_id
  left join statuses s on s.id = c.status_id
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

/** Only fixed text goes into the statement; every value is bound. */
function conditions(filter: CallsFilter): { where: string[]; values: unknown[] } {
  const where: string[] = [];
  const values: unknown[] = [];
  const bind = (value: unknown): string => `$${values.push(value)}`;
  if (filter.campaignId !== undefined) where.push(`c.campaign_id = ${bind(filter.campaignId)}`);
  if (filter.listId !== undefined) where.push(`c.list_id = ${bind(filter.listId)}`);
  if (filter.agentId !== undefined) where.push(`c.agent_id = ${bind(filter.agentId)}`);
  if (filter.kinds !== undefined) where.push(`c.kind = any(${bind(filter.kinds)}::text[])`);
  if (filter.result !== undefined) where.push(`c.result = ${bind(filter.result)}`);
  if (filter.status !== undefined) {
    where.push(`c.status_id = (select id from statuses where code = ${bind(filter.status)})`);
  }
  if (filter.number !== undefined) {
    where.push(`c.number_id = (select id from numbers where e164 = ${bind(filter.number)})`);
  }
  // The day is that of the INVITE, as in the reports. The index is on the claim, which is moments earlier: the hour
  // around it only lets the index be used.
  if (filter.from !== undefined) {
    const starts = `${bind(dayBounds(filter.zone, filter.from).from)}::timestamptz`;
    where.push(`c.claimed_at >= ${starts} - interval '1 hour'`, `${CALL_TIME} >= ${starts}`);
  }
  if (filter.to !== undefined) {
    const ends = `${bind(dayBounds(filter.zone, filter.to).to)}::timestamptz`;
    where.push(`c.claimed_at < ${ends}`, `${CALL_TIME} < ${ends}`);
  }
  if (filter.hours !== undefined) {
    const local = `extract(hour from ${CALL_TIME} at time zone ${bind(filter.zone)})`;
    where.push(`${local}::int = any(${bind(filter.hours)}::int[])`);
  }
  if (filter.state !== undefined) {
    where.push(`c.committed_at is ${filter.state === 'open' ? '' : 'not '}null`);
  }
  if (filter.state === 'counted') {
    where.push(`c.status_id <> (select id from statuses where code = ${bind(SKIPPED_STATUS)})`);
  }
  if (filter.after !== undefined) {
    where.push(
      `(c.claimed_at, c.id) < (${bind(filter.after.claimedAt)}::timestamptz, ${bind(filter.after.id)}::uuid)`,
    );
  }
  return { where, values };
}

const CALL_TIME = 'coalesce(c.invited_at, c.claimed_at)';
