/**
 * Why a contact is (not) called: the gates of the claim, one after the other, with what each sees. Nothing is decided here
 * a second time: campaign, trunk and edge by `claim-gates.ts`, the contact and its numbers by `claim-verdict.ts`.
 * @module
 */
import { nextOpening, openIntervalAt } from '../domain/calendar.ts';
import { deferredUntil, isDeferral } from '../domain/deferral.ts';
import { deskRules } from '../domain/desk-rules.ts';
import { readCampaign, type CampaignSetup } from './campaigns.ts';
import { fullness, lookAtGates, type ClaimWait, type Room } from './claim-gates.ts';
import { verdictParts, verdictValues } from './claim-verdict.ts';
import type { Database } from './client.ts';
import { namedStatement, rowsOfNamed } from './numbered.ts';
import { rowsOf, type Queryable } from './queryable.ts';
import { inTransaction } from './transaction.ts';

/** In the order in which a call has to pass them. */
export const WHY_GATES = [
  'state',
  'lease',
  'calendar',
  'pause',
  'trunk',
  'edge',
  'places',
  'agents',
  'due',
  'owner',
  'do-not-call',
  'consent',
  'numbers',
] as const;
export type WhyGateName = (typeof WHY_GATES)[number];

export interface WhyGate {
  gate: WhyGateName;
  /** `waits`: not now · `ends`: the contact will not be called (any more). */
  state: 'passes' | 'waits' | 'ends';
  /** Code of the claim, of a gate that does not let through. */
  reason?: string;
  /** From when on it may let through; absent: nobody knows. */
  until?: Date;
  /** What it sees, for the words of the page. */
  seen: Record<string, string | number>;
}

export interface WhyNumber {
  e164: string;
  position: number;
  /** Of the claim: `ok` or why not. */
  verdict: string;
  /** The next call goes here. */
  chosen: boolean;
  callsToday: number;
  callsTotal: number;
  unanswered: number;
}

export interface WhyDialed {
  at: Date;
  /** `call`: the claim takes it when its turn comes · `wait`, `close`: what it does instead · `closed`: never looked at. */
  verdict: 'call' | 'wait' | 'close' | 'on-call' | 'closed';
  /** Of the first gate that does not let through. */
  reason: string | null;
  /** The earliest moment at which all gates may let through; null: now, never, or nobody knows. */
  until: Date | null;
  gates: WhyGate[];
  numbers: WhyNumber[];
  /** Contacts of the campaign that are due and come first, at most `MOST_AHEAD`. */
  ahead: number;
  caps: { perDay: number; perTotal: number };
}

/** Enough to know that it takes a while. */
export const MOST_AHEAD = 1_000;

/** @returns undefined when there is no such contact */
export async function whyDialed(
  db: Database,
  { contactId, now }: { contactId: number; now: Date },
): Promise<WhyDialed | undefined> {
  return inTransaction(
    db,
    async (client) => {
      const row = await readContact(client, contactId, now);
      const setup = row && (await readCampaign(client, { id: row.campaignId }));
      if (!row || !setup) return undefined;
      const [verdict] = await readVerdicts(client, { setup, contactIds: [contactId], now });
      if (!verdict) return undefined;
      const gates = [
        ...contactGates(row),
        ...(await campaignGates(client, setup, now)),
        ...queueGates(row, setup, now),
        ...numberGates(verdict, setup, now),
      ];
      const ahead = row.state === 'open' ? await countAhead(client, row, now) : 0;
      const { perNumberPerDay: perDay, perNumberTotal: perTotal } = setup.caps;
      return {
        at: now,
        ...decide(row, gates),
        gates,
        numbers: verdict.numbers,
        ahead,
        caps: { perDay, perTotal },
      };
    },
    ["transaction_isolation = 'repeatable read'", 'transaction_read_only = on'],
  );
}

