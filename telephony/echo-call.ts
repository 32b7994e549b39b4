/**
 * A test call: the desk is called, and hears what it says. No customer, no journal, no recording; rtpengine sends each
 * packet back where it came from (`media echo`), so that round trip and loss are those of the way that calls take.
 * @module
 */
import { randomUUID } from 'node:crypto';
import type { Logger } from '../platform/logger.ts';
import { callDesk, occupantAt, type DeskContact } from './desk-leg.ts';
import { abandonMedia, deleteMedia } from './media-session.ts';
import type { NgClient } from './ng-client.ts';
import { DUMMY_SDP } from './sdp.ts';
import type { LiveDialog } from './sip-invite.ts';
import type { SipLink } from './sip-link.ts';
import { answerKeys, offerKeys, sdpForDesk } from './slot-recipes.ts';

/** A desk answers by itself. */
const ANSWER_MS = 5_000;

export interface EchoDeps {
  sip: SipLink;
  ng: NgClient;
  logger: Logger;
}

export interface EchoOptions {
  contact: DeskContact;
  /** In all, from the INVITE on. */
  maxMs: number;
}

export interface EchoCall {
  end(): void;
  /** Nothing of it is left. Never rejects. */
  readonly over: Promise<void>;
}

/** Calls at once; a desk that does not answer, or hangs up, ends the test. */
export function startEcho(deps: EchoDeps, { contact, maxMs }: EchoOptions): EchoCall {
  const ending = new AbortController();
  const timer = setTimeout(() => ending.abort(), maxMs);
  const id = `echo-${randomUUID()}`;
  const run = async (): Promise<void> => {
    await echo(deps, { id, contact, signal: ending.signal }).catch((error: unknown) =>
      deps.logger.warn({ err: error, leg: id }, 'test call failed'),
    );
    clearTimeout(timer);
    await deleteMedia(deps.ng, id).catch(() => void abandonMedia(deps.ng, id));
  };
  return { end: () => ending.abort(), over: run() };
}

interface Echo {
  id: string;
  contact: DeskContact;
  signal: AbortSignal;
}

async function echo(deps: EchoDeps, { id, contact, signal }: Echo): Promise<void> {
  const occupant = occupantAt(contact);
  const ids = { 'call-id': id, 'from-tag': 'cust', 'to-tag': 'agent' };
  const offered = await deps.ng.request(
    'offer',
    { ...ids, ...offerKeys(DUMMY_SDP, occupant), 'media echo': 'forward' },
    { signal },
  );
  const sdp = sdpForDesk(typeof offered['sdp'] === 'string' ? offered['sdp'] : '', occupant, Date.now());
  const leg = { leg: id, test: 'echo', contact, sdp, withinMs: ANSWER_MS, signal } as const;
  const dialog = await callDesk(deps, leg);
  if (!dialog) return;
  try {
    await deps.ng.request('answer', { ...ids, ...answerKeys(dialog.sdp, occupant) }, { signal });
    await endOf(dialog, signal);
  } finally {
    await dialog.hangUp();
  }
}

async function endOf(dialog: LiveDialog, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await Promise.race([
    dialog.ended,
    new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true })),
  ]);
}
