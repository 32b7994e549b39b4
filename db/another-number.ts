/**
 * Another number of the contact that an agent works on: whether it may be called, the claim that calls it after the commit of
 * the call before (docs/desk.md, "The contact's other numbers"), and the move of a claim that is only looked at.
 *
 * The choice is a row of `dial_queue`: a callback of this agent that is due now, at that position. Whatever dies between the
 * commit and the claim, the contact is still theirs.
 * @module
 */
import { v7 as uuidv7 } from 'uuid';
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
import { readCampaign, type CampaignSetup } from './campaigns.ts';
import { fullness, later, lockGates, type ClaimWait, type Room } from './claim-gates.ts';
import type { Database } from './client.ts';
import { namedStatement, rowsOfNamed } from './numbered.ts';
import { rowsOf, type Queryable } from './queryable.ts';
import { inTransaction } from './transaction.ts';

/** Why a number of the contact may not be called now. */
export const NUMBER_REFUSALS = [
  /** Not (any more) a number of this contact. */
  'not-of-contact',
  'do-not-call',
  'no-consent',
  'nonexistent',
  /** `Nu mai suna` in this campaign. */
  'stopped',
  /** Outside the calendar. */
  'closed',
  'prefix-not-permitted',
  'trunk-bound',
  'cap-day',
  'cap-total',
  'number-busy',
  /** The contact is closed, somebody else's, or being called. */
  'contact-gone',
] as const;
export type NumberRefusal = (typeof NUMBER_REFUSALS)[number];

interface NumberQuestion {
  callId: string;
  userId: number;
  /** E.164. */
  e164: string;
  now: Date;
}

const TYPES = {
  ...CLAIM_TYPES,
  consent: 'boolean',
  daily: 'boolean',
  contact: 'bigint',
  e164: 'text',
  except: 'uuid',
  putOffUntil: 'timestamptz',
} as const;

/** Refused after it was chosen: the contact goes back to everybody, not at once to its number that has just been called. */
const PUT_OFF_MS = 15 * 60_000;

/** The gates of a claim (`claim-verdict.ts`), for the one number `cn` of contact `ct`; joins `n`, `s` beside them. */
const VERDICT = `case
  when exists (select 1 from contact_numbers o join numbers d on d.id = o.number_id
    where o.contact_id = ct.id and d.do_not_call_at is not null) then 'do-not-call'
  when p.consent and (ct.consent_at is null or ct.consent_source is null) then 'no-consent'
  when not cn.active then 'nonexistent'
  when s.stopped_at is not null and s.lifted_at is null then 'stopped'
  when n.cap_total >= p.perTotal then 'cap-total'
  when n.only_trunk_id <> p.trunk then 'trunk-bound'
  when cardinality(p.prefixes) > 0 and not exists (select 1 from unnest(p.prefixes) x where starts_with(n.e164, x))
    then 'prefix-not-permitted'
  when n.cap_day >= p.day and n.cap_day_count >= p.perDay then 'cap-day'
  when exists (select 1 from live_calls l where l.number_id = n.id and l.call_id is distinct from p.except)
    then 'number-busy'
  else 'ok' end`;

const JOINED = `join numbers n on n.id = cn.number_id
  left join campaign_numbers s on s.campaign_id = p.campaign and s.number_id = cn.number_id`;

const CHECK = namedStatement(
  'another-check',
  TYPES,
  `select n.id as "numberId", cn.position, ${VERDICT} as verdict
   from contacts ct join contact_numbers cn on cn.contact_id = ct.id ${JOINED}
   where ct.id = p.contact and ct.state <> 'withdrawn' and n.e164 = p.e164
   order by cn.active desc, cn.position limit 1`,
);

interface CheckRow {
  numberId: number;
  position: number;
  verdict: NumberRefusal | 'ok';
}

/**
 * Whether the agent's open call may be followed by one to that number of its contact. Changes nothing; the claim looks again.
 * @returns undefined when they have no such open call
 */
export async function checkAnother(
  db: Database,
  params: NumberQuestion,
): Promise<{ refused: NumberRefusal } | { position: number; numberId: number } | undefined> {
  const open = await openCallOf(db.pool, params);
  if (!open) return undefined;
  if (!openIntervalAt(open.setup.calendar, params.now)) return { refused: 'closed' };
  const row = await check(db.pool, params, open);
  if (row.verdict !== 'ok') return { refused: row.verdict };
  return { position: row.position, numberId: row.numberId };
}

