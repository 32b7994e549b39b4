/**
 * What a finished call means for its contact, number, campaign and trunk.
 * @module
 */
import type { PlacedCall } from '../contracts/model/placed-call.ts';
import { localDay } from './calendar.ts';
import {
  SKIPPED_STATUS,
  agentOutcome,
  agentPart,
  agentQueue,
  anotherNumber,
  callbackAt,
  canBeCalled,
  type SavedWrapUp,
} from './agent-commit.ts';
import type { AgentQueue, CommitDecision, CommitFacts, ContactNext, StatusFlags } from './commit-facts.ts';
import { retryDelaySeconds, retryRuleFor } from './retry.ts';
import { robotOutcome } from './robot-outcome.ts';
import { trunkSignal } from './trunk-health.ts';

export interface DecideCommitInput {
  facts: CommitFacts;
  placed: PlacedCall;
  /** Chosen by a person instead of what follows from the call's end; ignored when there is no such status. */
  statusOverride?: { status: string; by: string };
  /** Of a call with an agent. */
  wrapUp?: SavedWrapUp;
  now: Date;
}

const TECHNICAL = 'technical-failure';
const HOUR_MS = 3_600_000;
/** A contact whose call never left comes again soon; the delay doubles, so that a gate that always refuses costs little. */
const NOT_PLACED_FIRST_SECONDS = 5;
const NOT_PLACED_MAX_SECONDS = 300;
/** The agent did not want this contact now, or did not look at it. */
const SKIPPED_SECONDS = 900;
/** The first number does not exist: the next one is another telephone, there is nothing to wait for. */
const OTHER_NUMBER_SECONDS = 30;

/** Pure: the same facts give the same decision. Throws only when the seeded statuses are missing. */
export function decideCommit(input: DecideCommitInput): CommitDecision {
  const { facts, placed, now } = input;
  const override = input.statusOverride && overrideOf(facts, input.statusOverride.status);
  const withAgent = facts.call.agentId !== undefined;
  const status = override ?? (withAgent ? agentStatus(input) : derivedStatus(facts, placed));
  const invitedAt = placed.invitedAt === undefined ? undefined : new Date(placed.invitedAt);
  const unanswered = invitedAt && nextUnanswered(facts, status, placed);
  const another = anotherNumber(facts, status, input.wrapUp?.saved?.meta);
  const contact = nextContact({
    ...input,
    status,
    stopped: unanswered?.stop === true,
    ...(another && { another }),
  });
  return {
    callId: facts.call.id,
    placed,
    status,
    ...statusBy(input, override !== undefined),
    call: facts.call,
    ...(withAgent && { agent: { ...agentPart(placed, input.wrapUp), ...(another && { another: true }) } }),
    ...(contact && { contact }),
    ...handContact(input, status),
    ...(invitedAt && status.countsTowardsCaps && { capDay: localDay(facts.zone, invitedAt) }),
    numberInactive: status.code === 'nonexistent',
    ...(unanswered && { unanswered }),
    ...(placed.mayRingUntil !== undefined && { ringsUntil: new Date(placed.mayRingUntil) }),
    doNotCall: status.code === 'opted-out',
    trunkSignal: trunkSignal(placed.end, placed.answeredAt !== undefined),
    ...(facts.trunkQuiet === true && { trunkQuiet: true }),
    hour: hourOf(invitedAt ?? facts.call.claimedAt),
    now,
  };
}

function agentStatus({ facts, placed, wrapUp }: DecideCommitInput): StatusFlags {
  const found = findStatus(facts, agentOutcome(facts, placed, wrapUp?.saved?.meta));
  if (found) return found;
  throw new Error('the seeded statuses are missing from the table of statuses');
}

/** Somebody else than the call itself or its agent. */
function statusBy(
  { facts, statusOverride, wrapUp }: DecideCommitInput,
  overridden: boolean,
): { statusBy?: string } {
  if (overridden && statusOverride) return { statusBy: statusOverride.by };
  const by = wrapUp?.saved?.meta.by;
  return by === undefined || by === facts.call.agentId ? {} : { statusBy: `user:${by}` };
}

function derivedStatus(facts: CommitFacts, placed: PlacedCall): StatusFlags {
  const found = findStatus(facts, robotOutcome(placed));
  if (found) return found;
  // A menu may name a status that this database has not: the call was answered and must be committed all the same.
  const { robot, ...rest } = placed;
  const plain = robot && { promptMs: robot.promptMs, heardMs: robot.heardMs, heardInFull: robot.heardInFull };
  const fallback = findStatus(facts, robotOutcome({ ...rest, ...(plain && { robot: plain }) }));
  if (fallback) return fallback;
  throw new Error('the seeded statuses are missing from the table of statuses');
}

/** What was passed over is so by its end, and by nothing else: reports leave it out. */
function overrideOf(facts: CommitFacts, code: string): StatusFlags | undefined {
  return code === SKIPPED_STATUS ? undefined : findStatus(facts, code);
}

function findStatus(facts: CommitFacts, code: string): StatusFlags | undefined {
  return facts.statuses.find((status) => status.code === code);
}

/** Any answer ends the run; what neither was answered nor counts (busy, a technical failure) leaves it as it is. */
function nextUnanswered(
  facts: CommitFacts,
  status: StatusFlags,
  placed: PlacedCall,
): { count: number; stop: boolean } | undefined {
  if (status.countsAsNoAnswer) {
    const count = facts.unanswered + 1;
    return { count, stop: count >= facts.stopAfterUnanswered };
  }
  const answered = status.reachedPerson || placed.answeredAt !== undefined;
  return answered && facts.unanswered > 0 ? { count: 0, stop: false } : undefined;
}

