/**
 * Ends what a dead edge left behind: BYE by dialog id, or by the identity in the journal, media deleted, recording finished from journal and pcap, result
 * put together from the journal. Used by settlement, in a process that never saw the call.
 * @module
 */
import type { CallEnd, EdgeRef } from '../contracts/model/call.ts';
import type { PlacedCall } from '../contracts/model/placed-call.ts';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import { endLeg } from './end-leg.ts';
import { guarded } from './guarded.ts';
import { reopenJournal, type Journal } from './journal.ts';
import { deleteMedia } from './media-session.ts';
import type { NgClient } from './ng-client.ts';
import { all, first, placedCallOf } from './placed-call.ts';
import type { RecordingFolders } from './recording/captures.ts';
import { finishRecording } from './recording/finish-recording.ts';
import { lastHeardAt } from './recording/last-heard.ts';
import type { SipLink } from './sip-link.ts';
import { dialogIdOfCall } from './sip-outgoing.ts';

/** Implements the port of the same name in `activities/ports.ts`. */
export interface OrphanEnder {
  endOrphan(call: { callId: string; edge: EdgeRef }): Promise<PlacedCall>;
}

export interface OrphanEnderOptions extends RecordingFolders {
  /** Connection of this process to the SIP server; may be down, the rest is done all the same. */
  sip: SipLink;
  ng: NgClient;
  logger: Logger;
  clock: Clock;
}

/**
 * How long a settlement waits until the far end is told: the SIP server is often restarted together with the edge, and a process
 * that is killed in this time begins again. It goes on behind the settlement's back when that was not enough; who is killed then
 * tells nobody.
 */
const TOLD_WITHIN_MS = 8_000;
/**
 * Head start of the SIP server's own CANCEL where the journal knows of no answer. The BYE is sent all the same: the edge
 * may have died after its ACK and before its mark.
 */
const CANCEL_HEAD_START_MS = 1_000;

/** Packets come every 20 ms; in pauses of speech some senders leave a few out. */
const STILL_HEARD_MS = 1_000;

/** Makes the port's implementation; holds no state. */
export function createOrphanEnder(options: OrphanEnderOptions): OrphanEnder {
  return { endOrphan: (call) => endOrphan(options, call) };
}

async function endOrphan(
  options: OrphanEnderOptions,
  { callId, edge }: { callId: string; edge: EdgeRef },
): Promise<PlacedCall> {
  const journal = await reopenJournal({
    spoolDir: options.spoolDir,
    callId,
    now: () => options.clock.now(),
  });
  try {
    const { end, endedAt, mediaServerDied } = await endNow(options, callId, journal);
    const done = first(journal.entries, 'recording')?.recording;
    const recording = done ?? (await finishOf(options, { callId, journal, endedAt, mediaServerDied }));
    return placedCallOf(journal.entries, { edge, end, endedAt, recording });
  } finally {
    journal.close();
  }
}

interface Ended {
  end: CallEnd;
  endedAt: string;
  mediaServerDied: boolean;
}

/**
 * Ends dialog and media, unless the journal says that this was done: by the edge itself before it died, or by a
 * settlement that was interrupted.
 */
async function endNow(options: OrphanEnderOptions, callId: string, journal: Journal): Promise<Ended> {
  const ended = first(journal.entries, 'ended');
  const invited = first(journal.entries, 'invite') && !first(journal.entries, 'not-sent');
  // Even a call that was over for its edge may have left a dialog: it died between its mark and its BYE.
  let toldAt: string | undefined;
  if (invited && !first(journal.entries, 'settled')) {
    const open = !ended && !first(journal.entries, 'answered');
    if (open) await new Promise((resolve) => setTimeout(resolve, CANCEL_HEAD_START_MS));
    // The talk ends with our BYE, however long the far end takes to answer it.
    toldAt = options.clock.now().toISOString();
    await guarded(endLeg(options, { callId, entries: journal.entries }), TOLD_WITHIN_MS);
  }
  if (!first(journal.entries, 'settled')) void endDesk(options.sip, journal);
  const { at } = first(journal.entries, 'settled') ?? journal.append({ kind: 'settled' });
  const answered = first(journal.entries, 'answered') ? { sipStatus: 200 } : {};
  const lost: CallEnd = { result: 'platform', reason: invited ? 'edge-lost' : 'not-placed', ...answered };
  const end = ended?.end ?? lost;
  const known = await deleteMedia(options.ng, callId).catch((error: unknown) => {
    options.logger.warn({ err: error, callId }, 'media of an orphan could not be deleted');
    return false;
  });
  const endedAt = ended?.at ?? (await unwatchedEnd(options, { callId, journal, settledAt: toldAt ?? at }));
  if (!ended) journal.append({ kind: 'ended', end, at: endedAt });
  // Where the edge had begun to finish the call, it may have deleted the media itself.
  return { end, endedAt, mediaServerDied: !known && ended === undefined };
}

/** More legs than that are of a desk that came back again and again: the earlier ones were ended when it did. */
const LAST_DESK_LEGS = 3;

/** The agent's browser: told when it can be. Nobody waits for it, and where it is not told its page knows from the row. */
async function endDesk(sip: SipLink, journal: Journal): Promise<void> {
  const legs = all(journal.entries, 'desk-invite').slice(-LAST_DESK_LEGS);
  await Promise.all(legs.map(({ leg }) => sip.bye(dialogIdOfCall(leg)).catch(() => undefined)));
}

/**
 * End of a call that nobody watched. The customer may have hung up between the edge's death and the settlement, and the
 * SIP server has told nobody; but then nothing was heard from there any more.
 */
async function unwatchedEnd(
  options: OrphanEnderOptions,
  { callId, journal, settledAt }: { callId: string; journal: Journal; settledAt: string },
): Promise<string> {
  const answeredAt = first(journal.entries, 'answered')?.at;
  if (answeredAt === undefined) return settledAt;
  const heardAt = await lastHeardAt(options, { callId, entries: journal.entries });
  if (heardAt === undefined || Date.parse(settledAt) - heardAt < STILL_HEARD_MS) return settledAt;
  return new Date(Math.max(heardAt, Date.parse(answeredAt))).toISOString();
}

async function finishOf(
  options: OrphanEnderOptions,
  { callId, journal, endedAt, mediaServerDied }: Omit<Ended, 'end'> & { callId: string; journal: Journal },
): Promise<PlacedCall['recording']> {
  const { entries } = journal;
  if (entries.every(({ kind }) => kind === 'settled' || kind === 'ended')) {
    return { state: 'none', reason: 'not-answered' };
  }
  const { spoolDir, recordingsDir, promptsDir, logger } = options;
  const folders = { spoolDir, recordingsDir, promptsDir };
  const recording = await finishRecording({ folders, logger }, { callId, entries, endedAt, mediaServerDied });
  journal.append({ kind: 'recording', recording });
  return recording;
}
