/**
 * How long calls rang, from the calls themselves: rollups do not have it. So it is for some weeks only.
 * @module
 */
import type { CallKind } from '../contracts/model/call.ts';
import { SKIPPED_STATUS } from '../domain/agent-commit.ts';
import { rowsOf, type Queryable } from './queryable.ts';
import { dayBounds } from './report-bounds.ts';
import type { PeriodFilter } from './report-sums.ts';

/** How long calls of one kind rang; means in ms, null of none. */
export interface WaitSums {
  kind: CallKind;
  /** Calls with an answer, and until it. */
  answered: number;
  answeredMs: number | null;
  /** Calls that were sent, had no answer, and until their end. */
  unanswered: number;
  unansweredMs: number | null;
}

/** Of the calls that a report of this filter counts and that were sent; a call that came in was sent when it arrived. */
export async function readWaits(
  on: Queryable,
  filter: PeriodFilter & { status?: string | undefined },
): Promise<WaitSums[]> {
  const { kinds, campaignId, listId, status } = filter;
  return rowsOf<WaitSums>(on, WAITS, [
    dayBounds(filter.zone, filter.from).from,
    dayBounds(filter.zone, filter.to).to,
    kinds ?? null,
    campaignId ?? null,
    listId ?? null,
    status ?? null,
    SKIPPED_STATUS,
  ]);
}

const RANG = `date_part('epoch', coalesce(answered_at, ended_at) - coalesce(invited_at, claimed_at)) * 1000`;

/** A call is claimed moments before its INVITE: the hour only lets the index of the claims be used. */
const WAITS = `
  select kind, count(answered_at)::int as answered,
    round(avg(${RANG}) filter (where answered_at is not null))::int as "answeredMs",
    (count(*) - count(answered_at))::int as unanswered,
    round(avg(${RANG}) filter (where answered_at is null))::int as "unansweredMs"
  from calls
  where committed_at is not null and (invited_at is not null or kind = 'inbound')
    and claimed_at >= $1::timestamptz - interval '1 hour' and claimed_at < $2::timestamptz
    and coalesce(invited_at, claimed_at) >= $1::timestamptz and coalesce(invited_at, claimed_at) < $2::timestamptz
    and ($3::text[] is null or kind = any($3)) and ($4::int is null or campaign_id = $4)
    and ($5::int is null or list_id = $5)
    and ($6::text is null or status_id = (select id from statuses where code = $6))
    and status_id is distinct from (select id from statuses where code = $7)
  group by kind`;
