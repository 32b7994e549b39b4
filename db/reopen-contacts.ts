/**
 * Contacts that were closed for a reason a person has now taken away.
 * @module
 */
import { rowsOf, type Queryable } from './queryable.ts';

export interface ReopenParams {
  numberId: number;
  /** Only this campaign's contact; default: those of every campaign. */
  campaignId?: number;
  closedReason: 'do-not-call' | 'stopped';
  now: Date;
}

/**
 * First statement of a transaction that lifts something: the claim takes the same locks before it looks at numbers, so
 * that no claim closes a contact by what was true a moment ago.
 */
export async function lockCampaignsOfNumber(
  client: Queryable,
  params: { e164: string; campaignId?: number },
): Promise<void> {
  await rowsOf(client, LOCK, [params.e164, params.campaignId ?? null]);
}

const LOCK = `
  select id from campaigns
  where id in (
    select cn.campaign_id from contact_numbers cn join numbers n on n.id = cn.number_id
    where n.e164 = $1 and ($2::int is null or cn.campaign_id = $2))
  order by id
  for no key update`;

/**
 * Opens them and puts them back into the queue, due now and behind the priority lists; their campaigns' dialers are
 * woken. A contact stays closed while another number of the person is on do-not-call, and for good after a final
 * positive outcome or when its import was undone.
 * @returns how many contacts were opened
 */
export async function reopenContacts(client: Queryable, params: ReopenParams): Promise<number> {
  const { numberId, campaignId = null, closedReason, now } = params;
  const campaigns = await rowsOf<{ campaignId: number }>(client, REOPEN, [
    numberId,
    campaignId,
    closedReason,
    now,
  ]);
  for (const id of new Set(campaigns.map((row) => row.campaignId))) {
    // Delivered with the commit.
    await rowsOf(client, `select pg_notify('apel_dial', $1)`, [String(id)]);
  }
  return campaigns.length;
}

/** The queue row comes back with the attempts made so far: attempt numbers always grow. */
const REOPEN = `
  with opened as (
    update contacts c set state = 'open', closed_reason = null, closed_at = null
    from contact_numbers cn
    where cn.number_id = $1 and ($2::int is null or cn.campaign_id = $2) and c.id = cn.contact_id
      and c.state = 'closed' and c.closed_reason = $3
      -- A number that does not exist any more is reason enough for do-not-call, and none to call again.
      and (cn.active or $3 = 'do-not-call')
      and not exists (select from imports i where i.id = c.import_id and i.state = 'undone')
      and not exists (
        select from contact_numbers o join numbers n on n.id = o.number_id
        where o.contact_id = c.id and n.do_not_call_at is not null)
      and not exists (
        select from calls e join statuses s on s.id = e.status_id
        where e.contact_id = c.id and s.final and s.positive)
    returning c.id, c.campaign_id, c.list_id, cn.position)
  insert into dial_queue (contact_id, campaign_id, list_id, rank, due_at, position, attempts)
  select o.id, o.campaign_id, o.list_id, 1, $4, o.position,
    coalesce((select max(attempt) from calls where contact_id = o.id), 0)
  from opened o
  returning campaign_id as "campaignId"`;
