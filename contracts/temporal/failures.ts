/**
 * Failure types of `ApplicationFailure`: the only names under which an activity may fail, each declared retryable once.
 * Messages hold no personal data: they are readable in the Temporal UI.
 * @module
 */
export const FAILURE_TYPES = {
  /** The operator's input is wrong; the message names the field. */
  'invalid-input': { retryable: false },
  /** Campaign, list or import does not exist. */
  'not-found': { retryable: false },
  /** The campaign is out of use: nobody would call what is imported into it. */
  'campaign-unusable': { retryable: false },
  /** File changed, missing or not readable. */
  'file-unusable': { retryable: false },
  /** Postgres, Temporal, the SIP server or rtpengine did not answer. */
  'dependency-unavailable': { retryable: true },
  /** A run began a little before its opening: two clocks differ. Asked again until it opens. */
  'opens-soon': { retryable: true },
  /** A defect: retried, and loud in the logs. */
  unexpected: { retryable: true },
} as const satisfies Record<string, { retryable: boolean }>;

export type FailureType = keyof typeof FAILURE_TYPES;
