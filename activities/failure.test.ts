import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { failureOf, guardActivities, hiddenCause, isDependencyAway, toFailure } from './failure.ts';

/** An error as `pg` throws it: a message that quotes the row, and a code. */
function pgError(code: string): Error {
  return Object.assign(new Error('Key (e164)=(+40722000111) already exists.'), { code });
}

describe('toFailure', () => {
  it('takes retryability from the contract', () => {
    expect(toFailure('invalid-input', 'file: missing').nonRetryable).toBe(true);
    expect(toFailure('dependency-unavailable', 'postgres').nonRetryable).toBe(false);
  });

  it('keeps the cause for our log and out of what is sent', () => {
    const cause = pgError('23505');
    const failure = toFailure('unexpected', 'defect', cause);
    expect(hiddenCause(failure)).toBe(cause);
    expect(failure.cause).toBeUndefined();
    expect(JSON.stringify(failure)).not.toContain('40722');
  });
});

describe('failureOf', () => {
  it.each([
    ['25006', 'Postgres is read-only (25006)'],
    ['53300', 'Postgres has no free connection (53300)'],
    ['53100', 'Postgres has no disk space left (53100)'],
  ])('says what a database that is there refuses for: %s', (code, message) => {
    expect(failureOf(pgError(code))).toMatchObject({ type: 'dependency-unavailable', message });
  });

  it.each(['08006', '57P01', '40P01', '53300', '55P03', '57014', 'ECONNREFUSED'])(
    'calls %s a dependency that is away',
    (code) => expect(failureOf(pgError(code)).type).toBe('dependency-unavailable'),
  );

  it.each(['23505', '42703', '22P02'])('calls %s unexpected, without quoting the row', (code) => {
    const failure = failureOf(pgError(code));
    expect(failure.type).toBe('unexpected');
    expect(failure.message).toBe(`unexpected Error (${code})`);
  });

  it('looks behind wrapped errors and into aggregates', () => {
    expect(isDependencyAway(new Error('Failed query', { cause: pgError('08006') }))).toBe(true);
    expect(isDependencyAway(new AggregateError([pgError('ECONNREFUSED')]))).toBe(true);
    expect(isDependencyAway(new Error('Failed query', { cause: pgError('23505') }))).toBe(false);
  });
});

describe('guardActivities', () => {
  it('lets failures and cancellation through and maps the rest, reporting it once', async () => {
    const reports: unknown[] = [];
    const known = ApplicationFailure.nonRetryable('no such campaign', 'not-found');
    const cancelled = new CancelledFailure('stop');
    const guarded = guardActivities(
      {
        known: () => Promise.reject(known),
        cancelled: () => Promise.reject(cancelled),
        unknown: () => Promise.reject(pgError('23505')),
        fine: (input: number) => Promise.resolve(input + 1),
      },
      (report) => reports.push(report.activity),
    );
    await expect(guarded.known()).rejects.toBe(known);
    await expect(guarded.cancelled()).rejects.toBe(cancelled);
    await expect(guarded.unknown()).rejects.toMatchObject({ type: 'unexpected' });
    await expect(guarded.fine(1)).resolves.toBe(2);
    expect(reports).toEqual(['unknown']);
  });
});
