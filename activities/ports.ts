/**
 * What activities need from telephony, declared here so that this folder does not depend on it.
 * @module
 */
import type { EdgeRef } from '../contracts/model/call.ts';
import type { PlacedCall } from '../contracts/model/placed-call.ts';

/** Ends what a dead edge left behind; implemented in `telephony/orphan-ender.ts`. */
export interface OrphanEnder {
  /**
   * BYE by dialog id where it can be sent, media deleted, recording finished from journal and pcap.
   * Idempotent: a second run finds the finished file and answers the same.
   *
   * @returns the call's result put together from its journal: `platform/edge-lost`, or `platform/not-placed` when the
   *   journal shows that no INVITE can have left.
   */
  endOrphan(call: { callId: string; edge: EdgeRef }): Promise<PlacedCall>;
}
