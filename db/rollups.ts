/**
 * Hourly counts. A commit writes a delta; deltas are folded into hours about once a second. Hours plus deltas always
 * equal a recount of `calls`: a fold moves rows in one statement, so no snapshot sees half of it. What reports read
 * (`report-sums.ts`) follows the hours by triggers in the same statement.
 * @module
 */
import type { CallKind } from '../contracts/model/call.ts';
import { SKIPPED_STATUS } from '../domain/agent-commit.ts';
import type { Database } from './client.ts';
import { rowsOf, type Queryable } from './queryable.ts';
import { inTransaction } from './transaction.ts';

/** Held while folding, so that workers take turns instead of waiting for each other's rows. */
export const FOLD_LOCK = 4_027_100_004;
/** A backlog after an outage is folded in bites of about 100 ms, most of it for the sums of reports. */
const MAX_DELTAS = 5_000;

/**
 * Folds what is there. `folded` equal to `MAX_DELTAS` means that more may be waiting.
 * @returns undefined when another process folds right now.
 */
export async function foldRollups(db: Database): Promise<{ folded: number; more: boolean } | undefined> {
  return inTransaction(db, async (client) => {
    const [lock] = await rowsOf<{ got: boolean }>(client, 'select pg_try_advisory_xact_lock($1) as got', [
      FOLD_LOCK,
    ]);
    if (lock?.got !== true) return undefined;
    const [row] = await rowsOf<{ folded: number }>(client, FOLD, [MAX_DELTAS]);
    const folded = row?.folded ?? 0;
    return { folded, more: folded === MAX_DELTAS };
  });
}

const KEY = 'hour, campaign_id, list_id, agent_id, kind, status_id';
const SUMS = 'calls, answered, talk_ms, hold_ms, wrap_up_ms';
/** How long calls rang: `waited` of them until an answer, `given_up` until their end without one. */
export const WAIT_SUMS = 'waited, waited_ms, given_up, given_up_ms';

/**
 * SQL of `WAIT_SUMS` of one call. From the INVITE, of a call that came in from its arrival; a call that was not sent did not
 * ring.
 * @param call SQL of its values
 * @param sign 1, or -1 to take it out again
 */
export function waitsOfCall(
  call: Readonly<Record<'kind' | 'invitedAt' | 'claimedAt' | 'answeredAt' | 'endedAt', string>>,
  sign = '1',
): string {
  const began = `coalesce(${call.invitedAt}, case when ${call.kind} = 'inbound' then ${call.claimedAt} end)`;
  const lasted = (until: string) =>
    `coalesce(greatest(0, round(date_part('epoch', ${until} - ${began}) * 1000)), 0)::int8 * ${sign}`;
  const noAnswer = `case when ${call.answeredAt} is null then ${call.endedAt} end`;
  const counted = (until: string) => `case when ${until} - ${began} is null then 0 else ${sign} end`;
  return `${counted(call.answeredAt)}, ${lasted(call.answeredAt)}, ${counted(noAnswer)}, ${lasted(noAnswer)}`;
}

/** The same of a row of `calls`, told as it is named (`c.`). */
export function waitsOfRow(row: '' | 'c.' = '', sign = '1'): string {
  return waitsOfCall(
    {
      kind: `${row}kind`,
      invitedAt: `${row}invited_at`,
      claimedAt: `${row}claimed_at`,
      answeredAt: `${row}answered_at`,
      endedAt: `${row}ended_at`,
    },
    sign,
  );
}

