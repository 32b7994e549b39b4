/**
 * Why the dialer does not call: codes for rows, logs and the page (which has the words in its catalogue).
 * @module
 */

/** Why a campaign claims nothing right now; kept in `campaigns.wait_reason`. */
export const DIAL_WAITS = [
  'paused',
  'closed',
  'no-edge',
  'edge-full',
  'trunk-channels',
  'trunk-rate',
  'trunk-backoff',
  'trunk-suspended',
  'concurrency',
  /** Contacts are open, but the earliest is due later. */
  'nothing-due',
  /** No contact may be called any more. */
  'no-contacts',
] as const;
export type DialWait = (typeof DIAL_WAITS)[number];

/** Why one contact was passed over; kept in `dial_queue.wait_reason`. */
export const CONTACT_WAITS = [
  'cap-day',
  'number-busy',
  /** A demo number that only the simulated carrier may get. */
  'trunk-bound',
  'prefix-not-permitted',
  /** Waits for its next attempt after an earlier call. */
  'retry',
  /** Its last call never left; it comes again soon. */
  'not-placed',
] as const;
export type ContactWait = (typeof CONTACT_WAITS)[number];

/** Why a contact will not be called any more; kept in `contacts.closed_reason`. */
export const CONTACT_CLOSE_REASONS = [
  'do-not-call',
  'no-consent',
  /** Every usable number is `Nu mai suna` for the campaign. */
  'stopped',
  'nonexistent',
  'cap-total',
  'final-status',
  'exhausted',
  /** A person closed it, with a reason in the audit log. */
  'by-hand',
] as const;
export type ContactCloseReason = (typeof CONTACT_CLOSE_REASONS)[number];

/** A number on another call is looked at again after this time: most calls are shorter. */
export const NUMBER_BUSY_SECONDS = 60;
/** Waits that only a change of configuration ends. */
export const CONFIG_WAIT_SECONDS = 3_600;
