/**
 * `Nu mai suna`: a number that one campaign does not call any more. Set by the commit (x unanswered calls in a row) or by
 * a person; reversible with a reason.
 * @module
 */
import type pg from 'pg';
import { writeAudit } from './audit.ts';
import type { Database } from './client.ts';
import { rowsOf } from './queryable.ts';
import { lockCampaignsOfNumber, reopenContacts } from './reopen-contacts.ts';
import { inTransaction } from './transaction.ts';

export interface StoppedNumberParams {
  campaignId: number;
  /** E.164. */
  e164: string;
  reason: string;
  by: string;
  now: Date;
}

/**
 * @returns false when the number was stopped before, or is unknown.
 * @throws RangeError without a reason.
 */
export async function stopNumber(db: Database, params: StoppedNumberParams): Promise<boolean> {
  if (params.reason.trim() === '') throw new RangeError('a number is stopped with a reason only');
  return inTransaction(db, async (client) => {
    const [row] = await rowsOf<{ id: number }>(
      client,
      `insert into campaign_numbers as k (campaign_id, number_id, stopped_at, stopped_by)
       select $1, id, $3, $4 from numbers where e164 = $2
       on conflict (campaign_id, number_id) do update set
         stopped_at = excluded.stopped_at, stopped_by = excluded.stopped_by,
         lifted_at = null, lifted_by = null, lifted_reason = null
       where k.stopped_at is null or k.lifted_at is not null
       returning number_id as id`,
      [params.campaignId, params.e164, params.now, params.by],
    );
    if (!row) return false;
    await audit(client, params, row.id, 'number.stop');
    return true;
  });
}

/**
 * The count of unanswered calls begins anew, and contacts that were closed because of the stop may be called again.
 * @returns how many contacts that were; undefined when the number was not stopped.
 * @throws RangeError without a reason.
 */
export async function liftStoppedNumber(
  db: Database,
  params: StoppedNumberParams,
): Promise<{ reopened: number } | undefined> {
  if (params.reason.trim() === '') throw new RangeError('`Nu mai suna` is lifted with a reason only');
  return inTransaction(db, async (client) => {
    await lockCampaignsOfNumber(client, params);
    const [row] = await rowsOf<{ id: number }>(
      client,
      `update campaign_numbers k set unanswered = 0, lifted_at = $3, lifted_by = $4, lifted_reason = $5
       from numbers n
       where n.e164 = $2 and k.number_id = n.id and k.campaign_id = $1
         and k.stopped_at is not null and k.lifted_at is null
       returning k.number_id as id`,
      [params.campaignId, params.e164, params.now, params.by, params.reason],
    );
    if (!row) return undefined;
    const { campaignId, now } = params;
    const reopened = await reopenContacts(client, {
      numberId: row.id,
      campaignId,
      closedReason: 'stopped',
      now,
    });
    await audit(client, params, row.id, 'number.stop-lifted');
    return { reopened };
  });
}

async function audit(
  client: pg.PoolClient,
  params: StoppedNumberParams,
  numberId: number,
  action: string,
): Promise<void> {
  await writeAudit(client, {
    actor: params.by,
    action,
    objectKind: 'number',
    objectId: String(numberId),
    after: { campaignId: params.campaignId, reason: params.reason },
    at: params.now,
  });
}