const FOLD = `
  with taken as (
    delete from rollup_deltas where id in (select id from rollup_deltas order by id limit $1) returning *),
  folded as (
    insert into rollup_hours as h (${KEY}, ${SUMS}, ${WAIT_SUMS})
    select ${KEY}, sum(calls), sum(answered), sum(talk_ms), sum(hold_ms), sum(wrap_up_ms),
      sum(waited), sum(waited_ms), sum(given_up), sum(given_up_ms)
    from taken group by ${KEY}
    on conflict (${KEY}) do update set
      calls = h.calls + excluded.calls, answered = h.answered + excluded.answered,
      talk_ms = h.talk_ms + excluded.talk_ms, hold_ms = h.hold_ms + excluded.hold_ms,
      wrap_up_ms = h.wrap_up_ms + excluded.wrap_up_ms, waited = h.waited + excluded.waited,
      waited_ms = h.waited_ms + excluded.waited_ms, given_up = h.given_up + excluded.given_up,
      given_up_ms = h.given_up_ms + excluded.given_up_ms)
  select count(*)::int as folded from taken`;

export interface RollupRow {
  /** Begin of the UTC hour. */
  hour: Date;
  campaignId: number;
  /** 0 where there is none, as `agentId`. */
  listId: number;
  agentId: number;
  kind: CallKind;
  statusId: number;
  calls: number;
  answered: number;
  talkMs: number;
  holdMs: number;
  wrapUpMs: number;
}

const SELECT = `
  hour, campaign_id as "campaignId", list_id as "listId", agent_id as "agentId", kind, status_id as "statusId",
  sum(calls)::int as calls, sum(answered)::int as answered, sum(talk_ms)::bigint as "talkMs",
  sum(hold_ms)::bigint as "holdMs", sum(wrap_up_ms)::bigint as "wrapUpMs"`;

/**
 * Sums from the rollups, unfolded tail included, `from` inclusive to `to` exclusive. One statement, so that a fold in between
 * is never seen half. For checks; reports read `report-sums.ts`.
 */
export async function readRollups(on: Queryable, params: { from: Date; to: Date }): Promise<RollupRow[]> {
  const part = (table: string) => `select ${KEY}, ${SUMS} from ${table} where hour >= $1 and hour < $2`;
  const parts = `(${part('rollup_hours')} union all ${part('rollup_deltas')})`;
  // A correction leaves a count of none where the call was.
  const text = `select ${SELECT} from ${parts} as p group by ${KEY} having sum(calls) <> 0 order by ${KEY}`;
  return rowsOf<RollupRow>(on, text, [params.from, params.to]);
}

/** The same sums counted from `calls`: what the rollups must equal. Slow; for checks. */
export async function recountCalls(on: Queryable, params: { from: Date; to: Date }): Promise<RollupRow[]> {
  return rowsOf<RollupRow>(
    on,
    `select ${SELECT} from (
       select date_trunc('hour', coalesce(invited_at, claimed_at), 'UTC') as hour, campaign_id,
         coalesce(list_id, 0) as list_id, coalesce(agent_id, 0) as agent_id, kind, status_id,
         1 as calls, case when answered_at is null then 0 else 1 end as answered, talk_ms, coalesce(hold_ms, 0) as hold_ms, coalesce(wrap_up_ms, 0) as wrap_up_ms
       from calls where committed_at is not null
         and status_id is distinct from (select id from statuses where code = '${SKIPPED_STATUS}')) as recounted
     where hour >= $1 and hour < $2 group by ${KEY} order by ${KEY}`,
    [params.from, params.to],
  );
}

/** Committed calls of a campaign claimed in an interval, by status code; for the result of a `workday` run. */
export async function countCallsByStatus(
  on: Queryable,
  params: { campaignId: number; from: Date; to: Date },
): Promise<Record<string, number>> {
  const rows = await rowsOf<{ code: string; calls: number }>(
    on,
    `select s.code, count(*)::int as calls from calls c join statuses s on s.id = c.status_id
     where c.campaign_id = $1 and c.claimed_at >= $2 and c.claimed_at < $3 and c.committed_at is not null
     group by s.code order by s.code`,
    [params.campaignId, params.from, params.to],
  );
  return Object.fromEntries(rows.map((row) => [row.code, row.calls]));
}