interface OpenCallOf {
  contactId: number | null;
  setup: CampaignSetup;
}

async function openCallOf(
  on: Queryable,
  { callId, userId }: { callId: string; userId: number },
): Promise<OpenCallOf | undefined> {
  const [row] = await rowsOf<{ contactId: number | null; campaign: string }>(
    on,
    `select l.contact_id as "contactId", o.name as campaign
     from live_calls l join config_objects o on o.id = l.campaign_id where l.call_id = $1 and l.agent_id = $2`,
    [callId, userId],
  );
  const setup = row && (await readCampaign(on, { name: row.campaign }));
  return setup && { contactId: row.contactId, setup };
}

async function check(
  on: Queryable,
  { callId, e164, now, userId }: NumberQuestion,
  { contactId, setup }: OpenCallOf,
): Promise<CheckRow> {
  const [row] = await rowsOfNamed<CheckRow, keyof typeof TYPES>(on, CHECK, {
    ...valuesOf({ setup, now, callId, agent: userId }),
    contact: contactId,
    e164,
    except: callId,
  });
  return row ?? { numberId: 0, position: 0, verdict: 'not-of-contact' };
}

/** The check needs no edge and no room. */
function valuesOf(input: { setup: CampaignSetup; now: Date; callId: string; agent: number }) {
  const edge = { node: '', epoch: 0 };
  const allowance = { allowed: 0, bucketLevel: 0, probing: false };
  return {
    ...claimValues({ ...input, edge, allowance }),
    daily: false,
    placeBefore: null,
    putOffUntil: null,
  };
}

/**
 * A claim that is only looked at moves to another number of its contact, which is dialed instead.
 * @returns undefined when nobody looks at this contact any more: it is being called, or was skipped
 */
export async function movePreview(
  db: Database,
  params: NumberQuestion,
): Promise<{ refused: NumberRefusal } | 'moved' | undefined> {
  const open = await openCallOf(db.pool, params);
  if (!open) return undefined;
  const row = await check(db.pool, params, open);
  if (row.verdict !== 'ok') return { refused: row.verdict };
  try {
    const { rowCount } = await db.pool.query(
      `with moved as (
         update live_calls set number_id = $3
         where call_id = $1 and agent_id = $2 and preview_until is not null and stage = 'claimed'
         returning call_id, contact_id),
       queued as (
         update dial_queue q set position = $4 from moved m where q.contact_id = m.contact_id and q.call_id = m.call_id)
       update calls c set number_id = $3 from moved where c.id = moved.call_id`,
      [params.callId, params.userId, row.numberId, row.position],
    );
    return rowCount === 0 ? undefined : 'moved';
  } catch (error) {
    // Claimed by somebody else since the check.
    if ((error as { code?: string }).code === '23505') return { refused: 'number-busy' };
    throw error;
  }
}

export type AnotherClaim =
  | { state: 'claimed'; call: AgentCall }
  /** The agent is on the next call of this contact. */
  | { state: 'calling' }
  /** The call before is not committed. */
  | { state: 'not-yet' }
  /** Never was this agent's. */
  | { state: 'unknown' }
  | { state: 'wait'; wait: ClaimWait }
  | { state: 'refused'; reason: NumberRefusal | AgentClaimRefusal };

export interface AnotherParams {
  /** The call before. */
  callId: string;
  userId: number;
  /** User name, for the trail. */
  by: string;
  now: Date;
}

interface BeforeRow {
  contactId: number | null;
  campaign: string;
  isCommitted: boolean;
  isCalling: boolean;
}

