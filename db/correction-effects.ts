/**
 * What a correction changes beside the count; locks in the order of a commit: queue, contact, numbers.
 * @module
 */
import type { CorrectionEffect } from '../domain/correction.ts';
import { rowsOf, type Queryable } from './queryable.ts';

interface EffectsParams {
  call: { id: string; campaignId: number; contactId: number | null; numberId: number };
  wanted: readonly CorrectionEffect[];
  by: string;
  now: Date;
}

/** @returns what there was to do: a contact that is closed already is not closed again */
export async function applyEffects(client: Queryable, params: EffectsParams): Promise<CorrectionEffect[]> {
  const { call, wanted, now } = params;
  const done: CorrectionEffect[] = [];
  const optedOut = wanted.includes('do-not-call');
  if (wanted.includes('contact-closed')) {
    const closed = await closeContact(client, call.contactId, optedOut ? 'do-not-call' : 'final-status', now);
    if (closed) done.push('contact-closed');
  }
  if (optedOut && (await optOut(client, params))) done.push('do-not-call');
  if (wanted.includes('number-inactive')) done.push(...(await deactivate(client, params)));
  return done;
}

/**
 * Off the queue even while it is leased: another call of the contact that goes on is not ended, and its commit then finds
 * nothing to put back.
 */
export async function closeContact(
  client: Queryable,
  contactId: number | null,
  reason: string,
  now: Date,
): Promise<boolean> {
  if (contactId === null) return false;
  await rowsOf(client, 'delete from dial_queue where contact_id = $1', [contactId]);
  const closed = await rowsOf(
    client,
    `update contacts set state = 'closed', closed_reason = $2, closed_at = $3
     where id = $1 and state = 'open' returning id`,
    [contactId, reason, now],
  );
  return closed.length > 0;
}

/** Everywhere, for every number of the contact, as the commit would have done. */
export async function optOut(
  client: Queryable,
  { call, by, now, reason }: Omit<EffectsParams, 'wanted'> & { reason?: string | undefined },
): Promise<boolean> {
  const rows = await rowsOf(
    client,
    `with mine as (
       select n.id from numbers n
       where n.do_not_call_at is null and (n.id = $1 or n.id in (select number_id from contact_numbers where contact_id = $2))
       order by n.id for no key update)
     update numbers n set do_not_call_at = $3, do_not_call_reason = $4, do_not_call_by = $5
     from mine where n.id = mine.id returning n.id`,
    [call.numberId, call.contactId, now, reason ?? 'corrected', by],
  );
  return rows.length > 0;
}

/** The contact goes on with its other number, or is closed when it has none that may be called. */
async function deactivate(client: Queryable, { call, now }: EffectsParams): Promise<CorrectionEffect[]> {
  if (call.contactId === null) return [];
  const rows = await rowsOf(
    client,
    'update contact_numbers set active = false where contact_id = $1 and number_id = $2 and active returning 1',
    [call.contactId, call.numberId],
  );
  if (rows.length === 0) return [];
  const [next] = await rowsOf<{ position: number }>(
    client,
    'select position from contact_numbers where contact_id = $1 and active order by position limit 1',
    [call.contactId],
  );
  if (next) {
    await rowsOf(
      client,
      `update dial_queue q set position = $2 where q.contact_id = $1 and q.call_id is null
         and not exists (select from contact_numbers cn where cn.contact_id = $1 and cn.position = q.position and cn.active)`,
      [call.contactId, next.position],
    );
    return ['number-inactive'];
  }
  const closed = await closeContact(client, call.contactId, 'nonexistent', now);
  return closed ? ['number-inactive', 'contact-closed'] : ['number-inactive'];
}