interface ContactInput extends DecideCommitInput {
  status: StatusFlags;
  stopped: boolean;
  another?: ReturnType<typeof anotherNumber>;
}

function nextContact(input: ContactInput): ContactNext | undefined {
  const { facts, placed, status } = input;
  if (!facts.contact) return undefined;
  if (status.code === 'opted-out') return { next: 'close', reason: 'do-not-call' };
  if (input.another) return agreed(input, { at: input.now, ...input.another });
  if (status.code === 'nonexistent') return afterNonexistent(input);
  const callback = callbackAt(status.code, input.wrapUp?.saved?.meta);
  if (callback) {
    const { at, queue } = callback;
    return agreed(input, { at, position: currentPosition(input), queue });
  }
  if (status.final) return { next: 'close', reason: 'final-status' };
  if (placed.invitedAt === undefined) return afterNotPlaced(input);
  return status.code === TECHNICAL ? afterTechnicalFailure(input) : afterUnsuccessful(input);
}

/** Dialed by hand, nobody's, and to be called back. */
function handContact(
  { facts, wrapUp, now }: DecideCommitInput,
  status: StatusFlags,
): Pick<CommitDecision, 'handContact'> {
  const callback = facts.contact ? undefined : callbackAt(status.code, wrapUp?.saved?.meta);
  if (!callback) return {};
  const { at, queue } = callback;
  return { handContact: { dueAt: at > now ? at : now, queue } };
}

/** At the time that was agreed, however many attempts there were. */
function agreed(
  { now }: ContactInput,
  { at, position, queue }: { at: Date; position: number; queue: AgentQueue },
): ContactNext {
  const dueAt = at > now ? at : now;
  return { next: 'retry', dueAt, position, waitReason: 'retry', keepRank: false, queue };
}

function afterNonexistent(input: ContactInput): ContactNext {
  const position = nextPosition(input, { leaveCurrent: true });
  if (position === undefined) {
    const stopped = input.facts.contact?.numbers.some((number) => number.active && number.stopped);
    return { next: 'close', reason: stopped === true ? 'stopped' : 'nonexistent' };
  }
  return retry(input, OTHER_NUMBER_SECONDS, position);
}

function afterNotPlaced(input: ContactInput): ContactNext {
  const times = input.facts.contact?.notPlaced ?? 0;
  const skipped = input.placed.end.reason === 'skipped';
  const seconds = skipped
    ? SKIPPED_SECONDS
    : Math.min(NOT_PLACED_MAX_SECONDS, NOT_PLACED_FIRST_SECONDS * 2 ** Math.min(times, 10));
  return { ...retry(input, seconds, currentPosition(input)), waitReason: 'not-placed', keepRank: true };
}

/** Bounded by the rule's attempts, counted apart: our failures must not use up the chances of the contact. */
function afterTechnicalFailure(input: ContactInput): ContactNext {
  const rule = retryRuleFor(input.facts.retryRules, TECHNICAL);
  const nth = (input.facts.contact?.placedByStatus[TECHNICAL] ?? 0) + 1;
  if (nth >= rule.maxAttempts) return { next: 'close', reason: 'exhausted' };
  return retry(input, retryDelaySeconds(rule, nth), currentPosition(input));
}

function afterUnsuccessful(input: ContactInput): ContactNext {
  const { facts, status, stopped } = input;
  const rule = retryRuleFor(facts.retryRules, status.code);
  const history = Object.entries(facts.contact?.placedByStatus ?? {});
  const attempts = history.reduce((sum, [code, count]) => sum + (code === TECHNICAL ? 0 : count), 1);
  const position = nextPosition(input, { leaveCurrent: stopped });
  if (position === undefined) return { next: 'close', reason: 'stopped' };
  if (attempts >= rule.maxAttempts) return { next: 'close', reason: 'exhausted' };
  const nth = (facts.contact?.placedByStatus[status.code] ?? 0) + 1;
  return retry(input, retryDelaySeconds(rule, nth), position);
}

function retry(
  input: ContactInput,
  seconds: number,
  position: number,
): Extract<ContactNext, { next: 'retry' }> {
  const { mayRingUntil } = input.placed;
  const dueMs = input.now.getTime() + Math.round(seconds * 1000);
  // Its other number may be called meanwhile; simpler and kinder to wait for the one phone.
  const dueAt = new Date(mayRingUntil === undefined ? dueMs : Math.max(dueMs, Date.parse(mayRingUntil)));
  const queue = agentQueue(input.facts);
  return { next: 'retry', dueAt, position, waitReason: 'retry', keepRank: false, ...(queue && { queue }) };
}

function currentPosition({ facts }: ContactInput): number {
  return facts.contact?.numbers.find((number) => number.numberId === facts.call.numberId)?.position ?? 1;
}

/** The next number in turn that may be called; the current one again when it is the only one. */
function nextPosition(input: ContactInput, { leaveCurrent }: { leaveCurrent: boolean }): number | undefined {
  const current = currentPosition(input);
  const usable = (input.facts.contact?.numbers ?? [])
    .filter(canBeCalled)
    .map((number) => number.position)
    .filter((position) => !leaveCurrent || position !== current);
  return usable.find((position) => position > current) ?? usable[0];
}

function hourOf(instant: Date): Date {
  return new Date(Math.floor(instant.getTime() / HOUR_MS) * HOUR_MS);
}
