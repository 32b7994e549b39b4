/**
 * Daily queues: the contacts that were dealt out to each agent (`dial_queue.agent_id`).
 * @module
 */
import { writeAudit } from './audit.ts';
import type { Database } from './client.ts';
import { freeOnes, type FreeFilter } from './daily-queue-view.ts';
import { rowsOf } from './queryable.ts';
import { inTransaction } from './transaction.ts';

/** More than an agent calls in a day; what is left in the evening stays with the agent. */
const DAILY_CONTACTS = 200;
/** Whoever was on shift for the campaign within this time is expected today. */
const CREW_DAYS = 7;

export interface DealtOut {
  agents: number;
  contacts: number;
}

/**
 * Deals out what is due before closing time, in the order of dialing, one contact for each agent in turn, until each has a
 * day's work. What belongs to somebody who is not expected any more is dealt out anew. Running it twice deals out nothing
 * more.
 */
export async function dealOut(
  db: Database,
  params: { campaignId: number; closesAt: Date; now: Date; perAgent?: number },
): Promise<DealtOut> {
  const { campaignId, closesAt, now, perAgent = DAILY_CONTACTS } = params;
  return inTransaction(db, async (client) => {
    // As a claim does: nobody claims for this campaign meanwhile.
    await rowsOf(client, 'select 1 from campaigns where id = $1 for no key update', [campaignId]);
    const crew = await rowsOf<{ id: number }>(client, CREW, [campaignId, now]);
    const ids = crew.map(({ id }) => id);
    if (ids.length === 0) return { agents: 0, contacts: 0 };
    await rowsOf(client, RELEASE, [campaignId, ids]);
    const [row] = await rowsOf<{ n: number }>(client, DEAL, [campaignId, ids, perAgent, closesAt]);
    return { agents: ids.length, contacts: row?.n ?? 0 };
  });
}

/** Agents whose last shift was for this campaign (or for all of them). */
const CREW = `
  select a.user_id as id
  from agents a join users u on u.id = a.user_id and u.disabled_at is null
  where (cardinality(a.campaign_ids) = 0 or $1 = any(a.campaign_ids))
    and exists (
      select from shifts s where s.user_id = a.user_id and s.started_at > $2::timestamptz - interval '${CREW_DAYS} days')
  order by a.user_id`;

/** Callbacks (rank 4) have their own rule for who does not come. */
const RELEASE = `
  update dial_queue set agent_id = null
  where campaign_id = $1 and rank <= 2 and call_id is null and agent_id is not null and agent_id <> all($2::int[])`;

/** The emptiest queue comes first, so that all are about as long in the end. */
const DEAL = `
  with crew as (
    select t.id, t.place, (select count(*) from dial_queue q
        where q.agent_id = t.id and q.campaign_id = $1 and q.rank <= 2)::int as load
    from unnest($2::int[]) with ordinality t (id, place)),
  slots as (
    select id, row_number() over (order by k, place) as n
    from crew cross join lateral generate_series(load + 1, $3::int) k),
  picked as materialized (
    select contact_id, rank, due_at from dial_queue
    where campaign_id = $1 and rank <= 2 and call_id is null and agent_id is null and due_at < $4
    order by rank, due_at, contact_id limit (select count(*) from slots)
    for update skip locked),
  pool as (select contact_id, row_number() over (order by rank, due_at, contact_id) as n from picked),
  dealt as (
    update dial_queue q set agent_id = slots.id
    from pool join slots using (n) where q.contact_id = pool.contact_id returning 1)
  select count(*)::int as n from dealt`;

/**
 * A supervisor gives contacts to an agent, or back to everybody. Contacts that are being called stay where they are.
 * @returns how many changed hands
 */
