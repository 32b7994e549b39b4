/**
 * Statuses: the lookup table of outcomes. The seeded ones; sites add their own by configuration.
 * @module
 */

/** Codes that code refers to; every other status is data only. */
export const SEEDED_STATUS_CODES = [
  'busy',
  'nonexistent',
  'no-answer',
  'not-interested',
  'success',
  'wrong-age-group',
  'interested',
  'opted-out',
  'declined',
  'message-heard',
  'message-interrupted',
  'voicemail',
  'callback',
  'no-outcome',
  'technical-failure',
  // Passed over in preview: nobody was called, and no report counts it.
  'skipped',
] as const;
export type SeededStatusCode = (typeof SEEDED_STATUS_CODES)[number];

/** A status as configured. */
export interface StatusDef {
  code: string;
  labels: { ro: string; en: string };
  /** A person was on the line. */
  reachedPerson: boolean;
  /** Counts towards x consecutive calls that nobody answered. */
  countsAsNoAnswer: boolean;
  /** Counts towards the caps per number (technical failures do not). */
  countsTowardsCaps: boolean;
  /** No further attempt to this contact. */
  final: boolean;
  positive: boolean;
  /** Set by the system only, never offered to an agent. */
  system: boolean;
  allowedFor: readonly ('outbound' | 'robot' | 'inbound')[];
  /** Order of columns in reports, ascending. */
  sort: number;
}
