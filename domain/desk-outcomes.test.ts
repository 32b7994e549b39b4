import { describe, expect, it } from 'vitest';
import { choosableOutcomes, proposedOutcome } from './desk-outcomes.ts';
import { SEEDED_STATUSES } from './seeded-statuses.ts';

const outbound = { kind: 'outbound' } as const;

describe('choosableOutcomes', () => {
  it('answered: what a person chooses, never what the carrier says', () => {
    expect(choosableOutcomes(SEEDED_STATUSES, { ...outbound, answered: true })).toEqual([
      'success',
      'interested',
      'not-interested',
      'wrong-age-group',
      'opted-out',
      'voicemail',
      'callback',
    ]);
  });

  it('not answered: the proposal and its corrections, nothing that needs a person on the line', () => {
    const call = { ...outbound, answered: false, endReason: 'busy' } as const;
    expect(choosableOutcomes(SEEDED_STATUSES, call)).toEqual([
      'no-answer',
      'busy',
      'declined',
      'nonexistent',
      'voicemail',
    ]);
    const failed = { ...outbound, answered: false, endReason: 'unavailable' } as const;
    expect(choosableOutcomes(SEEDED_STATUSES, failed)).toContain('technical-failure');
    expect(choosableOutcomes(SEEDED_STATUSES, call)).not.toContain('technical-failure');
  });

  it('what the campaign offers, and always the wish not to be called again', () => {
    const call = { ...outbound, answered: true } as const;
    expect(choosableOutcomes(SEEDED_STATUSES, call, ['success', 'callback'])).toEqual([
      'success',
      'opted-out',
      'callback',
    ]);
  });
});

describe('proposedOutcome', () => {
  it('follows from the carrier, once the call is over and nobody answered', () => {
    expect(proposedOutcome({ ...outbound, answered: false, endReason: 'nonexistent' })).toBe('nonexistent');
    expect(proposedOutcome({ ...outbound, answered: false })).toBeUndefined();
    expect(
      proposedOutcome({ ...outbound, answered: true, endReason: 'hang-up-by-customer' }),
    ).toBeUndefined();
  });
});
