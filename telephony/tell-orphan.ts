/**
 * Tells both sides of a call, from its journal, that it is over; in a process that need not have seen the call.
 * @module
 */
import type { Logger } from '../platform/logger.ts';
import { endLeg, type LegEnd } from './end-leg.ts';
import type { JournalEntry } from './journal.ts';
import { all, first } from './placed-call.ts';
import type { SipLink } from './sip-link.ts';
import { dialogIdOfCall } from './sip-outgoing.ts';

interface Teller {
  sip: SipLink;
  logger: Logger;
}

/** An INVITE to the customer has left, or may have. */
export function isInvited(entries: readonly JournalEntry[]): boolean {
  return first(entries, 'invite') !== undefined && first(entries, 'not-sent') === undefined;
}

/** The customer's side; bounded by `endLeg`. Never rejects. */
export function tellFarEnd(
  teller: Teller,
  callId: string,
  entries: readonly JournalEntry[],
): Promise<LegEnd> {
  return isInvited(entries) ? endLeg(teller, { callId, entries }) : Promise.resolve('no-dialog');
}

/** More legs than that are of a desk that came back again and again: the earlier ones were ended when it did. */
const LAST_DESK_LEGS = 3;
/** A SIP server that is away for longer has forgotten the desk: its page hangs up by itself. */
const DESK_MS = 60_000;

/** The agent's browser. Never rejects. */
export async function tellDesk({ sip }: Teller, entries: readonly JournalEntry[]): Promise<void> {
  const legs = all(entries, 'desk-invite').slice(-LAST_DESK_LEGS);
  if (legs.length === 0) return;
  const tell = async (leg: string): Promise<unknown> => {
    await sip.ready(AbortSignal.timeout(DESK_MS));
    return sip.bye(dialogIdOfCall(leg));
  };
  await Promise.all(legs.map(({ leg }) => tell(leg).catch(() => undefined)));
}
