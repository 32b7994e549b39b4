/**
 * A callback of a number that was dialed by hand and belongs to nobody: the person becomes a contact of the campaign, on its
 * list of numbers dialed by hand. See `commit-statement.ts`.
 *
 * ```
 *  done ──> hand_number (not on do-not-call) ──> hand_owner: a contact since (an import) ──────────┐
 *                      └── nobody ──> hand_list ──> hand_made ──> hand_linked                      ├──> hand_queued
 *                                                        └─────────────────────────────────────────┘
 * ```
 * An import that stores the same number at this moment waits for us, or we for it, at the unique index of `contact_numbers`:
 * whoever comes second fails, is repeated and finds the other's contact.
 * @module
 */
import type { CommitDecision } from '../domain/commit-facts.ts';

/** Of each campaign; an import may have a list of that name, which it then is. */
export const HAND_DIALED_LIST = 'Apeluri manuale';

const wanted = ({ handContact }: CommitDecision) => handContact !== undefined;

const parts: Readonly<Record<string, string>> = {
  hand_number: `
  select n.id from done join numbers n on n.id = p.number_id where n.do_not_call_at is null`,
  hand_owner: `
  select cn.contact_id, ct.list_id, cn.position from hand_number n
  join contact_numbers cn on cn.campaign_id = p.campaign_id and cn.number_id = n.id and cn.active
  join contacts ct on ct.id = cn.contact_id and ct.state <> 'withdrawn'
  order by cn.contact_id limit 1`,
  hand_opened: `
  update contacts ct set state = 'open', closed_reason = null, closed_at = null
  from hand_owner o where ct.id = o.contact_id and ct.state = 'closed'`,
  hand_list: `
  insert into lists (campaign_id, name, kind, created_at)
  select p.campaign_id, '${HAND_DIALED_LIST}', 'normal', p.now from hand_number
  where not exists (select 1 from hand_owner)
  on conflict (campaign_id, name) do update set name = excluded.name
  returning id`,
  // They asked on the telephone to be called again: that is the consent, and the call is its proof.
  hand_made: `
  insert into contacts (campaign_id, list_id, consent_at, consent_source, created_at)
  select p.campaign_id, l.id, coalesce(p.cap_day, (p.now at time zone 'UTC')::date), 'call:' || p.call_id, p.now
  from hand_list l
  returning id, list_id`,
  hand_linked: `
  insert into contact_numbers (contact_id, position, campaign_id, number_id)
  select id, 1, p.campaign_id, p.number_id from hand_made`,
  hand_queued: `
  insert into dial_queue as q (contact_id, campaign_id, list_id, rank, due_at, position, attempts, wait_reason, agent_id)
  select t.contact_id, p.campaign_id, t.list_id, p.queue_rank, p.hand_due, t.position,
    coalesce((select max(e.attempt) from calls e where e.contact_id = t.contact_id), 0), 'retry', p.queue_agent
  from (select contact_id, list_id, position from hand_owner union all select id, list_id, 1 from hand_made) t
  on conflict (contact_id) do update set rank = excluded.rank, due_at = excluded.due_at, position = excluded.position,
    wait_reason = excluded.wait_reason, agent_id = excluded.agent_id
  -- On a call by another of its numbers: what that call ends with counts.
  where q.call_id is null`,
};

/** They lock rows that are not the call's own: the list's, and those of a contact that came meanwhile. */
export const HAND_CONTACT_PARTS = Object.entries(parts).map(([name, text]) => ({
  name,
  wanted,
  sharesRows: true as const,
  text,
}));
