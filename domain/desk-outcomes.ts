/**
 * Which outcomes an agent may choose, and which one is proposed.
 * @module
 */
import type { CallKind, EndReason } from '../contracts/model/call.ts';
import type { StatusDef } from '../contracts/model/status.ts';
import { unansweredOutcome } from './robot-outcome.ts';

type Choosable = Pick<StatusDef, 'code' | 'reachedPerson' | 'system' | 'allowedFor'>;

/** What happened to a call so far. */
export interface CallProgress {
  kind: CallKind;
  answered: boolean;
  /** How the SIP side ended; absent while it has not. */
  endReason?: EndReason;
}

/** What the carrier says of a call that nobody answered; the agent may have heard better (a tone, an announcement). */
const CARRIERS: readonly string[] = ['no-answer', 'busy', 'declined', 'nonexistent'];

/** Follows from the carrier's answer; nothing for a call that was answered or is not over. */
export function proposedOutcome({ answered, endReason }: CallProgress): string | undefined {
  return answered || endReason === undefined ? undefined : unansweredOutcome(endReason);
}

/**
 * Codes of the statuses that agree with what happened, in the order given. Answered: what a person chooses, all that the
 * campaign offers. Not answered: nothing that needs a person on the line; the carrier's words may be corrected.
 * @param offered the campaign's `desk.outcomes`; absent: all that an agent may choose
 */
export function choosableOutcomes(
  statuses: readonly Choosable[],
  call: CallProgress,
  offered?: readonly string[],
): string[] {
  const proposed = proposedOutcome(call);
  return statuses
    .filter((status) => {
      if (!status.allowedFor.includes(call.kind)) return false;
      if (call.answered) return !status.system && isOffered(status, offered);
      if (status.code === proposed || CARRIERS.includes(status.code)) return true;
      return !status.system && !status.reachedPerson && isOffered(status, offered);
    })
    .map(({ code }) => code);
}

/** A person's wish never to be called again is not for a campaign to leave out. */
function isOffered(status: Choosable, offered: readonly string[] | undefined): boolean {
  return offered === undefined || offered.includes(status.code) || status.code === 'opted-out';
}
