/**
 * The peer of the claim: the plain queue of a textbook, as one would write it for pgbench.
 * @module
 */
import type { Pool } from 'pg';

/**
 * The same contacts in the same order, as a table with nothing but the queue; and a table of intents with the columns and
 * indexes of `calls`, the record that any dialer keeps. No rules, no numbers, no caps, no channels, no pacing, no live-call
 * lock, no foreign keys, nothing locked but the contacts.
 */
export async function createPeer(pool: Pool): Promise<void> {
  for (const statement of [
    `create table peer_queue (contact_id bigint primary key, campaign_id int not null, rank smallint not null,
       due_at timestamptz not null, attempts int not null default 0, call_id uuid) with (fillfactor = 70)`,
    `insert into peer_queue select contact_id, campaign_id, rank, due_at, attempts from dial_queue order by contact_id`,
    `create index peer_queue_due on peer_queue (campaign_id, rank, due_at, contact_id) where call_id is null`,
    'create table peer_calls (like calls including all)',
    'vacuum (analyze) peer_queue',
  ]) {
    await pool.query(statement);
  }
}

/**
 * A lease row updated and an intent row written for each contact: less is no claim, whoever wrote it.
 * Prepared, as `pgbench -M prepared` does.
 */
const CLAIM = `
with picked as (
  select contact_id, attempts, ($3::uuid[])[row_number() over (order by rank, due_at, contact_id)] as call_id
  from (select contact_id, attempts, rank, due_at from peer_queue
        where campaign_id = $1 and call_id is null and due_at <= $2
        order by rank, due_at, contact_id limit $4 for update skip locked) q),
leased as (
  update peer_queue q set call_id = p.call_id, attempts = q.attempts + 1
  from picked p where q.contact_id = p.contact_id returning p.call_id, q.contact_id, q.attempts)
insert into peer_calls (id, kind, campaign_id, list_id, contact_id, attempt, number_id, trunk_id, node, epoch, versions,
  claimed_at)
select call_id, 'robot', $1, 1, contact_id, attempts, contact_id, 1, 'edge-0', 1, '{}', $2 from leased
returning id, contact_id, attempt`;

export async function claimPlain(
  pool: Pool,
  params: { campaignId: number; now: Date; ids: readonly string[] },
): Promise<number> {
  const { campaignId, now, ids } = params;
  const { rowCount } = await pool.query({
    name: 'peer-claim',
    text: CLAIM,
    values: [campaignId, now, ids, ids.length],
  });
  return rowCount ?? 0;
}
