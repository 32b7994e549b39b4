/**
 * Correcting the outcome of a committed call: what it may become, and what follows for its contact and number.
 * @module
 */
import type { CallKind, CallResult } from '../contracts/model/call.ts';
import type { StatusDef } from '../contracts/model/status.ts';
import { SKIPPED_STATUS } from './agent-commit.ts';

type Correctable = Pick<StatusDef, 'code' | 'reachedPerson' | 'system' | 'allowedFor'>;

/** What happened, which no correction changes. */
export interface CorrectedCall {
  kind: CallKind;
  answered: boolean;
  result: CallResult;
  /** An INVITE left. */
  invited: boolean;
  /** The status that counts now, and the one that was committed. */
  status: string;
  original: string;
}

/** What the carrier may have said wrongly, and a person heard better. */
const CARRIERS: readonly string[] = ['no-answer', 'busy', 'declined', 'nonexistent'];

/**
 * Codes that agree with what happened, in the order given. A call that nobody answered becomes none that needs a person on
 * the line, unless we ourselves failed and cannot know. The first outcome may always come back. A contact that was passed
 * over was not called: such a row is never corrected, and no call becomes one.
 */
export function correctableTo(statuses: readonly Correctable[], call: CorrectedCall): string[] {
  if (call.status === SKIPPED_STATUS) return [];
  const mayHaveAnswered = call.answered || (call.result === 'platform' && call.invited);
  return statuses
    .filter((status) => {
      if (status.code === call.status || status.code === SKIPPED_STATUS) return false;
      if (status.code === call.original) return true;
      if (!status.allowedFor.includes(call.kind)) return false;
      if (status.reachedPerson) return mayHaveAnswered && !status.system;
      return !status.system || (!call.answered && call.invited && CARRIERS.includes(status.code));
    })
    .map(({ code }) => code);
}

/**
 * Only what ends calls follows; what would begin them again (lifting do-not-call, opening a contact, a number that exists
 * after all) is a decision of its own, with a reason of its own.
 */
export const CORRECTION_EFFECTS = ['do-not-call', 'number-inactive', 'contact-closed'] as const;
/** The agent's own outcome that came late does what it would have done in time. */
export const LATE_EFFECTS = [...CORRECTION_EFFECTS, 'contact-queued', 'number-active'] as const;
export type CorrectionEffect = (typeof LATE_EFFECTS)[number];

/** What a correction to this status asks for; what of it there was to do, the database says. */
export function effectsOf(status: Pick<StatusDef, 'code' | 'final'>): CorrectionEffect[] {
  if (status.code === 'opted-out') return ['do-not-call', 'contact-closed'];
  if (status.code === 'nonexistent') return ['number-inactive'];
  return status.final ? ['contact-closed'] : [];
}
