/**
 * Calls of agents: preview, customer, talk, wrap-up with its answers.
 * @module
 */
import type { PlacedCall } from '../../contracts/model/placed-call.ts';
import type { Answers } from '../../contracts/model/script.ts';
import type { Callback, CallQuality } from '../../contracts/model/wrap-up.ts';
import type { SavedWrapUp } from '../../domain/agent-commit.ts';
import { TALK, attemptCall, whatIsSaid, type Attempt, type Said } from './outcomes.ts';
import { reachAt, type WorkDay } from './plan.ts';
import type { Random } from './random.ts';
import { TAPES_MS, recordingOf } from './recordings.ts';
import { placedBase } from './robots.ts';
import type { HistoryCall, HistoryContact, HistoryDesk } from './shapes.ts';
import type { Shift } from './shifts.ts';
import { at, campaignOf, type Claim, type World } from './world.ts';

interface AttemptInput {
  world: World;
  day: WorkDay;
  shift: Shift;
  campaign: string;
  claim: Claim;
  now: number;
  trouble: (at: number) => boolean;
}

export interface AgentAttempt {
  call: HistoryCall;
  rank: number;
  said?: Said;
  callback?: Callback;
  /** Nobody saved in time. */
  over: boolean;
}

/** Against a robot's, which anybody hangs up on. */
const ANSWERS = 0.46;
const SKIPPED = 0.006;
const LONGEST_TALK_MS = 12 * 60_000;
const HOLDS = 0.07;
/** How well each of the twelve sells, talks long, and types. */
const SKILL = [1.15, 0.9, 1.3, 0.7, 1.05, 0.85, 1.45, 0.75, 1, 0.6, 1.2, 0.95];
const TALKATIVE = [1, 0.9, 1.15, 0.8, 1.05, 1.2, 0.95, 0.85, 1.1, 0.75, 1, 1.05];
const TYPING = [0.9, 1.3, 0.8, 1.1, 1, 0.75, 1.2, 1.5, 0.95, 1.25, 0.85, 1];
/** Which campaign finds open ears. */
const APPEAL: Readonly<Record<string, number>> = { abonamente: 0.85, satisfactie: 1.35 };
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export function agentAttempt(input: AttemptInput): AgentAttempt {
  const { world, day, shift, campaign, claim, now } = input;
  const { random, history } = world;
  const { def } = campaignOf(world, campaign);
  const contact = at(history.contacts, claim.contact);
  contact.attempts += 1;
  const preview = def.mode === 'agent' && def.desk.dialing === 'preview';
  const base = {
    id: random.uuid(),
    kind: 'outbound' as const,
    campaign,
    list: contact.list,
    contact: claim.contact,
    attempt: contact.attempts,
    number: claim.number,
    agent: shift.agent,
    claimedAt: now,
    status: '',
    invitedAt: undefined,
    ringingAt: undefined,
    answeredAt: undefined,
    talkMs: 0,
    robot: undefined,
    recording: undefined,
  };
  const rank = claim.entry.rank;
  if (preview && random.chance(SKIPPED)) {
    const endedAt = now + 3_000 + random.below(12_000);
    const end = { result: 'platform', reason: 'skipped' } as const;
    const call: HistoryCall = { ...base, end, endedAt, committedAt: endedAt, desk: deskPart(0, 0) };
    return { call, rank, over: false };
  }
  const invitedAt = now + (preview ? 3_500 + random.below(9_000) : 250 + random.below(400));
  const attempt = attemptCall(random, {
    exists: world.exists[claim.number] === true,
    answers: Math.min(0.9, ANSWERS * at(world.memory, claim.contact).reach * reachAt(day, now)),
    ringTimeoutMs: def.ringTimeoutSeconds * 1_000,
    trouble: input.trouble(now),
  });
  const common = { ...input, base, invitedAt, attempt, rank };
  return attempt.answeredMs === undefined ? notAnswered(common) : answered(common, attempt.answeredMs);
}

interface Common extends AttemptInput {
  base: Omit<HistoryCall, 'end' | 'endedAt' | 'committedAt' | 'desk'>;
  invitedAt: number;
  attempt: Attempt;
  rank: number;
}

/** The agent lets the carrier's outcome stand. */
function notAnswered({ world, base, invitedAt, attempt, rank }: Common): AgentAttempt {
  const endedAt = invitedAt + attempt.endedMs;
  const wrapUpMs = 2_000 + world.random.below(6_500);
  const call: HistoryCall = {
    ...base,
    end: attempt.end,
    invitedAt,
    ringingAt: attempt.ringingMs === undefined ? undefined : invitedAt + attempt.ringingMs,
    endedAt,
    committedAt: endedAt + wrapUpMs,
    desk: deskPart(0, wrapUpMs),
  };
  return { call, rank, over: false };
}

