/**
 * The part of a call between the answer and its end: whoever ends it first, wins.
 * @module
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { CallEnd } from '../contracts/model/call.ts';
import { assertNever } from './assert-never.ts';
import { deferred } from './deferred.ts';
import type { Journal } from './journal.ts';
import { MediaNotAcceptable, type MediaSession } from './media-session.ts';
import { NgError } from './ng-client.ts';
import type { DialogEnd, LiveDialog } from './sip-invite.ts';
import { stopReason, type StopReason } from './stop-reason.ts';

/** Finds a media server that died or was restarted, which nothing else tells a call. */
const MEDIA_CHECK_MS = 2_000;
/** One lost answer is the machine's load; two in a row (4 s each with their time-outs) are a dead media server. */
const MEDIA_CHECK_FAILURES = 2;

export interface TalkOptions {
  dialog: LiveDialog;
  media: MediaSession;
  journal: Journal;
  maxTalkMs: number;
  /** Aborted when somebody on our side ends the call. */
  stopped: AbortSignal;
  /**
   * What we do while the customer is on the line; its end is our hang-up, for the reason that it gives. A rejection ends
   * the call as a defect.
   */
  script(signal: AbortSignal): Promise<CallEnd | void>;
}

export interface TalkEnd {
  end: CallEnd;
  /** The dialog is still there: it is ours to end. */
  hangUp: boolean;
  mediaDied: boolean;
  /** The far end cannot be told now, because the SIP server is away. */
  linkLost: boolean;
}

const STOPPED: Readonly<Record<StopReason, CallEnd>> = {
  released: { result: 'platform', reason: 'released' },
  'hang-up': { result: 'success', reason: 'hang-up-by-us' },
  'desk-lost': { result: 'success', reason: 'desk-lost' },
};

/** Resolves with the first thing that ends the call, when the script has come to rest. Never rejects. */
export async function talk(options: TalkOptions): Promise<TalkEnd> {
  const over = new AbortController();
  const verdict = deferred<TalkEnd>();
  const limit = setTimeout(
    () => verdict.resolve(ours({ result: 'success', reason: 'talk-limit' })),
    options.maxTalkMs,
  );
  const onStop = (): void => {
    const why = stopReason(options.stopped);
    if (why === 'released') options.journal.append({ kind: 'released' });
    verdict.resolve(ours(STOPPED[why]));
  };
  options.stopped.addEventListener('abort', onStop, { once: true });
  if (options.stopped.aborted) onStop();
  void options.dialog.ended.then((how) => verdict.resolve(dialogEnded(options.journal, how)));
  const mediaLost = { ...ours({ result: 'platform', reason: 'media-lost' }), mediaDied: true };
  void watchMedia(options.media, over.signal, () => verdict.resolve(mediaLost));
  const script = options.script(over.signal).then(
    (end) => verdict.resolve(ours(end ?? { result: 'success', reason: 'hang-up-by-us' })),
    async (error: unknown) => verdict.resolve(await scriptFailed(options, error)),
  );
  const end = await verdict.promise;
  over.abort();
  clearTimeout(limit);
  options.stopped.removeEventListener('abort', onStop);
  await script;
  return end;
}

function ours(end: CallEnd): TalkEnd {
  return { end, hangUp: true, mediaDied: false, linkLost: false };
}

function dialogEnded(journal: Journal, how: DialogEnd): TalkEnd {
  const gone = { hangUp: false, mediaDied: false, linkLost: how === 'link-lost' };
  switch (how) {
    case 'by-peer':
      journal.append({ kind: 'bye-received' });
      return { ...gone, end: { result: 'success', reason: 'hang-up-by-customer' } };
    case 'by-server':
      // RFC 4028: the session expired, or our ACK never arrived: the far end is gone.
      journal.append({ kind: 'failed', why: 'session-expired' });
      return { ...gone, end: { result: 'carrier', reason: 'no-response' } };
    case 'link-lost':
      journal.append({ kind: 'failed', why: 'sip-server-lost' });
      return { ...gone, end: { result: 'platform', reason: 'sip-server-lost' } };
    default:
      return assertNever(how);
  }
}

/** A prompt that does not play is a dead media server, or a defect of ours. */
async function scriptFailed({ media, journal }: TalkOptions, error: unknown): Promise<TalkEnd> {
  if (error instanceof MediaNotAcceptable) {
    journal.append({ kind: 'failed', why: 'media-not-acceptable' });
    return ours({ result: 'carrier', reason: 'media-not-acceptable' });
  }
  const mediaDied = error instanceof NgError && (error.code !== 'refused' || (await isGone(media)));
  const reason = mediaDied ? 'media-lost' : 'internal-error';
  journal.append({ kind: 'failed', why: reason });
  return { ...ours({ result: 'platform', reason }), mediaDied };
}

async function isGone(media: MediaSession): Promise<boolean> {
  try {
    await media.check();
    return false;
  } catch {
    return true;
  }
}

/** Tells once when the media server is gone or knows the call no more; ends with the signal. */
async function watchMedia(media: MediaSession, signal: AbortSignal, onLost: () => void): Promise<void> {
  for (let failures = 0; failures < MEDIA_CHECK_FAILURES;) {
    await wait(MEDIA_CHECK_MS, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    try {
      await media.check();
      failures = 0;
    } catch (error) {
      const forgotten = error instanceof NgError && (error.code === 'refused' || error.code === 'lost');
      failures += forgotten ? MEDIA_CHECK_FAILURES : 1;
    }
  }
  if (!signal.aborted) onLost();
}
