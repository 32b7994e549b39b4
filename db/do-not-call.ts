/**
 * A person's own opposition: no call from anywhere until it is lifted with a reason.
 * @module
 */
import type { DoNotCallSource } from '../contracts/model/do-not-call.ts';
import { writeAudit } from './audit.ts';
import type { Database } from './client.ts';
import { rowsOf } from './queryable.ts';
import { lockCampaignsOfNumber, reopenContacts } from './reopen-contacts.ts';
import { inTransaction } from './transaction.ts';

export interface DoNotCallParams {
  /** E.164. The number need not be known yet. */
  e164: string;
  reason: string;
  source?: DoNotCallSource;
  /** User name, or `cli:<os user>`. */
  by: string;
  now: Date;
}

/** @returns false when the number was on do-not-call before; the first reason stays. */
export async function setDoNotCall(db: Database, params: DoNotCallParams): Promise<boolean> {
  return inTransaction(db, async (client) => {
    await rowsOf(client, 'insert into numbers (e164) values ($1) on conflict (e164) do nothing', [
      params.e164,
    ]);
    const [row] = await rowsOf<{ id: number }>(
      client,
      `update numbers set do_not_call_at = $2, do_not_call_reason = $3, do_not_call_by = $4, do_not_call_source = $5
       where e164 = $1 and do_not_call_at is null returning id`,
      [params.e164, params.now, params.reason, params.by, params.source ?? null],
    );
    if (!row) return false;
    await writeAudit(client, {
      actor: params.by,
      action: 'number.do-not-call',
      objectKind: 'number',
      objectId: String(row.id),
      after: { reason: params.reason, ...(params.source && { source: params.source }) },
      at: params.now,
    });
    return true;
  });
}

/**
 * The person allows calls again: contacts that were closed for it may be called again, in every campaign.
 * @returns how many contacts that were; undefined when the number was not on do-not-call.
 * @throws RangeError without a reason: the caller must prove why it calls again.
 */
export async function liftDoNotCall(
  db: Database,
  params: Omit<DoNotCallParams, 'source'>,
): Promise<{ reopened: number } | undefined> {
  if (params.reason.trim() === '') throw new RangeError('do-not-call is lifted with a reason only');
  return inTransaction(db, async (client) => {
    await lockCampaignsOfNumber(client, params);
    const [row] = await rowsOf<{ id: number; reason: string | null; by: string | null; at: Date }>(
      client,
      `with before as (
         select id, do_not_call_reason as reason, do_not_call_by as by, do_not_call_at as at from numbers
         where e164 = $1 and do_not_call_at is not null for no key update),
       lifted as (
         update numbers n set do_not_call_at = null, do_not_call_reason = null, do_not_call_by = null,
           do_not_call_source = null
         from before where n.id = before.id)
       select id, reason, by, at from before`,
      [params.e164],
    );
    if (!row) return undefined;
    const reopened = await reopenContacts(client, {
      numberId: row.id,
      closedReason: 'do-not-call',
      now: params.now,
    });
    await writeAudit(client, {
      actor: params.by,
      action: 'number.do-not-call-lifted',
      objectKind: 'number',
      objectId: String(row.id),
      before: { reason: row.reason, by: row.by, at: row.at },
      after: { reason: params.reason },
      at: params.now,
    });
    return { reopened };
  });
}
