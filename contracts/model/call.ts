/**
 * A call: one attempt = one workflow = one row in `calls`.
 * @module
 */

/** `outbound` is dialed with an agent, `robot` plays a prompt, `inbound` came from the trunk. */
export const CALL_KINDS = ['outbound', 'robot', 'inbound'] as const;
export type CallKind = (typeof CALL_KINDS)[number];

/**
 * What a filter may ask for: `dialed` is `outbound` and `robot` together, which reports show unless asked otherwise; `all`
 * also those that came in.
 */
export const KIND_CHOICES = ['dialed', ...CALL_KINDS, 'all'] as const;
export type KindChoice = (typeof KIND_CHOICES)[number];

/** Where an open call stands; kept in `live_calls`, written by the process that causes the change. */
export const CALL_STAGES = [
  'claimed',
  'inviting',
  'ringing',
  'talking',
  'ending',
  'wrap-up',
  'committing',
] as const;
export type CallStage = (typeof CALL_STAGES)[number];

/** Who is to be blamed or praised for how a call ended. Unknown causes are `platform`, loudly. */
export const CALL_RESULTS = ['success', 'customer', 'carrier', 'platform', 'indeterminate'] as const;
export type CallResult = (typeof CALL_RESULTS)[number];

/** Why a call ended, in kebab-case. One word list for logs, rows and the page. */
export const END_REASONS = [
  // success: somebody or something answered
  'hang-up-by-customer',
  'hang-up-by-us',
  'talk-limit',
  // the customer waited for a desk that did not come back
  'desk-lost',
  // customer
  'busy',
  'no-answer',
  'declined',
  'nonexistent',
  // carrier
  'unavailable',
  'congestion',
  'forbidden',
  'no-response',
  'bad-response',
  'media-not-acceptable',
  // platform
  'not-placed',
  // the agent passed the contact over in preview
  'skipped',
  // no browser of the agent answered
  'desk-unreachable',
  'edge-lost',
  'sip-server-lost',
  'media-lost',
  'released',
  'refused-by-gate',
  'timed-out',
  'internal-error',
] as const;
export type EndReason = (typeof END_REASONS)[number];

/** How a call ended. Expected endings (busy, no answer, declined) are values like this one, never thrown. */
export interface CallEnd {
  result: CallResult;
  reason: EndReason;
  /** Final SIP status of the INVITE, 200-699, where one was received. */
  sipStatus?: number;
  /** How long the carrier asked to be left alone with its 503 (`Retry-After`, RFC 3261 §21.5.4). */
  retryAfterSeconds?: number;
}

/** Which edge process owns a call; `epoch` is the fencing token of one run of that node. */
export interface EdgeRef {
  node: string;
  epoch: number;
}

/** Characters of the reason of a correction; a sentence or two. */
export const MAX_CORRECTION_REASON = 500;
/** Without the spaces around it. */
export const MIN_CORRECTION_REASON = 3;