/** Claims the number that the wrap-up of the call named. Asking twice claims once. */
export async function claimAnother(db: Database, params: AnotherParams): Promise<AnotherClaim> {
  const [before] = await rowsOf<BeforeRow>(
    db.pool,
    `select c.contact_id as "contactId", o.name as campaign, c.committed_at is not null as "isCommitted",
       exists (select 1 from live_calls l where l.agent_id = $2 and l.contact_id = c.contact_id and l.attempt > c.attempt)
         as "isCalling"
     from calls c join config_objects o on o.id = c.campaign_id where c.id = $1 and c.agent_id = $2`,
    [params.callId, params.userId],
  );
  if (!before) return { state: 'unknown' };
  if (!before.isCommitted) return { state: 'not-yet' };
  if (before.isCalling) return { state: 'calling' };
  const { contactId } = before;
  const setup = await readCampaign(db.pool, { name: before.campaign });
  if (contactId === null || !setup) return { state: 'refused', reason: 'contact-gone' };
  const closesAt = openIntervalAt(setup.calendar, params.now)?.closesAt;
  if (!closesAt) return { state: 'refused', reason: 'closed' };
  return inTransaction(db, async (client): Promise<AnotherClaim> => {
    const agent = await lockAgent(client, params);
    if ('reason' in agent) return { state: 'refused', reason: agent.reason };
    const { edge } = agent;
    const gates = await lockGates(client, { setup, edges: [edge], now: params.now });
    if ('reason' in gates) return { state: 'wait', wait: gates };
    const { now, userId } = params;
    const callId = uuidv7();
    const [row] = await rowsOfNamed<ClaimRow, keyof typeof TYPES>(client, CLAIM, {
      ...claimValues({ setup, edge, allowance: gates.allowance, now, callId, agent: userId }),
      placeBefore: closesAt,
      daily: deskRules(setup.campaign).assignment === 'daily-queue',
      contact: contactId,
      e164: null,
      except: null,
      putOffUntil: later(now, PUT_OFF_MS),
    });
    if (!row) return { state: 'wait', wait: { reason: 'no-edge', until: later(now, AGAIN_MS) } };
    const full = fullness(row, now);
    if (full) return { state: 'wait', wait: full };
    if (row.verdict === null) return { state: 'refused', reason: 'contact-gone' };
    if (row.verdict !== 'ok') return { state: 'refused', reason: row.verdict };
    if (!row.claimed) return { state: 'refused', reason: 'number-busy' };
    await startCalling(client, params, callId);
    const call = agentCall(setup, {
      callId,
      agentId: userId,
      contactId,
      attempt: row.attempt,
      listId: row.listId,
      priority: row.priority,
      edge,
    });
    return { state: 'claimed', call };
  });
}

interface ClaimRow extends Room {
  /** Null: the contact is not this agent's any more. */
  verdict: NumberRefusal | 'ok' | null;
  claimed: boolean;
  listId: number;
  attempt: number;
  priority: boolean;
}

const CLAIM = namedStatement(
  'another-claim',
  TYPES,
  `
with ${ROOM},
mine as materialized (
  select q.contact_id, q.list_id, q.position, q.attempts + 1 as attempt from dial_queue q
  where q.contact_id = p.contact and q.rank = 4 and q.agent_id = p.agent and q.call_id is null and q.due_at <= p.now
  for update),
verdict as materialized (
  select m.*, n.id as number_id, ${VERDICT} as verdict
  from mine m join contacts ct on ct.id = m.contact_id
  join contact_numbers cn on cn.contact_id = m.contact_id and cn.position = m.position ${JOINED}),
pick as materialized (
  select * from verdict where verdict = 'ok' and ${HAS_ROOM}),
${LIVE},
intent as (
  insert into calls (id, kind, campaign_id, list_id, contact_id, attempt, number_id, trunk_id, agent_id, node, epoch,
                     versions, claimed_at)
  select p.callId, 'outbound', p.campaign, list_id, contact_id, attempt, number_id, p.trunk, p.agent, p.node, p.epoch,
    p.versions, p.now
  from pick where exists (select 1 from live)),
${LEASED},
put_off as (
  update dial_queue q set rank = 1, agent_id = case when p.daily then q.agent_id end, due_at = p.putOffUntil
  from verdict v where q.contact_id = v.contact_id and v.verdict <> 'ok'),
${PACED}
select room.channels, room.concurrency, room.places, v.verdict, exists (select 1 from live) as claimed,
  v.list_id as "listId", v.attempt,
  coalesce((select l.kind = 'priority' from lists l where l.id = v.list_id), false) as priority
from room left join verdict v on true`,
);
