/**
 * Is the desk still there? A browser that is gone, frozen or on another network says nothing: its sound stops. A telephone may
 * be silent by itself and is asked by OPTIONS; so is a silent browser, because a closed WebSocket is told apart at once.
 * @module
 */
import { guarded } from './guarded.ts';
import type { MediaSession } from './media-session.ts';
import type { SipLink } from './sip-link.ts';
import type { Occupant } from './slot-recipes.ts';

/** Packets come every 20 ms, also while muted; rtpengine counts them as they come. */
const LISTEN_MS = 300;
const ANSWER_MS = 1_500;
/** The SIP server's words for a flow that is closed, or a registration that is not there (RFC 3261 §21.4, RFC 5626 §5.3). */
const GONE: ReadonlySet<number> = new Set([404, 408, 410, 430, 480, 481, 503]);

/** `silent`: there, as far as anybody knows, but not heard (a frozen browser, a network that is down). */
export type DeskPulse = 'alive' | 'silent' | 'gone';

export interface DeskPulseOptions {
  sip: SipLink;
  media: MediaSession;
  occupant: Occupant;
  uri: string;
}

/** Takes 0.3 s for a browser that is heard. Never rejects: a media server or SIP server that is away says nothing of the desk. */
export async function feelPulse(options: DeskPulseOptions): Promise<DeskPulse> {
  if (options.occupant === 'browser' && (await isHeard(options.media)) !== false) return 'alive';
  const status = await guarded(
    options.sip
      .request({ method: 'OPTIONS', uri: options.uri, headers: { from: '<sip:apel@localhost>' } })
      .then(
        (answer) => answer.status,
        () => undefined,
      ),
    ANSWER_MS,
  );
  if (status !== undefined && GONE.has(status)) return 'gone';
  if (options.occupant === 'browser') return 'silent';
  return status === undefined && options.sip.connected() ? 'silent' : 'alive';
}

/** @returns undefined when nobody knows */
async function isHeard(media: MediaSession): Promise<boolean | undefined> {
  try {
    const before = await media.heardFromAgent();
    await new Promise((resolve) => setTimeout(resolve, LISTEN_MS));
    return (await media.heardFromAgent()).packets > before.packets;
  } catch {
    return undefined;
  }
}

/** How long a browser that has answered may take until it is heard; 80-160 ms on a quiet machine, 900 on a busy one. */
const JOINED_WITHIN_MS = 1_500;
const JOIN_LOOK_MS = 50;

/** Whether the newcomer's sound arrives, with keys that are those of its SDP. Never rejects. */
export async function isJoined(
  media: MediaSession,
  packetsBefore: number,
  signal: AbortSignal,
): Promise<boolean> {
  const deadline = performance.now() + JOINED_WITHIN_MS;
  while (!signal.aborted && performance.now() < deadline) {
    const sound = await media.heardFromAgent().catch(() => undefined);
    if (sound && sound.secured && sound.packets > packetsBefore) return true;
    await new Promise((resolve) => setTimeout(resolve, JOIN_LOOK_MS));
  }
  return signal.aborted;
}
