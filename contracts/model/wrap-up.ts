/**
 * What an agent saves about a call: one Signal, idempotent by its id. `WrapUpMeta` is readable in histories,
 * `WrapUpDetails` is personal data and travels encrypted (`sensitive`).
 * @module
 */
import type { Answers } from './script.ts';

export interface WrapUpMeta {
  /** UUID made by the desk; the same id again is the same wrap-up. */
  id: string;
  /** Status code. */
  outcome: string;
  /** User id of whoever saved: the agent, or a supervisor in their place. */
  by: number;
  /** RFC 3339 UTC, the desk's clock; when the agent pressed save. */
  savedAt: string;
  callback?: Callback;
  /** The contact's number, by its position on the card, that whoever saved calls next. */
  another?: { position: number };
  quality?: CallQuality;
}

/** A call back at a time. `agent`: for whoever saved it; `anyone`. */
export interface Callback {
  /** RFC 3339 UTC. */
  at: string;
  for: 'agent' | 'anyone';
}

export interface WrapUpDetails {
  answers: Answers;
  note?: string;
  /** Why the person must not be called again; with the outcome `opted-out`. */
  doNotCallReason?: string;
}

/** What the browser measured (RFC 3550 reports, over the whole talk). Shown against S1-60's limits. */
export interface CallQuality {
  roundTripMs?: number;
  jitterMs?: number;
  /** 0..1 */
  loss?: number;
  kbps?: number;
}
