/**
 * A number that an agent dials by hand: through the same gates, belonging to the campaign's contact of that number if there
 * is one.
 * @module
 */
import { v7 as uuidv7 } from 'uuid';
import type { EdgeRef } from '../contracts/model/call.ts';
import { openIntervalAt } from '../domain/calendar.ts';
import { deskRules } from '../domain/desk-rules.ts';
import {
  AGAIN_MS,
  CLAIM_TYPES,
  HAS_ROOM,
  LEASED,
  LIVE,
  PACED,
  ROOM,
  agentCall,
  claimValues,
  lockAgent,
  startCalling,
  type AgentCall,
  type AgentClaimRefusal,
} from './agent-claim.ts';
import { writeAudit } from './audit.ts';
import { readCampaign, type CampaignSetup } from './campaigns.ts';
import { fullness, later, lockGates, type ClaimWait, type Room, type TrunkAllowance } from './claim-gates.ts';
import type { Database } from './client.ts';
import { namedStatement, rowsOfNamed } from './numbered.ts';
import { rowsOf, type Queryable } from './queryable.ts';
import { inTransaction } from './transaction.ts';

export const MANUAL_REFUSALS = [
  'no-such-campaign',
  /** The campaign does not let agents dial by hand. */
  'manual-not-allowed',
  /** The person asked not to be called: only with a reason (`call.override`). */
  'do-not-call',
  /** Outside the calendar: only with a reason. */
  'closed',
  'prefix-not-permitted',
  /** A demo number that only the simulated carrier may get. */
  'trunk-bound',
  'cap-day',
  'cap-total',
  'number-busy',
] as const;
export type ManualRefusal = (typeof MANUAL_REFUSALS)[number] | AgentClaimRefusal;

export type ManualClaim =
  | { state: 'claimed'; call: AgentCall }
  | { state: 'wait'; wait: ClaimWait }
  | { state: 'refused'; reason: ManualRefusal };

export interface ManualParams {
  userId: number;
  /** User name, for the trail and the audit. */
  by: string;
  /** E.164. */
  e164: string;
  campaign: string;
  /** Of somebody who may override: do-not-call and the calendar do not hold. */
  overrideReason?: string;
  now: Date;
}

/** Claims this very number; the call is started at once, there is nothing to look at first. */
export async function claimManual(db: Database, params: ManualParams): Promise<ManualClaim> {
  const setup = await readCampaign(db.pool, { name: params.campaign });
  if (!setup || setup.campaign.mode !== 'agent') return refused('no-such-campaign');
  if (!deskRules(setup.campaign).manualCalls) return refused('manual-not-allowed');
  const closesAt = openIntervalAt(setup.calendar, params.now)?.closesAt;
  if (!closesAt && params.overrideReason === undefined) return refused('closed');
  return inTransaction(db, async (client) => {
    const agent = await lockAgent(client, params);
    if ('reason' in agent) return refused(agent.reason);
    const gates = await lockGates(client, { setup, edges: [agent.edge], now: params.now });
    if ('reason' in gates) return { state: 'wait', wait: gates };
    await rowsOf(client, 'insert into numbers (e164) values ($1) on conflict (e164) do nothing', [
      params.e164,
    ]);
    return claim(client, params, { setup, edge: agent.edge, allowance: gates.allowance, closesAt });
  });
}

function refused(reason: ManualRefusal): ManualClaim {
  return { state: 'refused', reason };
}

interface Passed {
  setup: CampaignSetup;
  edge: EdgeRef;
  allowance: TrunkAllowance;
  /** Undefined: the calendar is closed, and overridden. */
  closesAt: Date | undefined;
}

interface ManualRow extends Room {
  verdict: ManualRefusal | 'ok';
  overrode: boolean;
  claimed: boolean;
  numberId: number;
  contactId: number | null;
  listId: number | null;
  attempt: number;
}

