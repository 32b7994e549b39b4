/**
 * Tells the far end that a call is over when the usual BYE could not: the SIP server was away or has forgotten the
 * dialog, or the edge died. Used by the edge for its own calls and by settlement for those of a dead edge.
 * @module
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '../platform/logger.ts';
import { byeOutsideDialog, openDialogsOf } from './dialog-identity.ts';
import type { JournalEntry } from './journal.ts';
import type { SipLink } from './sip-link.ts';
import { dialogIdOfCall, type DigestCredentials } from './sip-outgoing.ts';

/** A SIP server that is away for longer does not come back to the same calls. */
const GIVE_UP_MS = 10 * 60_000;
/** The SIP server itself repeats a BYE for 32 s; these are repeats of that. */
const MAX_TRIES = 5;
const FIRST_PAUSE_MS = 500;

/**
 * `told`: the far end answered, or knows no such call (any more). `no-dialog`: it never made a dialog that could be
 * ended; what still comes of it is the SIP server's to end. `untold`: nothing worked.
 */
export type LegEnd = 'told' | 'no-dialog' | 'untold';

export interface Leg {
  callId: string;
  /** The call's journal, which names its dialogs. */
  entries: readonly JournalEntry[];
  /** For a carrier that challenges a BYE. */
  credentials?: DigestCredentials;
}

/**
 * Ends the leg as soon as the SIP server is there, again when it was lost meanwhile. Callers bound how long they wait:
 * this goes on for ten minutes. Never rejects.
 */
export async function endLeg(deps: { sip: SipLink; logger: Logger }, leg: Leg): Promise<LegEnd> {
  const { callId } = leg;
  const overall = AbortSignal.timeout(GIVE_UP_MS);
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    try {
      if (tries > 0) await pause(FIRST_PAUSE_MS * 2 ** (tries - 1), undefined, { ref: false });
      await deps.sip.ready(overall);
      const end = await tryOnce(deps.sip, leg, tries);
      if (end === 'untold') continue;
      deps.logger.info({ callId, end, tries }, 'far end of a lost call');
      return end;
    } catch (error) {
      if (overall.aborted) break;
      deps.logger.warn({ err: error, callId, tries }, 'far end of a lost call could not be told yet');
    }
  }
  deps.logger.error({ callId }, 'far end of a lost call was never told');
  return 'untold';
}

async function tryOnce(sip: SipLink, leg: Leg, tries: number): Promise<LegEnd> {
  const known = await sip.bye(dialogIdOfCall(leg.callId));
  if (known !== 'gone') return isTold(known) ? 'told' : 'untold';
  const dialogs = openDialogsOf(leg.entries);
  if (dialogs.length === 0) return 'no-dialog';
  const answers = await Promise.all(
    dialogs.map((dialog) =>
      sip.request({
        ...byeOutsideDialog(leg.callId, dialog, tries),
        ...(leg.credentials ? { credentials: leg.credentials } : {}),
      }),
    ),
  );
  return answers.every(({ status }) => isTold(status)) ? 'told' : 'untold';
}

/** 481: the call is over there already. 408 and 5xx may also be the SIP server's own words for "no answer". */
function isTold(status: number): boolean {
  return status < 300 || status === 481;
}
