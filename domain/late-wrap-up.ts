/**
 * A wrap-up that comes after the commit: what the commit would have decided with it, from the facts as they were then. Pure.
 * @module
 */
import type { PlacedCall } from '../contracts/model/placed-call.ts';
import type { WrapUpDetails, WrapUpMeta } from '../contracts/model/wrap-up.ts';
import type { CommitDecision, CommitFacts } from './commit-facts.ts';
import { decideCommit } from './decide-commit.ts';

export interface LateWrapUp {
  /** Read now: the run of unanswered calls and the contact's numbers have this call in them. */
  facts: CommitFacts;
  placed: PlacedCall;
  /** Code with which it was committed. */
  committed: string;
  committedAt: Date;
  /** `Nu mai suna` of the number was set by the commit. */
  stoppedByIt: boolean;
  wrapUp: { meta: WrapUpMeta; details: WrapUpDetails };
}

export interface LateDecision {
  /** As of the commit's time: delays count from there. */
  decision: CommitDecision;
  /** The run of unanswered calls that follows from it, when it is another one than now. */
  unanswered?: { count: number; stop: boolean };
  /** The commit took the number for one that does not exist, and it does. */
  numberExists: boolean;
  /** By how much the number's count towards the caps changes. */
  caps: -1 | 0 | 1;
  /** In which the day of a cap is counted. */
  zone: string;
}

/**
 * Undefined when the outcome does not agree with what happened: `decideCommit` would have passed it over.
 *
 * A run that an answer ended is not known any more; it begins again at this call.
 */
export function decideLate(late: LateWrapUp): LateDecision | undefined {
  const { facts, placed, committedAt, wrapUp } = late;
  const before = facts.statuses.find(({ code }) => code === late.committed);
  if (!before) throw new Error(`there is no status ${late.committed}`);
  const countedBefore = placed.invitedAt !== undefined && before.countsAsNoAnswer;
  const runBefore = countedBefore ? Math.max(0, facts.unanswered - 1) : facts.unanswered;
  const existed = before.code === 'nonexistent';
  const stopped = late.stoppedByIt;
  const decision = decideCommit({
    facts: {
      ...facts,
      unanswered: runBefore,
      ...(facts.contact && { contact: asBefore(facts.contact, facts.call.numberId, { existed, stopped }) }),
    },
    placed,
    wrapUp: { saved: wrapUp, over: false, tookMs: 0 },
    now: committedAt,
  });
  if (decision.status.code !== wrapUp.meta.outcome) return undefined;
  const unanswered = decision.unanswered ?? { count: runBefore, stop: false };
  return {
    decision,
    ...(unanswered.count !== facts.unanswered && { unanswered }),
    numberExists: existed && !decision.numberInactive,
    caps: capsChange(decision, before.countsTowardsCaps),
    zone: facts.zone,
  };
}

function capsChange({ placed, status }: CommitDecision, counted: boolean): -1 | 0 | 1 {
  if (placed.invitedAt === undefined || status.countsTowardsCaps === counted) return 0;
  return counted ? -1 : 1;
}

/** What the commit did to the number is taken back. */
function asBefore(
  contact: NonNullable<CommitFacts['contact']>,
  numberId: number,
  did: { existed: boolean; stopped: boolean },
): NonNullable<CommitFacts['contact']> {
  const numbers = contact.numbers.map((one) => {
    if (one.numberId !== numberId) return one;
    return { ...one, ...(did.existed && { active: true }), ...(did.stopped && { stopped: false }) };
  });
  return { ...contact, numbers };
}
