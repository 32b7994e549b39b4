/**
 * Ends what a dead edge left behind: BYE by dialog id, or by the identity in the journal, media deleted, recording finished from
 * journal and pcap, result put together from the journal. Used by settlement, in a process that never saw the call.
 * @module
 */
import type { CallEnd, EdgeRef } from '../contracts/model/call.ts';
import type { PlacedCall } from '../contracts/model/placed-call.ts';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import { guarded } from './guarded.ts';
import { reopenJournal, type Journal } from './journal.ts';
import { createLeftJournals, type LeftJournals } from './left-journals.ts';
import { deleteMedia } from './media-session.ts';
import type { NgClient } from './ng-client.ts';
import { first, placedCallOf } from './placed-call.ts';
import type { RecordingFolders } from './recording/captures.ts';
import { finishRecording } from './recording/finish-recording.ts';
import { lastHeardAt } from './recording/last-heard.ts';
import type { SipLink } from './sip-link.ts';
import { isInvited, tellDesk, tellFarEnd } from './tell-orphan.ts';
import { TOLD_WITHIN_MS, waitUntilTold } from './told.ts';

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
  /** How long a settlement waits for the far end; it goes on behind the settlement's back when that was not enough. */
  toldWithinMs?: number;
}

/**
 * Head start of the SIP server's own CANCEL where the journal knows of no answer. The BYE is sent all the same: the edge
 * may have died after its ACK and before its mark.
 */
const CANCEL_HEAD_START_MS = 1_000;

/** Packets come every 20 ms; in pauses of speech some senders leave a few out. */
const STILL_HEARD_MS = 1_000;

/** Makes the ports' implementation; knows which far ends this process is telling, and nothing else. */
export function createOrphanEnder(options: OrphanEnderOptions): OrphanEnder & LeftJournals {
  const telling = new Set<string>();
  return {
    endOrphan: (call) => endOrphan({ ...options, telling }, call),
    ...createLeftJournals({ ...options, telling }),
  };
}

interface Ender extends OrphanEnderOptions {
  telling: Set<string>;
}

async function endOrphan(
  options: Ender,
  { callId, edge }: { callId: string; edge: EdgeRef },
): Promise<PlacedCall> {
  const journal = await reopenJournal({
    spoolDir: options.spoolDir,
    callId,
    now: () => options.clock.now(),
  });
  let later: Promise<void> | undefined;
  try {
    const told = await tell(options, callId, journal);
    later = told.later;
    const { end, endedAt, mediaServerDied } = await endNow(options, { callId, journal, toldAt: told.at });
    const done = first(journal.entries, 'recording')?.recording;
    const recording = done ?? (await finishOf(options, { callId, journal, endedAt, mediaServerDied }));
    return placedCallOf(journal.entries, { edge, end, endedAt, recording });
  } finally {
    if (later) void later.then(() => journal.close());
    else journal.close();
  }
}

/**
 * Tells both sides that the call is over, unless an interrupted settlement has come further than that. Waits for the far end,
 * within bounds; nobody waits for the agent's browser, whose page knows from the row as well.
 *
 * @returns `at`: when the far end was told; `later`: nobody is left to be told
 */
async function tell(
  options: Ender,
  callId: string,
  journal: Journal,
): Promise<{ at?: string; later?: Promise<void> }> {
  const { entries } = journal;
  if (first(entries, 'settled')) return {};
  const withinMs = options.toldWithinMs ?? TOLD_WITHIN_MS;
  let at: string | undefined;
  let farEnd: Promise<unknown> = Promise.resolve();
  // Even a call that was over for its edge may have left a dialog: it died between its mark and its BYE.
  if (isInvited(entries)) {
    const open = !first(entries, 'ended') && !first(entries, 'answered');
    if (open) await new Promise((resolve) => setTimeout(resolve, CANCEL_HEAD_START_MS));
    // The talk ends with our BYE, however long the far end takes to answer it.
    at = options.clock.now().toISOString();
    farEnd = tellFarEnd(options, callId, entries);
    await guarded(farEnd, withinMs);
  }
  const { later } = await waitUntilTold(journal, Promise.all([farEnd, tellDesk(options, entries)]), 0);
  options.telling.add(callId);
  void later.then(() => options.telling.delete(callId));
  return { ...(at !== undefined && { at }), later };
}

interface Ended {
  end: CallEnd;
  endedAt: string;
  mediaServerDied: boolean;
}

/** Ends the media, unless the journal says that this was done: by the edge itself, or by an interrupted settlement. */
async function endNow(
  options: OrphanEnderOptions,
  { callId, journal, toldAt }: { callId: string; journal: Journal; toldAt: string | undefined },
): Promise<Ended> {
  const ended = first(journal.entries, 'ended');
  const { at } = first(journal.entries, 'settled') ?? journal.append({ kind: 'settled' });
  const answered = first(journal.entries, 'answered') ? { sipStatus: 200 } : {};
  const lost: CallEnd = {
    result: 'platform',
    reason: isInvited(journal.entries) ? 'edge-lost' : 'not-placed',
    ...answered,
  };
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
