/**
 * What an audit is given.
 * @module
 */
import type { Client } from 'pg';
import type { CarrierCall } from './carrier-record.ts';

/** What a desk was told to be stored or saved. */
export interface AcknowledgedWrapUp {
  callId: string;
  wrapUpId: string;
  answers: Record<string, unknown>;
}

export interface AuditOptions {
  databaseUrl: string;
  /** NDJSON logs of the carrier. */
  carrierLogs: readonly string[];
  recordingsDir: string;
  temporalAddress: string;
  temporalNamespace?: string;
  /** `host:port` of rtpengine's NG socket. */
  rtpengineNg: string;
  now: Date;
  /** The longest that the site was made to stand still: a hang-up meanwhile is seen when it goes on. */
  stalledMs?: number;
  /** Node of calls that were made up, that nobody dialed: only their sums are judged, with all others. */
  madeUpNode?: string;
  /** By the desks' own records, in their order: the last one of a call counts. */
  acknowledged?: readonly AcknowledgedWrapUp[];
}

/** What every invariant may look at. */
export interface AuditContext {
  db: Client;
  carrier: ReadonlyMap<string, CarrierCall>;
  options: AuditOptions;
}
