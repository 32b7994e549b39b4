/**
 * Agents' queues as a supervisor sees them: who has how much, what waits for whom in which order, what is nobody's.
 * @module
 */
import { nameWords } from '../domain/fold-name.ts';
import { rowsOf, type Queryable } from './queryable.ts';

export interface QueueAgent {
  id: number;
  name: string;
  /** All that belongs to the agent in this campaign, and what of it is due before the end of the day. */
  contacts: number;
  due: number;
  /** On shift for this campaign now. */
  onShift: boolean;
}

/** Everybody who may be at a desk, and whoever still has contacts. */
export function listQueueAgents(
  on: Queryable,
  { campaignId, dayEnds }: { campaignId: number; dayEnds: Date },
): Promise<QueueAgent[]> {
  return rowsOf<QueueAgent>(
    on,
    `with held as (
       select agent_id, count(*)::int as contacts, count(*) filter (where due_at < $2)::int as due
       from dial_queue where campaign_id = $1 and agent_id is not null group by agent_id)
     select u.id, u.display_name as name, coalesce(h.contacts, 0) as contacts, coalesce(h.due, 0) as due,
       coalesce(a.state <> 'logged-out' and (cardinality(a.campaign_ids) = 0 or $1 = any(a.campaign_ids)), false) as "onShift"
     from users u left join agents a on a.user_id = u.id left join held h on h.agent_id = u.id
     where (u.role = 'agent' and u.disabled_at is null) or h.contacts > 0
     order by u.display_name, u.id limit 500`,
    [campaignId, dayEnds],
  );
}

export interface QueuedContact {
  id: number;
  lastName: string | null;
  firstName: string | null;
  locality: string | null;
  number: string | null;
  list: string;
  /** As in `dial_queue`. */
  rank: number;
  dueAt: Date;
  attempts: number;
  onCall: boolean;
}

export const MOST_QUEUED = 200;

const COLUMNS = `
  q.contact_id as id, c.last_name as "lastName", c.first_name as "firstName", c.locality, l.name as list, q.rank,
  q.due_at as "dueAt", q.attempts, q.call_id is not null as "onCall",
  (select n.e164 from contact_numbers cn join numbers n on n.id = cn.number_id
   where cn.contact_id = q.contact_id and cn.position = q.position) as number`;

/** In the order in which the agent will get them (docs/desk.md): own callbacks, priority, retries, new. */
export function listQueue(
  on: Queryable,
  { campaignId, agentId, dayEnds }: { campaignId: number; agentId: number; dayEnds: Date },
): Promise<QueuedContact[]> {
  return rowsOf<QueuedContact>(
    on,
    `select ${COLUMNS}
     from dial_queue q join contacts c on c.id = q.contact_id join lists l on l.id = q.list_id
     where q.agent_id = $1 and q.campaign_id = $2 and q.due_at < $3
     order by q.rank = 4 desc, q.rank, q.due_at, q.contact_id limit ${MOST_QUEUED}`,
    [agentId, campaignId, dayEnds],
  );
}

export interface FreeFilter {
  campaignId: number;
  listId?: number | undefined;
  /** Parts of last and first name, folded. */
  name?: string | undefined;
  dayEnds: Date;
}

const MOST_FREE = 50;

/** What is nobody's yet, in the order of dialing: for choosing by hand. */
export function listFree(on: Queryable, filter: FreeFilter): Promise<QueuedContact[]> {
  const { where, values } = freeOnes(filter);
  return rowsOf<QueuedContact>(
    on,
    `select ${COLUMNS}
     from dial_queue q join contacts c on c.id = q.contact_id join lists l on l.id = q.list_id
     where ${where} order by q.rank, q.due_at, q.contact_id limit ${MOST_FREE}`,
    values,
  );
}

/** Rows of `dial_queue q` and `contacts c` that may be dealt out. */
export function freeOnes(filter: FreeFilter): { where: string; values: unknown[] } {
  const values: unknown[] = [filter.campaignId, filter.dayEnds];
  const bind = (value: unknown): string => `$${values.push(value)}`;
  const where = [
    'q.campaign_id = $1',
    'q.rank <= 2',
    'q.call_id is null',
    'q.agent_id is null',
    'q.due_at < $2',
  ];
  if (filter.listId !== undefined) where.push(`q.list_id = ${bind(filter.listId)}`);
  for (const word of nameWords(filter.name ?? '')) {
    const begins = bind(`${word.replaceAll(/[%_\\]/g, '\\$&')}%`);
    where.push(`(fold_name(c.last_name) like ${begins} or fold_name(c.first_name) like ${begins})`);
  }
  return { where: where.join(' and '), values };
}
