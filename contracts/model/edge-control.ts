/**
 * The edge's control socket: HTTP on loopback (or the site's network) with `Authorization: Bearer <APEL_EDGE_TOKEN>`.
 *
 * - `GET /epoch` → 200 `EdgeIdentity`: this very process lives.
 * - `POST /calls/<callId>/release` → 200 `{ outcome }`.
 * - `POST /calls/<callId>/command` `DeskCommand` → 200 `DeskCommandReply`: what the agent of the call wants.
 * - `POST /desks/<userId>/echo` → 200 `EchoReply`: calls the desk and sends back what it says, for at most 30 s.
 * - `DELETE /desks/<userId>/echo` → 204: no more of it.
 * - `POST /desks/<userId>/gone` → 204: the desk's live socket closed; its customer, if any, hears music unless it is back at once.
 * @module
 */
import type { EdgeRef } from './call.ts';

export interface EdgeIdentity extends EdgeRef {
  callsInProgress: number;
}

export interface EdgeReleaseReply {
  outcome: 'hanging-up' | 'not-on-edge';
}

/** Why an edge takes no (recorded) calls: `edges.refusing`. `starting`: its workers do not poll yet. The page has the words. */
export const EDGE_REFUSALS = ['starting', 'media-server-down', 'sip-server-down', 'disk-full'] as const;
export type EdgeRefusal = (typeof EDGE_REFUSALS)[number];

/** Names of E.164 digits and `*`, `#`, as sent to the far end (RFC 4733 events 0 to 11). */
export type DeskCommand =
  | { type: 'hang-up' }
  | { type: 'hold' }
  | { type: 'resume' }
  | { type: 'digits'; digits: string }
  /** For the recording: while muted the agent is not heard by anybody, so also not recorded. */
  | { type: 'mute'; muted: boolean }
  | { type: 'refuse-recording' };

/** `refused`: not possible now (hold before the answer). */
export interface DeskCommandReply {
  outcome: 'done' | 'refused' | 'not-on-edge';
}

/** A test call is over after so long. */
export const ECHO_SECONDS = 30;

/** `not-here`: the desk is not registered at this edge. `refused`: leaving, no media, too many tests, or the agent has a call. */
export interface EchoReply {
  outcome: 'calling' | 'not-here' | 'refused';
}
