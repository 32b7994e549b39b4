/**
 * Daily queues: the contacts that were dealt out to each agent (`dial_queue.agent_id`).
 * @module
 */
import { writeAudit } from './audit.ts';
import type { Database } from './client.ts';
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
    by: string;
    now: Date;
  },
): Promise<number> {
  const { campaignId, contactIds, agentId, by, now } = params;
  return inTransaction(db, async (client) => {
    const rows = await rowsOf(
      client,
      `with held as (
         select contact_id from dial_queue
         where campaign_id = $1 and contact_id = any($2::bigint[]) and call_id is null and rank <= 2
           and agent_id is distinct from $3::int
         order by contact_id for no key update)
       update dial_queue q set agent_id = $3 from held where q.contact_id = held.contact_id returning 1`,
      [campaignId, contactIds, agentId],
    );
    if (rows.length > 0) {
      await writeAudit(client, {
        actor: by,
        action: 'queue.assign',
        objectKind: 'campaign',
        objectId: String(campaignId),
        after: { agentId, contacts: rows.length },
        at: now,
      });
    }
    return rows.length;
  });
}