function decide(row: ContactRow, gates: readonly WhyGate[]): Pick<WhyDialed, 'verdict' | 'reason' | 'until'> {
  if (row.state !== 'open') return { verdict: 'closed', reason: row.closedReason, until: null };
  if (row.callId !== null) return { verdict: 'on-call', reason: null, until: null };
  const shut = gates.filter(({ state }) => state !== 'passes');
  const [first] = shut;
  if (!first) return { verdict: 'call', reason: null, until: null };
  if (first.state === 'ends') return { verdict: 'close', reason: first.reason ?? null, until: null };
  const known = shut.every(({ state, until }) => state === 'waits' && until !== undefined);
  const latest = Math.max(...shut.map(({ until }) => until?.getTime() ?? 0));
  return { verdict: 'wait', reason: first.reason ?? null, until: known ? new Date(latest) : null };
}

interface ContactRow {
  id: number;
  campaignId: number;
  state: 'open' | 'closed' | 'withdrawn';
  closedReason: string | null;
  closedAt: Date | null;
  consentAt: string | null;
  consentSource: string | null;
  rank: number | null;
  dueAt: Date | null;
  attempts: number | null;
  callId: string | null;
  waitReason: string | null;
  agentId: number | null;
  agent: string | null;
  /** Available now, and on this campaign. */
  agents: number;
}

async function readContact(on: Queryable, contactId: number, now: Date): Promise<ContactRow | undefined> {
  const [row] = await rowsOf<ContactRow>(
    on,
    `select c.id, c.campaign_id as "campaignId", c.state, c.closed_reason as "closedReason", c.closed_at as "closedAt",
       c.consent_at::text as "consentAt", c.consent_source as "consentSource",
       q.rank, q.due_at as "dueAt", q.attempts, q.call_id as "callId", q.wait_reason as "waitReason",
       q.agent_id as "agentId", u.display_name as agent,
       (select count(*)::int from agents a
        join desk_bindings b on b.user_id = a.user_id and b.desk_id = a.desk_id and b.expires_at > $2
        where a.state = 'available' and (a.campaign_ids = '{}' or c.campaign_id = any(a.campaign_ids))) as agents
     from contacts c
     left join dial_queue q on q.contact_id = c.id
     left join users u on u.id = q.agent_id
     where c.id = $1`,
    [contactId, now],
  );
  return row;
}

function contactGates(row: ContactRow): WhyGate[] {
  const state: WhyGate =
    row.state === 'open'
      ? { gate: 'state', state: 'passes', seen: { state: row.state } }
      : {
          gate: 'state',
          state: 'ends',
          reason: row.closedReason ?? row.state,
          seen: { state: row.state, ...(row.closedAt && { at: row.closedAt.toISOString() }) },
        };
  if (row.callId === null) return [state, { gate: 'lease', state: 'passes', seen: {} }];
  return [state, { gate: 'lease', state: 'waits', reason: 'on-call', seen: { callId: row.callId } }];
}

async function campaignGates(client: Queryable, setup: CampaignSetup, now: Date): Promise<WhyGate[]> {
  const { paused, trunk, edge } = await lookAtGates(client, { setup, now });
  const isPaused: WhyGate = {
    gate: 'pause',
    state: paused ? 'waits' : 'passes',
    ...(paused && { reason: paused.reason }),
    seen: {
      ...(setup.state.pausedBy !== undefined && { by: setup.state.pausedBy }),
      ...(setup.state.pausedReason !== undefined && { why: setup.state.pausedReason }),
      ...(setup.state.pausedAt && { at: setup.state.pausedAt.toISOString() }),
      // Over, or never begun: no pause that somebody will lift.
      ...(setup.state.stoppedAt && { stopped: 1 }),
    },
  };
  const places = await readRoom(client, setup);
  // An edge's own places are part of its gate.
  const full = fullness({ ...places, places: Infinity }, now);
  return [
    calendarGate(setup, now),
    isPaused,
    gateOf('trunk', 'reason' in trunk ? trunk : undefined, { trunk: setup.trunk.name }),
    gateOf('edge', 'reason' in edge ? edge : undefined, 'node' in edge ? { node: edge.node } : {}),
    gateOf('places', full, {
      channels: setup.trunk.maxChannels - places.channels,
      maxChannels: setup.trunk.maxChannels,
      calls: setup.campaign.concurrency - places.concurrency,
      concurrency: setup.campaign.concurrency,
    }),
  ];
}

