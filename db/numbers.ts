/**
 * What is known of one number, for a person who looks it up.
 * @module
 */
import { rowsOf, type Queryable } from './queryable.ts';

export interface NumberFacts {
  id: number;
  doNotCall: { at: Date; reason: string | null; by: string | null } | null;
  /** Calls that count towards the caps, over all campaigns. */
  callsTotal: number;
  /** One row for each contact with this number, and for each campaign that counted its calls. */
  campaigns: NumberInCampaign[];
}

export interface NumberInCampaign {
  campaign: string;
  contactId: number | null;
  /** Of the contact; null without one. */
  state: 'open' | 'closed' | 'withdrawn' | null;
  closedReason: string | null;
  dueAt: Date | null;
  inCall: boolean;
  /** Unanswered calls in a row. */
  unanswered: number;
  /** `Nu mai suna`, when it holds. */
  stopped: { at: Date; by: string | null } | null;
  lifted: { at: Date; by: string | null; reason: string | null } | null;
}

/** @returns undefined when nobody ever imported or blocked the number */
export async function readNumber(on: Queryable, params: { e164: string }): Promise<NumberFacts | undefined> {
  const [number] = await rowsOf<{
    id: number;
    at: Date | null;
    reason: string | null;
    by: string | null;
    callsTotal: number;
  }>(
    on,
    `select id, do_not_call_at as at, do_not_call_reason as reason, do_not_call_by as by, cap_total as "callsTotal"
     from numbers where e164 = $1`,
    [params.e164],
  );
  if (!number) return undefined;
  const { id, at, reason, by, callsTotal } = number;
  const rows = await rowsOf<CampaignRow>(on, CAMPAIGNS, [id]);
  return { id, doNotCall: at && { at, reason, by }, callsTotal, campaigns: rows.map(inCampaign) };
}

interface CampaignRow extends Omit<NumberInCampaign, 'stopped' | 'lifted'> {
  stoppedAt: Date | null;
  stoppedBy: string | null;
  liftedAt: Date | null;
  liftedBy: string | null;
  liftedReason: string | null;
}

function inCampaign(row: CampaignRow): NumberInCampaign {
  const { stoppedAt, stoppedBy, liftedAt, liftedBy, liftedReason, ...rest } = row;
  return {
    ...rest,
    stopped: stoppedAt && liftedAt === null ? { at: stoppedAt, by: stoppedBy } : null,
    lifted: liftedAt && { at: liftedAt, by: liftedBy, reason: liftedReason },
  };
}

const CAMPAIGNS = `
  select p.name as campaign, c.id as "contactId", c.state, c.closed_reason as "closedReason", q.due_at as "dueAt",
    q.call_id is not null as "inCall", coalesce(k.unanswered, 0) as unanswered,
    k.stopped_at as "stoppedAt", k.stopped_by as "stoppedBy",
    k.lifted_at as "liftedAt", k.lifted_by as "liftedBy", k.lifted_reason as "liftedReason"
  from (select campaign_id, contact_id from contact_numbers where number_id = $1) cn
  full join (select * from campaign_numbers where number_id = $1) k on k.campaign_id = cn.campaign_id
  join campaigns p on p.id = coalesce(cn.campaign_id, k.campaign_id)
  left join contacts c on c.id = cn.contact_id
  left join dial_queue q on q.contact_id = c.id
  order by p.name, c.id`;