function answered(
  { world, day, shift, campaign, base, invitedAt, attempt, rank }: Common,
  answeredMs: number,
): AgentAttempt {
  const { random, history } = world;
  const contact = at(history.contacts, base.contact);
  const good = (SKILL[shift.agent] ?? 1) * (APPEAL[campaign] ?? 1) * (0.8 + 0.4 * day.place);
  const said = whatIsSaid(random, good);
  const [talk, wrapUp] = TALK[said];
  const wanted = Math.round(
    Math.min(LONGEST_TALK_MS, 4_000 + random.duration(talk, 0.45) * 1_000 * (TALKATIVE[shift.agent] ?? 1)),
  );
  const answeredAt = invitedAt + answeredMs;
  const recording = recordingOf(campaign, wanted, { answeredAt, until: history.until });
  const talkMs = recording?.state === 'kept' ? asLongAs(random, recording.tape) : wanted;
  const over = said === 'no-outcome';
  const wrapUpMs = over
    ? 120_000 + random.below(300)
    : Math.round(
        Math.min(110_000, 1_200 + random.duration(wrapUp, 0.5) * 1_000 * (TYPING[shift.agent] ?? 1)),
      );
  const holds = talkMs > 60_000 && random.chance(HOLDS);
  const endedAt = answeredAt + talkMs;
  const answers = over ? undefined : answersOf(random, campaign, said, contact);
  const call: HistoryCall = {
    ...base,
    end: attempt.end,
    invitedAt,
    ringingAt: attempt.ringingMs === undefined ? undefined : invitedAt + attempt.ringingMs,
    answeredAt,
    endedAt,
    committedAt: endedAt + wrapUpMs,
    talkMs,
    recording,
    desk: {
      wrapUpId: over ? undefined : random.uuid(),
      note: !over && random.chance(0.04) ? random.pick(NOTES) : undefined,
      holdMs: holds ? Math.round(talkMs * random.between(0.08, 0.3)) : 0,
      wrapUpMs,
      answers,
      quality: quality(random),
    },
  };
  const callback = said === 'callback' ? { callback: callbackOf(random, day, endedAt) } : {};
  return { call, rank, said, over, ...callback };
}

/** A sound of whole seconds, a call that is not: a recording may be half a second off. */
function asLongAs(random: Random, tape: number): number {
  return (TAPES_MS[tape] ?? 0) + random.below(600) - 300;
}

function deskPart(holdMs: number, wrapUpMs: number): HistoryDesk {
  return { wrapUpId: undefined, note: undefined, holdMs, wrapUpMs, answers: undefined, quality: undefined };
}

const NOTES = [
  'Revine după concediu.',
  'Preferă să fie sunat seara.',
  'A cerut oferta pe e-mail.',
  'A mai vorbit cu un coleg luna trecută.',
  'Se aude slab.',
  'Decide împreună cu familia.',
] as const;

/** For the agent who promised it, or for anyone. */
function callbackOf(random: Random, day: WorkDay, endedAt: number): Callback {
  const soon = endedAt + random.between(HOUR_MS, 3 * HOUR_MS);
  const later = day.opensAt + (1 + random.below(4)) * DAY_MS + random.between(0, 10 * HOUR_MS);
  const quarter = 15 * 60_000;
  const due = Math.ceil((random.chance(0.35) && soon < day.closesAt ? soon : later) / quarter) * quarter;
  return { at: new Date(due).toISOString(), for: random.chance(0.6) ? 'agent' : 'anyone' };
}

function quality(random: Random): CallQuality {
  return {
    roundTripMs: Math.round(random.duration(28, 0.4)),
    jitterMs: Math.round(random.duration(6, 0.5)),
    loss: random.chance(0.8) ? 0 : Math.round(random.duration(0.004, 0.8) * 10_000) / 10_000,
    kbps: 64,
  };
}

const AGE_FIELD = 'age-group';

function answersOf(
  random: Random,
  campaign: string,
  said: Said,
  contact: HistoryContact,
): Answers | undefined {
  const finished = said === 'success' || said === 'interested';
  if (campaign === 'satisfactie') {
    if (!finished && !(said === 'not-interested' && random.chance(0.3))) return undefined;
    const rating = random.weighted([
      ['1', finished ? 2 : 20],
      ['2', finished ? 5 : 24],
      ['3', 22],
      ['4', finished ? 38 : 14],
      ['5', finished ? 33 : 5],
    ] as const);
    const services = ['internet', 'televiziune', 'telefonie'].filter((_, index) =>
      random.chance([0.8, 0.55, 0.3][index] ?? 0),
    );
    return { rating, ...(services.length > 0 && { services }), county: contact.county };
  }
  if (said === 'wrong-age-group') return { [AGE_FIELD]: 'in-afara' };
  if (!finished) return random.chance(0.12) ? { [AGE_FIELD]: contact.ageBand } : undefined;
  return {
    [AGE_FIELD]: contact.ageBand === 'in-afara' ? '51-60' : contact.ageBand,
    county: contact.county,
    locality: contact.locality,
    'full-name': `${contact.firstName} ${contact.lastName}`,
    education: random.weighted([
      ['liceu', 48],
      ['facultate', 44],
      ['mulg-lapte', 8],
    ] as const),
  };
}

/** What the edge and the desk would have reported. */
export function finishedAgentCall({ call, said, callback, over }: AgentAttempt): {
  placed: PlacedCall;
  wrapUp?: SavedWrapUp;
} {
  const placed = placedBase(call);
  const { desk } = call;
  if (!desk || call.invitedAt === undefined) return { placed };
  placed.desk = { holdMs: desk.holdMs, lostMs: 0 };
  const { wrapUpId, wrapUpMs, note, answers } = desk;
  if (said === undefined || wrapUpId === undefined) return { placed, wrapUp: { over, tookMs: wrapUpMs } };
  return {
    placed,
    wrapUp: {
      saved: {
        meta: {
          id: wrapUpId,
          outcome: said,
          by: call.agent ?? 0,
          savedAt: new Date(call.committedAt).toISOString(),
          ...(callback && { callback }),
        },
        details: { answers: answers ?? {}, ...(note !== undefined && { note }) },
      },
      over,
      tookMs: wrapUpMs,
    },
  };
}