function gateOf(gate: WhyGateName, wait: ClaimWait | undefined, seen: WhyGate['seen']): WhyGate {
  if (!wait) return { gate, state: 'passes', seen };
  // An edge comes when somebody starts it.
  const until = wait.reason === 'no-edge' ? {} : { until: wait.until };
  return { gate, state: 'waits', reason: wait.reason, ...until, seen };
}

function calendarGate({ calendar }: CampaignSetup, now: Date): WhyGate {
  const open = openIntervalAt(calendar, now);
  const seen = { calendar: calendar.name, zone: calendar.zone };
  if (open) {
    return { gate: 'calendar', state: 'passes', seen: { ...seen, closesAt: open.closesAt.toISOString() } };
  }
  const next = nextOpening(calendar, now)?.opensAt;
  return { gate: 'calendar', state: 'waits', reason: 'closed', ...(next && { until: next }), seen };
}

const PLACES = namedStatement(
  'why-places',
  { trunk: 'int', campaign: 'int', channels: 'int', concurrency: 'int' },
  `select p.channels - (select count(*) from live_calls where trunk_id = p.trunk and ended_at is null)::int as channels,
     p.concurrency - (select count(*) from live_calls where campaign_id = p.campaign and ended_at is null)::int
       as concurrency`,
);

async function readRoom(on: Queryable, setup: CampaignSetup): Promise<Omit<Room, 'places'>> {
  const [row] = await rowsOfNamed<Omit<Room, 'places'>, keyof Omit<Room, 'places'> | 'trunk' | 'campaign'>(
    on,
    PLACES,
    {
      trunk: setup.trunkId,
      campaign: setup.id,
      channels: setup.trunk.maxChannels,
      concurrency: setup.campaign.concurrency,
    },
  );
  return row ?? { channels: 0, concurrency: 0 };
}

function queueGates(row: ContactRow, setup: CampaignSetup, now: Date): WhyGate[] {
  if (row.dueAt === null) return [];
  const seen = { at: row.dueAt.toISOString(), attempts: row.attempts ?? 0, rank: row.rank ?? 0 };
  const due: WhyGate =
    row.dueAt <= now
      ? { gate: 'due', state: 'passes', seen }
      : { gate: 'due', state: 'waits', reason: row.waitReason ?? 'later', until: row.dueAt, seen };
  return setup.campaign.mode === 'robot'
    ? [due, robotOwner(row)]
    : [agentsGate(row), due, agentOwner(row, setup, now)];
}

/** The robot's claim reads ranks 0 to 2. */
function robotOwner(row: ContactRow): WhyGate {
  return (row.rank ?? 0) <= 2
    ? { gate: 'owner', state: 'passes', seen: {} }
    : { gate: 'owner', state: 'waits', reason: 'needs-agent', seen: {} };
}

function agentsGate({ agents }: ContactRow): WhyGate {
  const seen = { agents };
  return agents > 0
    ? { gate: 'agents', state: 'passes', seen }
    : { gate: 'agents', state: 'waits', reason: 'no-agent', seen };
}

function agentOwner(row: ContactRow, setup: CampaignSetup, now: Date): WhyGate {
  const rules = deskRules(setup.campaign);
  const seen = row.agent === null ? {} : { agent: row.agent };
  if (row.agentId !== null) {
    const grace = rules.callbackGraceMinutes * 60_000;
    const free = row.rank === 4 && (row.dueAt ?? now).getTime() + grace <= now.getTime();
    return { gate: 'owner', state: 'passes', ...(free ? {} : { reason: 'of-agent' }), seen };
  }
  const dealt = rules.assignment !== 'daily-queue' || (row.rank ?? 0) > 2;
  return dealt
    ? { gate: 'owner', state: 'passes', seen }
    : { gate: 'owner', state: 'waits', reason: 'not-dealt', seen };
}

export interface ContactVerdict {
  contactId: number;
  /** `ok`, a deferral, or why the claim would close it. */
  verdict: string;
  consentAt: string | null;
  consentSource: string | null;
  numbers: WhyNumber[];
}

const VERDICT_TYPES = {
  contacts: 'bigint[]',
  campaign: 'int',
  trunk: 'int',
  prefixes: 'text[]',
  day: 'date',
  perDay: 'int',
  perTotal: 'int',
  consent: 'boolean',
} as const;

