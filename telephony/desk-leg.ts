/**
 * One INVITE to an agent's desk: answered by itself, or given up.
 * @module
 */
import type { Logger } from '../platform/logger.ts';
import { guarded } from './guarded.ts';
import type { LiveDialog } from './sip-invite.ts';
import type { SipLink } from './sip-link.ts';
import type { Occupant } from './slot-recipes.ts';

/** Where a desk can be called: the URI of the Contact that it registered. */
export interface DeskContact {
  deskId: string;
  uri: string;
}

/** Knows where desks are registered. */
export interface DeskDirectory {
  /** Undefined when the agent is registered nowhere. @throws when it cannot be asked */
  find(userId: number): Promise<DeskContact | undefined>;
  /** Told of each REGISTER of the agent, the first and every refresh. @returns a function that stops listening */
  onRegistered(userId: number, listener: (contact: DeskContact) => void): () => void;
}

/** A browser's Contact names the WebSocket that it came by (RFC 7118 §5); everything else is a telephone. */
export function occupantAt({ uri }: DeskContact): Occupant {
  return /;\s*transport=wss?\b/i.test(uri) ? 'browser' : 'telephone';
}

/** How long a CANCELled INVITE is waited for; an answer that comes later is ended by itself. */
const CANCELLED_MS = 1_000;

export interface DeskLegOptions {
  /** Call-ID and From tag, so that whoever must end an orphan knows the dialog. */
  leg: string;
  /** Of the call that the desk is called into; the page compares it with the one that it shows. Absent: a test call. */
  callId?: string;
  test?: 'echo';
  contact: DeskContact;
  sdp: string;
  withinMs: number;
  signal: AbortSignal;
}

/** @returns undefined when nobody answered in time, or the signal came first. Never rejects */
export async function callDesk(
  { sip, logger }: { sip: SipLink; logger: Logger },
  { leg, callId = leg, test, contact, sdp, withinMs, signal }: DeskLegOptions,
): Promise<LiveDialog | undefined> {
  if (signal.aborted) return undefined;
  let invite;
  try {
    const purpose: Record<string, string> =
      test === undefined ? { 'X-Apel-Call': callId } : { 'X-Apel-Test': test };
    const headers = { ...headersOf({ leg, contact }), ...purpose };
    invite = sip.invite({ uri: contact.uri, callId: leg, headers, sdp });
  } catch (error) {
    logger.warn({ err: error, callId }, 'desk could not be called');
    return undefined;
  }
  let abort: (() => void) | undefined;
  const aborted = new Promise<undefined>((resolve) => {
    abort = () => resolve(undefined);
    signal.addEventListener('abort', abort, { once: true });
  });
  const outcome = await guarded(Promise.race([invite.outcome, aborted]), withinMs);
  if (abort) signal.removeEventListener('abort', abort);
  if (outcome?.kind === 'answered') return outcome.dialog;
  if (outcome) {
    logger.warn({ callId, outcome: outcome.kind, ...statusOf(outcome) }, 'desk did not answer');
    return undefined;
  }
  invite.cancel();
  invite.abandon();
  await guarded(invite.outcome, CANCELLED_MS);
  logger.warn({ callId }, 'desk did not answer in time');
  return undefined;
}

function headersOf({ leg, contact }: Pick<DeskLegOptions, 'leg' | 'contact'>): Record<string, string> {
  return {
    'call-id': leg,
    from: `<sip:apel@localhost>;tag=${leg}`,
    to: `<${contact.uri}>`,
    // The desk answers by itself: the agent has asked for this call.
    'Call-Info': '<sip:apel@localhost>;answer-after=0',
  };
}

function statusOf(outcome: object): { status?: number } {
  return 'status' in outcome && typeof outcome.status === 'number' ? { status: outcome.status } : {};
}
