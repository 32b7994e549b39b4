/**
 * @module
 */
import type { EndReason } from '../contracts/model/call.ts';
import type { PlacedCall } from '../contracts/model/placed-call.ts';
import type { SeededStatusCode } from '../contracts/model/status.ts';

/**
 * Status code of a robot call that has ended. What the person said by key counts even if a process of ours died right
 * after; otherwise a failure of ours on an answered call is a technical failure unless the message was heard in full.
 * @returns a seeded code, or the status that the campaign's menu gives to the key.
 */
export function robotOutcome(placed: PlacedCall): string {
  if (placed.answeredAt === undefined) return unansweredOutcome(placed.end.reason);
  if (placed.robot?.keyStatus !== undefined) return placed.robot.keyStatus;
  if (placed.robot?.heardInFull === true) return 'message-heard';
  if (placed.end.result === 'success' || placed.end.reason === 'released') return 'message-interrupted';
  return 'technical-failure';
}

/** What follows from how a call ended that nobody answered, with a robot or with an agent. */
export function unansweredOutcome(reason: EndReason): SeededStatusCode {
  return UNANSWERED[reason];
}

/** One row for each reason, so that a new one does not compile before somebody has thought about it. */
const UNANSWERED: Readonly<Record<EndReason, SeededStatusCode>> = {
  busy: 'busy',
  'no-answer': 'no-answer',
  declined: 'declined',
  nonexistent: 'nonexistent',
  // Contradicts "not answered": a defect of ours, shown as one.
  'hang-up-by-customer': 'technical-failure',
  'hang-up-by-us': 'technical-failure',
  'talk-limit': 'technical-failure',
  unavailable: 'technical-failure',
  congestion: 'technical-failure',
  forbidden: 'technical-failure',
  'no-response': 'technical-failure',
  'bad-response': 'technical-failure',
  'media-not-acceptable': 'technical-failure',
  'desk-lost': 'technical-failure',
  'not-placed': 'technical-failure',
  skipped: 'skipped',
  'desk-unreachable': 'technical-failure',
  'edge-lost': 'technical-failure',
  'sip-server-lost': 'technical-failure',
  'media-lost': 'technical-failure',
  released: 'technical-failure',
  'refused-by-gate': 'technical-failure',
  'timed-out': 'technical-failure',
  'internal-error': 'technical-failure',
};
