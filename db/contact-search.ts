/**
 * Contacts as people look for them: by number, name, campaign, list, state.
 * @module
 */
import { foldName } from '../domain/fold-name.ts';
import { rowsOf, type Queryable } from './queryable.ts';

export interface ContactFilter {
  campaignId?: number | undefined;
  listId?: number | undefined;
  state?: 'open' | 'closed' | 'withdrawn' | undefined;
  /** Why it is closed. */
  closed?: string | undefined;
  /** As the report of a campaign counts those of the queue: `-` for none, `on-call`. */
  wait?: string | undefined;
  /** Whether it is due already. */
  due?: boolean | undefined;
  /** E.164. */
  e164?: string | undefined;
  /** Parts of last and first name, without regard to case and diacritics; all of them must be there. */
  name?: string | undefined;
  /** Id of the last contact of the page before: newest first. */
  before?: number | undefined;
  limit: number;
}

export interface FoundContact {
  id: number;
  lastName: string | null;
  firstName: string | null;
  locality: string | null;
  campaign: string;
  list: string;
  listId: number;
  state: 'open' | 'closed' | 'withdrawn';
  closedReason: string | null;
  /** Of an open contact. */
  dueAt: Date | null;
  waitReason: string | null;
  onCall: boolean;
  attempts: number;
  numbers: string[];
}

const ON_CALL = 'on-call';
const NO_REASON = '-';

/** Letters of Romanian and Hungarian names, old and new; the same ones that `foldName` takes away. */
const FOLDED = `translate(lower(coalesce(c.last_name, '') || ' ' || coalesce(c.first_name, '')),
  'ăâîșşțţáàäéèëíóòöőôúùüűç', 'aaissttaaaeeeiooooouuuuc')`;

/** One row more than `limit` means that there is a next page. */
export function searchContacts(on: Queryable, filter: ContactFilter): Promise<FoundContact[]> {
  const values: unknown[] = [];
  const bind = (value: unknown): string => `$${values.push(value)}`;
  const where: string[] = [];
  if (filter.campaignId !== undefined) where.push(`c.campaign_id = ${bind(filter.campaignId)}`);
  if (filter.listId !== undefined) where.push(`c.list_id = ${bind(filter.listId)}`);
  if (filter.state !== undefined) where.push(`c.state = ${bind(filter.state)}`);
  if (filter.closed !== undefined) where.push(`c.closed_reason = ${bind(filter.closed)}`);
  const queued: string[] = [];
  if (filter.wait !== undefined) queued.push(waitsFor(filter.wait, bind));
  if (filter.due !== undefined) queued.push(`(q.due_at <= now()) = ${bind(filter.due)}`);
  if (queued.length > 0) {
    where.push(`exists (select from dial_queue q where q.contact_id = c.id and ${queued.join(' and ')})`);
  }
  if (filter.before !== undefined) where.push(`c.id < ${bind(filter.before)}`);
  if (filter.e164 !== undefined) {
    where.push(`c.id in (select cn.contact_id from contact_numbers cn join numbers n on n.id = cn.number_id
      where n.e164 = ${bind(filter.e164)})`);
  }
  for (const part of foldName(filter.name ?? '').split(' ')) {
    if (part !== '') where.push(`${FOLDED} like ${bind(`%${part.replaceAll(/[%_\\]/g, '\\$&')}%`)}`);
  }
  return rowsOf<FoundContact>(
    on,
    `select c.id, c.last_name as "lastName", c.first_name as "firstName", c.locality, p.name as campaign,
       l.name as list, l.id as "listId", c.state, c.closed_reason as "closedReason", q.due_at as "dueAt",
       q.wait_reason as "waitReason", q.call_id is not null as "onCall",
       coalesce(q.attempts, (select max(attempt) from calls e where e.contact_id = c.id), 0) as attempts,
       coalesce((select json_agg(n.e164 order by cn.position) from contact_numbers cn
         join numbers n on n.id = cn.number_id where cn.contact_id = c.id), '[]') as numbers
     from (select * from contacts c ${where.length > 0 ? `where ${where.join(' and ')}` : ''}
           order by c.id desc limit ${bind(filter.limit + 1)}) c
     join lists l on l.id = c.list_id
     join campaigns p on p.id = c.campaign_id
     left join dial_queue q on q.contact_id = c.id
     order by c.id desc`,
    values,
  );
}

/** Who is on a call waits for nothing else, whatever the reason of before. */
function waitsFor(wait: string, bind: (value: unknown) => string): string {
  if (wait === ON_CALL) return 'q.call_id is not null';
  const reason = wait === NO_REASON ? 'is null' : `= ${bind(wait)}`;
  return `q.call_id is null and q.wait_reason ${reason}`;
}
