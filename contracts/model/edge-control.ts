/**
 * The edge's control socket: HTTP on loopback (or the site's network) with `Authorization: Bearer <APEL_EDGE_TOKEN>`.
 *
 * - `GET /epoch` → 200 `EdgeIdentity`: this very process lives.
 * - `POST /calls/<callId>/release` → 200 `{ outcome }`.
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
