/**
 * What a commit takes from the agent's side of a call: outcome, answers, times, the callback.
 * @module
 */
import type { PlacedCall } from '../contracts/model/placed-call.ts';
import type { SeededStatusCode } from '../contracts/model/status.ts';
import type { WrapUpDetails, WrapUpMeta } from '../contracts/model/wrap-up.ts';
import type { AgentPart, AgentQueue, CommitFacts, ContactNumberFact, StatusFlags } from './commit-facts.ts';
import { unansweredOutcome } from './robot-outcome.ts';

/** Of a contact that was passed over in preview: no attempt, in no report, and chosen by nobody. */
export const SKIPPED_STATUS = 'skipped' satisfies SeededStatusCode;

export interface SavedWrapUp {
  saved?: { meta: WrapUpMeta; details: WrapUpDetails };
  /** The time was over and nobody had saved. */
  over: boolean;
  /** How long the wrap-up took. */
  tookMs: number;
}

export interface WrapUpTimes {
  /** RFC 3339, as all of them: the customer's side ended. */
  endedAt: string;
  /** The workflow waited from then to then; absent: it did not wait. */
  from?: string;
  to?: string;
  /** The agent pressed save, by the desk's clock; absent: nobody did. */
  savedAt?: string;
}

/**
 * How long a wrap-up took: from the call's end until the agent pressed save. The workflow may hear of either much later, when API
 * or Temporal were away.
 */
export function wrapUpTookMs({ endedAt, from, to, savedAt }: WrapUpTimes): number {
  if (from === undefined || to === undefined) return 0;
  const over = Date.parse(to);
  if (savedAt === undefined) return Math.max(0, over - Date.parse(from));
  return Math.max(0, Math.min(over, Date.parse(savedAt)) - Date.parse(endedAt));
}

/**
 * Status code of a call with an agent: what they saved, if it agrees with what happened; else what the carrier said, or
 * `no-outcome` of a call that was answered: a supervisor corrects it. When we ourselves failed, the agent knows better than
 * our facts.
 */
export function agentOutcome(facts: CommitFacts, placed: PlacedCall, meta: WrapUpMeta | undefined): string {
  const answered = placed.answeredAt !== undefined;
  const saved = meta && facts.statuses.find((status) => status.code === meta.outcome);
  if (saved && agrees(saved, facts, placed, answered)) return saved.code;
  return answered ? 'no-outcome' : unansweredOutcome(placed.end.reason);
}

function agrees(status: StatusFlags, facts: CommitFacts, placed: PlacedCall, answered: boolean): boolean {
  if (status.code === SKIPPED_STATUS) return false;
  if (status.allowedFor && !status.allowedFor.includes(facts.call.kind)) return false;
  if (answered) return status.system !== true || status.code === 'no-outcome';
  return !status.reachedPerson || (placed.end.result === 'platform' && placed.invitedAt !== undefined);
}

export function agentPart(placed: PlacedCall, wrapUp: SavedWrapUp | undefined): AgentPart {
  const { meta, details } = wrapUp?.saved ?? {};
  const { note, answers, doNotCallReason } = details ?? {};
  return {
    ...(meta && { wrapUpId: meta.id }),
    ...(note !== undefined && note !== '' && { note }),
    ...(answers && Object.keys(answers).length > 0 && { answers }),
    holdMs: Math.round(placed.desk?.holdMs ?? 0),
    wrapUpMs: Math.max(0, Math.round(wrapUp?.tookMs ?? 0)),
    ...(meta?.quality && { quality: meta.quality }),
    ...(doNotCallReason !== undefined && { doNotCallReason }),
    late: wrapUp?.over === true,
  };
}

/** When and by whom the person wants to be called again; undefined for every other outcome. */
export function callbackAt(
  status: string,
  meta: WrapUpMeta | undefined,
): { at: Date; queue: AgentQueue } | undefined {
  if (status !== 'callback' || !meta?.callback) return undefined;
  const { at, for: whose } = meta.callback;
  return {
    at: new Date(at),
    queue: whose === 'agent' ? { rank: 4, agent: meta.by } : { rank: 3, agent: 'nobody' },
  };
}

/**
 * The contact's number that the agent calls next, and whose the contact is until then; undefined when they named none, it
 * may not be called, or the outcome ends the work on the contact. A number that does not exist does not.
 */
export function anotherNumber(
  { contact, call }: CommitFacts,
  status: StatusFlags,
  meta: WrapUpMeta | undefined,
): { position: number; queue: AgentQueue } | undefined {
  const position = meta?.another?.position;
  if (meta === undefined || (status.final && status.code !== 'nonexistent')) return undefined;
  const number = contact?.numbers.find((one) => one.position === position);
  if (!number || number.numberId === call.numberId || !canBeCalled(number)) return undefined;
  return { position: number.position, queue: { rank: 4, agent: meta.by } };
}

export function canBeCalled({ active, doNotCall, stopped }: ContactNumberFact): boolean {
  return active && !doNotCall && !stopped;
}

/** Whose a retry is: with daily queues it stays with its agent, else it is anyone's. Undefined for robots. */
export function agentQueue(facts: CommitFacts): AgentQueue | undefined {
  if (facts.call.agentId === undefined) return undefined;
  return { rank: 1, agent: facts.dailyQueue === true ? 'same' : 'nobody' };
}