async function claim(client: Queryable, params: ManualParams, passed: Passed): Promise<ManualClaim> {
  const { setup, edge, allowance, closesAt } = passed;
  const { userId, now } = params;
  const callId = uuidv7();
  const [row] = await rowsOfNamed<ManualRow, keyof typeof MANUAL_TYPES>(client, MANUAL, {
    ...claimValues({ setup, edge, allowance, now, callId, agent: userId }),
    e164: params.e164,
    override: params.overrideReason ?? null,
    placeBefore: closesAt ?? null,
  });
  if (!row) return { state: 'wait', wait: { reason: 'no-edge', until: later(now, AGAIN_MS) } };
  const full = fullness(row, now);
  if (full) return { state: 'wait', wait: full };
  if (row.verdict !== 'ok') return refused(row.verdict);
  if (!row.claimed) return refused('number-busy');
  if (params.overrideReason !== undefined) {
    await writeAudit(client, {
      actor: params.by,
      action: 'call.override',
      objectKind: 'number',
      objectId: String(row.numberId),
      after: {
        callId,
        campaign: setup.name,
        reason: params.overrideReason,
        doNotCall: row.overrode,
        closed: closesAt === undefined,
      },
      at: now,
    });
  }
  await startCalling(client, params, callId);
  const call = agentCall(setup, {
    callId,
    agentId: userId,
    ...(row.contactId !== null && { contactId: row.contactId }),
    attempt: row.attempt,
    ...(row.listId !== null && { listId: row.listId }),
    priority: false,
    edge,
  });
  return { state: 'claimed', call };
}

const MANUAL_TYPES = { ...CLAIM_TYPES, e164: 'text', override: 'text' } as const;

/**
 * The contact with this number, if it may have another call; a lease of its queue row goes with the claim. A person whom an
 * agent calls back by hand needs no consent and is no `Nu mai suna` of the machine: the agent decides.
 */
const MANUAL = namedStatement(
  'claim-manual',
  MANUAL_TYPES,
  `
with ${ROOM},
number as materialized (
  select n.* from numbers n where n.e164 = p.e164 for no key update),
owner as materialized (
  select cn.contact_id, ct.list_id, q.contact_id as queued, q.call_id as leased,
    coalesce(q.attempts, (select max(attempt) from calls e where e.contact_id = cn.contact_id), 0) + 1 as attempt
  from number n
  join contact_numbers cn on cn.campaign_id = p.campaign and cn.number_id = n.id
  join contacts ct on ct.id = cn.contact_id and ct.state <> 'withdrawn'
  left join dial_queue q on q.contact_id = cn.contact_id
  order by cn.active desc, cn.contact_id desc limit 1),
verdict as materialized (
  select n.id as number_id, o.contact_id, o.list_id, coalesce(o.attempt, 1) as attempt,
    n.do_not_call_at is not null as overrode,
    case
      when n.do_not_call_at is not null and p.override is null then 'do-not-call'
      when n.only_trunk_id <> p.trunk then 'trunk-bound'
      when cardinality(p.prefixes) > 0 and not exists (select 1 from unnest(p.prefixes) x where starts_with(n.e164, x))
        then 'prefix-not-permitted'
      when n.cap_total >= p.perTotal then 'cap-total'
      when n.cap_day >= p.day and n.cap_day_count >= p.perDay then 'cap-day'
      when o.leased is not null or exists (select 1 from live_calls l where l.number_id = n.id) then 'number-busy'
      else 'ok'
    end as verdict
  from number n left join owner o on true),
pick as materialized (
  select * from verdict where verdict = 'ok' and ${HAS_ROOM}),
${LIVE},
intent as (
  insert into calls (id, kind, campaign_id, list_id, contact_id, attempt, number_id, trunk_id, agent_id, node, epoch,
                     versions, claimed_at, manual, override_reason)
  select p.callId, 'outbound', p.campaign, list_id, contact_id, attempt, number_id, p.trunk, p.agent, p.node, p.epoch,
    p.versions, p.now, true, p.override
  from pick where exists (select 1 from live)),
${LEASED},
${PACED}
select room.channels, room.concurrency, room.places, v.verdict, v.overrode, v.number_id as "numberId",
  v.contact_id as "contactId", v.list_id as "listId", v.attempt, exists (select 1 from live) as claimed
from room cross join verdict v`,
);
