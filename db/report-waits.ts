/**
 * How long calls rang, for the calls that were committed before rollups had it (migration `months-and-waits`).
 * @module
 */
import { SKIPPED_STATUS } from '../domain/agent-commit.ts';
import type { Database } from './client.ts';
import { rowsOf, type Queryable } from './queryable.ts';
import { FOLD_LOCK, waitsOfRow } from './rollups.ts';
import { inTransaction } from './transaction.ts';

/** Of one run, so that folds wait for a second or two at most: they take turns by the same lock. */
const MAX_DAYS = 20;
const DAY_MS = 86_400_000;

/**
 * Recounts the waits of some days, newest first, until there are no older ones; nothing to do on a database that was made with
 * them. The same day twice does no harm.
 * @returns how many days are done now, and whether there are more; undefined when another process folds right now
 */
export async function fillWaits(
  db: Database,
  { now }: { now: Date },
): Promise<{ days: number; more: boolean } | undefined> {
  if ((await nextFill(db.pool)) === undefined) return { days: 0, more: false };
  return inTransaction(db, async (client) => {
    const [lock] = await rowsOf<{ got: boolean }>(client, 'select pg_try_advisory_xact_lock($1) as got', [
      FOLD_LOCK,
    ]);
    if (lock?.got !== true) return undefined;
    const fill = await nextFill(client);
    // Until then a former build may still commit calls without them.
    if (fill === undefined || fill.before > now) return { days: 0, more: fill !== undefined };
    let { before } = fill;
    let days = 0;
    for (; days < MAX_DAYS && fill.oldest !== null && before > fill.oldest; days++) {
      const from = new Date(before.getTime() - DAY_MS);
      await rowsOf(client, FILL, [from, before, SKIPPED_STATUS]);
      before = from;
    }
    const more = fill.oldest !== null && before > fill.oldest;
    await rowsOf(client, more ? GOES_ON : DONE, more ? [before] : []);
    return { days, more };
  });
}

async function nextFill(on: Queryable): Promise<{ before: Date; oldest: Date | null } | undefined> {
  const [fill] = await rowsOf<{ before: Date; oldest: Date | null }>(
    on,
    `select before, (select min(hour) from rollup_hours) as oldest from report_fills where name = 'waits'`,
  );
  return fill;
}

const GOES_ON = `update report_fills set before = $1 where name = 'waits'`;
const DONE = `delete from report_fills where name = 'waits'`;

const KEY = 'hour, campaign_id, list_id, agent_id, kind, status_id';
/** What is not folded yet brings its own along. A call is claimed moments before its INVITE. */
const FILL = `
  with rang as (
    select date_trunc('hour', coalesce(invited_at, claimed_at), 'UTC'), campaign_id, coalesce(list_id, 0), coalesce(agent_id, 0),
      kind, status_id, ${waitsOfRow()}
    from calls
    where committed_at is not null and status_id is distinct from (select id from statuses where code = $3)
      and claimed_at >= $1::timestamptz - interval '1 hour' and claimed_at < $2::timestamptz
      and coalesce(invited_at, claimed_at) >= $1 and coalesce(invited_at, claimed_at) < $2
    union all
    select ${KEY}, -waited, -waited_ms, -given_up, -given_up_ms from rollup_deltas where hour >= $1 and hour < $2),
  counted as (
    select ${KEY}, sum(waited) as waited, sum(waited_ms) as waited_ms, sum(given_up) as given_up, sum(given_up_ms) as given_up_ms
    from rang as r(${KEY}, waited, waited_ms, given_up, given_up_ms) group by ${KEY})
  update rollup_hours h set
    waited = c.waited, waited_ms = c.waited_ms, given_up = c.given_up, given_up_ms = c.given_up_ms
  from counted c
  where h.hour >= $1 and h.hour < $2 and (h.hour, h.campaign_id, h.list_id, h.agent_id, h.kind, h.status_id)
      = (c.hour, c.campaign_id, c.list_id, c.agent_id, c.kind, c.status_id)
    and (h.waited, h.waited_ms, h.given_up, h.given_up_ms) <> (c.waited, c.waited_ms, c.given_up, c.given_up_ms)`;
