/**
 * A person closes a contact or opens it again. What may be opened is what the claim would not close at once.
 * @module
 */
import { isDeferral } from '../domain/deferral.ts';
import { writeAudit } from './audit.ts';
import { readCampaign } from './campaigns.ts';
import type { Database } from './client.ts';
import { rowsOf, type Queryable } from './queryable.ts';
import { inTransaction } from './transaction.ts';
import { readVerdicts } from './why-dialed.ts';

/** Why a contact stays as it is. */
export const CONTACT_REFUSALS = [
  /** It is on a call, which decides. */
  'on-call',
  'not-open',
  'not-closed',
  /** Its import was undone: its numbers are free for others. */
  'withdrawn',
  /** A final positive outcome. */
  'won',
  'do-not-call',
  'no-consent',
  'stopped',
  'cap-total',
  'nonexistent',
] as const;
export type ContactRefusal = (typeof CONTACT_REFUSALS)[number];

export interface ContactStateParams {
  contactId: number;
  reason: string;
  by: string;
  now: Date;
}

export type ContactStateResult = 'changed' | { refused: ContactRefusal } | 'no-such-contact';

interface StateRow {
  campaignId: number;
  listId: number;
  state: 'open' | 'closed' | 'withdrawn';
  closedReason: string | null;
  importState: string | null;
  won: boolean;
  attempts: number;
}

/** The queue row first, as the claim does: a contact is closed or leased, never both. */
async function lock(
  client: Queryable,
  contactId: number,
): Promise<{ row: StateRow; leased: boolean } | undefined> {
  const [queued] = await rowsOf<{ callId: string | null }>(
    client,
    'select call_id as "callId" from dial_queue where contact_id = $1 for update',
    [contactId],
  );
  const [row] = await rowsOf<StateRow>(
    client,
    `select c.campaign_id as "campaignId", c.list_id as "listId", c.state, c.closed_reason as "closedReason",
       (select state from imports i where i.id = c.import_id) as "importState",
       exists (select from calls e join statuses s on s.id = e.status_id
         where e.contact_id = c.id and s.final and s.positive) as won,
       coalesce((select max(attempt) from calls where contact_id = c.id), 0) as attempts
     from contacts c where c.id = $1 for update of c`,
    [contactId],
  );
  return row && { row, leased: (queued?.callId ?? null) !== null };
}

/** The contact will not be called any more, until somebody opens it again. */
export async function closeContact(db: Database, params: ContactStateParams): Promise<ContactStateResult> {
  return inTransaction(db, async (client) => {
    const found = await lock(client, params.contactId);
    if (!found) return 'no-such-contact';
    if (found.leased) return { refused: 'on-call' };
    if (found.row.state !== 'open') return { refused: 'not-open' };
    await rowsOf(client, 'delete from dial_queue where contact_id = $1', [params.contactId]);
    await rowsOf(
      client,
      `update contacts set state = 'closed', closed_reason = 'by-hand', closed_at = $2 where id = $1`,
      [params.contactId, params.now],
    );
    await audit(
      client,
      params,
      'contact.close',
      { state: 'open' },
      { state: 'closed', reason: params.reason },
    );
    return 'changed';
  });
}

/**
 * Opens a closed contact: due now, behind the priority lists, with the attempts made so far. Refused where the claim would
 * close it again at once: what it is closed for must be taken away first.
 */
export async function reopenContact(db: Database, params: ContactStateParams): Promise<ContactStateResult> {
  return inTransaction(db, async (client) => {
    // The claim's first lock: what it sees of the numbers does not change meanwhile.
    await rowsOf(
      client,
      'select from campaigns where id = (select campaign_id from contacts where id = $1) for no key update',
      [params.contactId],
    );
    const found = await lock(client, params.contactId);
    if (!found) return 'no-such-contact';
    const { row } = found;
    const refused = refusalOf(row) ?? (await verdictRefusal(client, row, params));
    if (refused !== undefined) return { refused };
    await rowsOf(
      client,
      `update contacts set state = 'open', closed_reason = null, closed_at = null where id = $1`,
      [params.contactId],
    );
    await rowsOf(
      client,
      `insert into dial_queue (contact_id, campaign_id, list_id, rank, due_at, attempts) values ($1, $2, $3, 1, $4, $5)`,
      [params.contactId, row.campaignId, row.listId, params.now, row.attempts],
    );
    await rowsOf(client, `select pg_notify('apel_dial', $1)`, [String(row.campaignId)]);
    const before = { state: 'closed', closedReason: row.closedReason };
    await audit(client, params, 'contact.reopen', before, { state: 'open', reason: params.reason });
    return 'changed';
  });
}

function refusalOf(row: StateRow): ContactRefusal | undefined {
  if (row.state === 'withdrawn' || row.importState === 'undone') return 'withdrawn';
  if (row.state === 'open') return 'not-closed';
  return row.won ? 'won' : undefined;
}

async function verdictRefusal(
  client: Queryable,
  row: StateRow,
  { contactId, now }: ContactStateParams,
): Promise<ContactRefusal | undefined> {
  const setup = await readCampaign(client, { id: row.campaignId });
  if (!setup) throw new Error(`campaign ${row.campaignId} has no definition`);
  const [found] = await readVerdicts(client, { setup, contactIds: [contactId], now });
  const verdict = found?.verdict ?? 'nonexistent';
  if (verdict === 'ok' || isDeferral(verdict)) return undefined;
  return CONTACT_REFUSALS.find((one) => one === verdict) ?? 'nonexistent';
}

async function audit(
  client: Queryable,
  params: ContactStateParams,
  action: string,
  before: unknown,
  after: unknown,
): Promise<void> {
  await writeAudit(client, {
    actor: params.by,
    action,
    objectKind: 'contact',
    objectId: String(params.contactId),
    before,
    after,
    at: params.now,
  });
}