export async function assignContacts(
  db: Database,
  params: {
    campaignId: number;
    contactIds: readonly number[];
    /** Null: anyone's. */
    agentId: number | null;
    /** Only what is this agent's now. */
    fromAgentId?: number;
    /** Not to be called before; earlier ones are put off. Absent: as they are due. */
    notBefore?: Date;
    by: string;
    now: Date;
  },
): Promise<number> {
  const { campaignId, contactIds, agentId, fromAgentId, notBefore, by, now } = params;
  return inTransaction(db, async (client) => {
    const rows = await rowsOf(
      client,
      `with held as (
         select contact_id from dial_queue
         where campaign_id = $1 and contact_id = any($2::bigint[]) and call_id is null and rank <= 2
           and agent_id is distinct from $3::int and ($5::int is null or agent_id = $5)
         order by contact_id for no key update)
       update dial_queue q set agent_id = $3, due_at = greatest(q.due_at, $4::timestamptz)
       from held where q.contact_id = held.contact_id returning 1`,
      [campaignId, contactIds, agentId, notBefore ?? null, fromAgentId ?? null],
    );
    if (rows.length > 0) {
      await writeAudit(client, {
        actor: by,
        action: agentId === null ? 'queue.take' : 'queue.assign',
        objectKind: 'campaign',
        objectId: String(campaignId),
        after: { agentId, contacts: rows.length, ...(notBefore && { notBefore: notBefore.toISOString() }) },
        at: now,
      });
    }
    return rows.length;
  });
}

/** The first free contacts that a filter leaves, in the order of dialing. @returns their ids, for `assignContacts` */
export async function pickFree(
  db: Pick<Database, 'pool'>,
  filter: FreeFilter & { count: number },
): Promise<number[]> {
  const { where, values } = freeOnes(filter);
  const rows = await rowsOf<{ id: number }>(
    db.pool,
    `select q.contact_id as id from dial_queue q join contacts c on c.id = q.contact_id
     where ${where} order by q.rank, q.due_at, q.contact_id limit $${values.length + 1}`,
    [...values, filter.count],
  );
  return rows.map(({ id }) => id);
}

export type OrderResult = 'ordered' | 'changed-meanwhile';

/**
 * Another order of contacts that an agent is about to get. They must be of one rank (classes come one after the other for
 * everybody) and due: a retry that is put off is not called sooner. Their due times are dealt out anew, each at most as late
 * as it was there, so that what is not among them keeps its place behind.
 */
export async function orderQueue(
  db: Database,
  params: { campaignId: number; agentId: number; contactIds: readonly number[]; by: string; now: Date },
): Promise<OrderResult> {
  const { campaignId, agentId, contactIds, by, now } = params;
  return inTransaction(db, async (client) => {
    const rows = await rowsOf<{ id: number; rank: number; dueAt: Date }>(
      client,
      `select contact_id as id, rank, due_at as "dueAt" from dial_queue
       where campaign_id = $1 and agent_id = $2 and contact_id = any($3::bigint[]) and call_id is null
         and rank <= 2 and due_at <= $4
       order by contact_id for no key update`,
      [campaignId, agentId, contactIds, now],
    );
    const ranks = new Set(rows.map(({ rank }) => rank));
    if (rows.length !== contactIds.length || ranks.size > 1) return 'changed-meanwhile';
    const before = rows.toSorted((a, b) => a.dueAt.getTime() - b.dueAt.getTime() || a.id - b.id);
    const times = before.map(({ dueAt }) => dueAt.getTime());
    for (let at = times.length - 2; at >= 0; at -= 1) {
      times[at] = Math.min(times[at] ?? 0, (times[at + 1] ?? 0) - 1);
    }
    await rowsOf(
      client,
      `update dial_queue q set due_at = t.due_at
       from unnest($1::bigint[], $2::timestamptz[]) as t (id, due_at) where q.contact_id = t.id`,
      [contactIds, times.map((time) => new Date(time))],
    );
    await writeAudit(client, {
      actor: by,
      action: 'queue.order',
      objectKind: 'campaign',
      objectId: String(campaignId),
      before: { agentId, contacts: before.map(({ id }) => id).slice(0, AUDITED) },
      after: { agentId, contacts: contactIds.slice(0, AUDITED) },
      at: now,
    });
    return 'ordered';
  });
}

/** Ids in one line of the journal. */
const AUDITED = 50;