const VERDICTS = namedStatement(
  'why-verdicts',
  VERDICT_TYPES,
  `
with cand as materialized (
  select c.id as contact_id, c.list_id, coalesce(q.rank, 1)::smallint as rank, coalesce(q.attempts, 0) as attempts,
    coalesce(q.position, 1)::smallint as position, c.id as ord
  from contacts c left join dial_queue q on q.contact_id = c.id
  where c.id = any(p.contacts)),
${verdictParts({
  campaign: 'p.campaign',
  trunk: 'p.trunk',
  prefixes: 'p.prefixes',
  day: 'p.day',
  perDay: 'p.perDay',
  perTotal: 'p.perTotal',
  consent: 'p.consent',
})}
select v.contact_id as "contactId", v.verdict, c.consent_at::text as "consentAt", c.consent_source as "consentSource",
  (select coalesce(json_agg(json_build_object('e164', n.e164, 'position', num.position, 'verdict', num.verdict,
      'chosen', num.position is not distinct from v.position,
      'callsToday', case when n.cap_day >= p.day then n.cap_day_count else 0 end, 'callsTotal', n.cap_total,
      'unanswered', coalesce(s.unanswered, 0)) order by num.position), '[]')
   from num join numbers n on n.id = num.number_id
   left join campaign_numbers s on s.campaign_id = p.campaign and s.number_id = n.id
   where num.contact_id = v.contact_id) as numbers
from verdict v join contacts c on c.id = v.contact_id`,
);

/**
 * What the claim would say of these contacts of one campaign, were they due now; also of those that are closed. Leased or
 * not makes no difference, but for their numbers, which are busy.
 */
export function readVerdicts(
  on: Queryable,
  params: { setup: CampaignSetup; contactIds: readonly number[]; now: Date },
): Promise<ContactVerdict[]> {
  return rowsOfNamed<ContactVerdict & { [key: string]: unknown }, keyof typeof VERDICT_TYPES>(on, VERDICTS, {
    ...verdictValues(params.setup, params.now),
    contacts: params.contactIds,
  });
}

/** Of the numbers, only what the do-not-call list and the consent do not say already. */
function numberGates(found: ContactVerdict, setup: CampaignSetup, now: Date): WhyGate[] {
  const { verdict, numbers } = found;
  const opposed = numbers.filter((one) => one.verdict === 'do-not-call').length;
  const needed = verdictValues(setup, now).consent;
  const consent = {
    needed: needed ? 1 : 0,
    ...(found.consentAt !== null && { at: found.consentAt }),
    ...(found.consentSource !== null && { source: found.consentSource }),
  };
  const lacking = needed && (found.consentAt === null || found.consentSource === null);
  const known = verdict === 'do-not-call' || verdict === 'no-consent' ? 'ok' : verdict;
  const waiting = isDeferral(known)
    ? {
        state: 'waits' as const,
        reason: known,
        until: deferredUntil({ zone: setup.calendar.zone, now })[known],
      }
    : { state: 'ends' as const, reason: known };
  return [
    opposed === 0
      ? { gate: 'do-not-call', state: 'passes', seen: { numbers: 0 } }
      : { gate: 'do-not-call', state: 'ends', reason: 'do-not-call', seen: { numbers: opposed } },
    lacking
      ? { gate: 'consent', state: 'ends', reason: 'no-consent', seen: consent }
      : { gate: 'consent', state: 'passes', seen: consent },
    known === 'ok'
      ? { gate: 'numbers', state: 'passes', seen: { numbers: numbers.length } }
      : { gate: 'numbers', ...waiting, seen: { numbers: numbers.length } },
  ];
}

/** In the order of the claim: rank, due time, contact. */
async function countAhead(on: Queryable, row: ContactRow, now: Date): Promise<number> {
  const [counted] = await rowsOf<{ n: number }>(
    on,
    `select count(*)::int as n from (
       select 1 from dial_queue q
       where q.campaign_id = $1 and q.call_id is null and q.due_at <= $2
         and (q.rank < $3 or (q.rank = $3 and (q.due_at, q.contact_id) < ($4::timestamptz, $5::bigint)))
       limit ${MOST_AHEAD}) first`,
    [row.campaignId, now, row.rank ?? 0, row.dueAt, row.id],
  );
  return counted?.n ?? 0;
}
