/**
 * The part of a call between the INVITE and its outcome: ringing marks, ring time-out, CANCEL and the answer that
 * crosses it.
 * @module
 */
import type { CallEnd } from '../contracts/model/call.ts';
import { assertNever } from './assert-never.ts';
import { callEndOf } from './call-end.ts';
import { deferred } from './deferred.ts';
import { guarded } from './guarded.ts';
import type { Journal } from './journal.ts';
import type { InviteOutcome, LiveDialog } from './sip-invite.ts';
import type { SipLink } from './sip-link.ts';
import type { OutgoingInvite, Provisional } from './sip-outgoing.ts';
import { endOfStop, stopReason, type StopReason } from './stop-reason.ts';

/**
 * A trunk that says nothing but 100 for this long will not ring either. Below Timer B (32 s), so that our own end comes
 * first.
 */
const SETUP_TIMEOUT_MS = 28_000;
/** RFC 3261 §9.1: after 64*T1 without a final response to a cancelled INVITE the transaction may be taken as dead. */
const CANCEL_GUARD_MS = 33_000;
/** More than a forking proxy rings at once; a far end that invents tags must not grow the journal. */
const MAX_DIALOGS = 20;

export interface RingOptions {
  invite: Omit<OutgoingInvite, 'onProvisional' | 'onDialog'>;
  /** From the first ringing (180 or 183) to our CANCEL. */
  ringTimeoutMs: number;
  /** Aborted when somebody on our side ends the call. */
  stopped: AbortSignal;
  onRinging(): void;
  /** SDP of a 183 (or 180): early media of the far end with this To tag. */
  onEarlyMedia(sdp: string, tag: string): void;
}

export type RingResult =
  | { kind: 'answered'; dialog: LiveDialog }
  /** `linkLost`: the SIP server went before the far end was told; it may ring on, or talk to nobody. */
  | { kind: 'ended'; end: CallEnd; linkLost: boolean };

type CancelReason = 'ring-timeout' | 'no-progress' | StopReason;

/** Sends the INVITE, which is journaled first, and follows it to its end. Never rejects. */
export async function ring(
  deps: { sip: SipLink; journal: Journal },
  options: RingOptions,
): Promise<RingResult> {
  const { journal } = deps;
  const state = { heard: false, ringing: false };
  const timer = createTimer();
  const cancelled = deferred<CancelReason>();
  const onProvisional = ({ status, tag, sdp }: Provisional): void => {
    state.heard = true;
    if (status > 100 && !state.ringing) {
      state.ringing = true;
      journal.append({ kind: status === 183 ? 'early-media' : 'ringing', status });
      timer.set(options.ringTimeoutMs, () => cancelled.resolve('ring-timeout'));
      options.onRinging();
    }
    if (sdp) options.onEarlyMedia(sdp, tag);
  };
  const onStop = (): void => cancelled.resolve(stopReason(options.stopped));

  const notSent = (): RingResult => {
    journal.append({ kind: 'not-sent' });
    return { kind: 'ended', end: { result: 'platform', reason: 'not-placed' }, linkLost: false };
  };
  journal.append({ kind: 'invite' });
  // This process stood still, and somebody else has ended the call: its result may be out, and the number dialed again.
  if (journal.isTakenOver()) return notSent();
  let invite;
  try {
    invite = deps.sip.invite({ ...options.invite, onProvisional, onDialog: rememberDialogs(journal) });
  } catch {
    return notSent();
  }
  timer.set(SETUP_TIMEOUT_MS, () => cancelled.resolve('no-progress'));
  options.stopped.addEventListener('abort', onStop, { once: true });
  if (options.stopped.aborted) onStop();
  try {
    const outcome = await Promise.race([
      invite.outcome,
      cancelled.promise.then((why) => ({ kind: 'cancel' as const, why })),
    ]);
    if (outcome.kind !== 'cancel') return resultOf(journal, outcome, state.heard);
    journal.append({ kind: 'cancel-sent', why: outcome.why });
    invite.cancel();
    const last = await guarded(invite.outcome, CANCEL_GUARD_MS);
    if (!last) invite.abandon();
    return await afterCancel(journal, {
      stopped: options.stopped,
      last,
      ringing: state.ringing,
      why: outcome.why,
    });
  } finally {
    timer.clear();
    options.stopped.removeEventListener('abort', onStop);
  }
}

function resultOf(journal: Journal, outcome: InviteOutcome, heardFromTrunk: boolean): RingResult {
  const ended = (end: CallEnd, linkLost = false): RingResult => ({ kind: 'ended', end, linkLost });
  switch (outcome.kind) {
    case 'answered':
      return outcome;
    case 'failed': {
      journal.append({ kind: 'failed', why: String(outcome.status) });
      return ended(callEndOf({ ...outcome, heardFromTrunk }));
    }
    case 'unusable-answer':
      journal.append({ kind: 'failed', why: `unusable ${outcome.status}` });
      return ended({ result: 'carrier', reason: 'bad-response', sipStatus: outcome.status });
    case 'not-sent':
      journal.append({ kind: 'not-sent' });
      return ended({ result: 'platform', reason: 'not-placed' });
    case 'link-lost':
      journal.append({ kind: 'failed', why: 'sip-server-lost' });
      return ended({ result: 'platform', reason: 'sip-server-lost' }, true);
    default:
      return assertNever(outcome);
  }
}

interface AfterCancel {
  why: CancelReason;
  stopped: AbortSignal;
  last: InviteOutcome | undefined;
  ringing: boolean;
}

/** RFC 3261 §9.1: an answer that crossed our CANCEL makes a dialog, which is then ended by BYE. */
async function afterCancel(
  journal: Journal,
  { why, stopped, last, ringing }: AfterCancel,
): Promise<RingResult> {
  let linkLost = last?.kind === 'link-lost';
  if (last?.kind === 'answered') {
    journal.append({ kind: 'bye-sent', why: 'answer-crossed-cancel' });
    linkLost = !(await last.dialog.hangUp());
  }
  // Busy or declined at the last moment says more than our own impatience.
  if (last?.kind === 'failed' && last.status !== 487 && last.status !== 408) {
    return resultOf(journal, last, true);
  }
  const sipStatus = last?.kind === 'failed' ? { sipStatus: last.status } : {};
  if (why !== 'ring-timeout' && why !== 'no-progress') {
    return { kind: 'ended', end: { ...endOfStop(stopped, { ringing }), ...sipStatus }, linkLost };
  }
  const end: CallEnd = ringing
    ? { result: 'customer', reason: 'no-answer', ...sipStatus }
    : { result: 'carrier', reason: 'no-response', ...sipStatus };
  return { kind: 'ended', end, linkLost };
}

/** Writes down each dialog once, and again when it changes. */
function rememberDialogs(journal: Journal): NonNullable<OutgoingInvite['onDialog']> {
  const known = new Set<string>();
  return (dialog, confirmed) => {
    const key = JSON.stringify([dialog, confirmed]);
    if (known.has(key) || known.size >= MAX_DIALOGS) return;
    known.add(key);
    journal.append({ kind: 'dialog', dialog, confirmed });
  };
}

function createTimer(): { set(ms: number, then: () => void): void; clear(): void } {
  let timer: NodeJS.Timeout | undefined;
  return {
    set: (ms, then) => {
      clearTimeout(timer);
      timer = setTimeout(then, ms);
    },
    clear: () => clearTimeout(timer),
  };
}
