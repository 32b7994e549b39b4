/**
 * The only place where failures of activities are made (docs/style: only an activity's outermost function throws).
 * @module
 */
import { CancelledFailure, CompleteAsyncError } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { FAILURE_TYPES, type FailureType } from '../contracts/temporal/failures.ts';

/**
 * A failure under one of the declared names.
 *
 * @param message readable in the Temporal UI and in the operator's terminal: no personal data, no secrets
 * @param cause kept on the object for our own log only; it is never sent, because its message may hold anything
 * @param nextRetryMs instead of the retry policy's interval
 */
export function toFailure(
  type: FailureType,
  message: string,
  cause?: unknown,
  nextRetryMs?: number,
): ApplicationFailure {
  const failure = ApplicationFailure.create({
    type,
    message,
    nonRetryable: !FAILURE_TYPES[type].retryable,
    ...(nextRetryMs !== undefined && { nextRetryDelay: nextRetryMs }),
  });
  // Not enumerable and not `cause`: the SDK would encode a cause into the history.
  Object.defineProperty(failure, 'hiddenCause', { value: cause, enumerable: false });
  return failure;
}

/** What really went wrong behind a failure made by `toFailure`, for a log line. */
export function hiddenCause(failure: unknown): unknown {
  return typeof failure === 'object' && failure !== null && 'hiddenCause' in failure
    ? failure.hiddenCause
    : undefined;
}

/** Called once for each failure that no code foresaw. */
export type ReportUnknown = (report: { activity: string; error: unknown }) => void;

/**
 * Wraps the functions of an activity group, so that each one only ever throws failures made by `toFailure` (or the
 * SDK's own cancellation). Lost connections become `dependency-unavailable`; everything unknown becomes `unexpected`,
 * named by its class and code only, because a driver's message may quote the row.
 */
export function guardActivities<A extends object>(activities: A, report: ReportUnknown = () => {}): A {
  const guarded = Object.entries(activities as Record<string, (input: unknown) => Promise<unknown>>).map(
    ([activity, run]) => [
      activity,
      async (input: unknown) => {
        try {
          return await run(input);
        } catch (error) {
          if (passesThrough(error)) throw error;
          report({ activity, error });
          throw failureOf(error);
        }
      },
    ],
  );
  return Object.fromEntries(guarded) as A;
}

/** The failure for an error that nobody mapped. */
export function failureOf(error: unknown): ApplicationFailure {
  if (error instanceof ApplicationFailure) return error;
  const code = codeOf(error);
  if (isDependencyAway(error)) {
    const reason = REFUSALS[String(code)] ?? 'a dependency did not answer';
    return toFailure('dependency-unavailable', `${reason}${inBrackets(code)}`, error);
  }
  const name = error instanceof Error ? error.constructor.name : typeof error;
  return toFailure('unexpected', `unexpected ${name}${inBrackets(code)}`, error);
}

function passesThrough(error: unknown): boolean {
  return (
    error instanceof ApplicationFailure ||
    error instanceof CancelledFailure ||
    error instanceof CompleteAsyncError
  );
}

/** Node's network errors and gRPC's UNAVAILABLE, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED. */
const AWAY_CODES = new Set<string | number>([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  14,
  4,
  8,
]);

/**
 * SQLSTATE classes that pass by waiting: 08 connection, 53 resources, 57 operator intervention (shutdown, statement
 * time-out), 40 serialization and deadlock, 55P03 lock time-out, 25006 read-only. PostgreSQL documentation, appendix A.
 */
const AWAY_SQLSTATE = /^(08|53|57|40)[0-9A-Z]{3}$|^55P03$|^25006$/;

/** What a database that is there says when it takes nothing: read in `temporal workflow describe`, and acted on. */
const REFUSALS: Readonly<Record<string, string>> = {
  '25006': 'Postgres is read-only',
  '53100': 'Postgres has no disk space left',
  '53200': 'Postgres is out of memory',
  '53300': 'Postgres has no free connection',
  '55P03': 'Postgres: a lock was not free in time',
  '57014': 'Postgres took too long for a statement',
  '57P01': 'Postgres is shutting down',
  '57P03': 'Postgres is starting up',
};

/** node-postgres reports these without any code. */
const AWAY_MESSAGES =
  /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client has encountered a connection error)/;

/** True for a dependency that did not answer: worth another try, whatever was asked. */
export function isDependencyAway(error: unknown): boolean {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    const code = codeOf(at);
    if (code !== undefined && (AWAY_CODES.has(code) || AWAY_SQLSTATE.test(String(code)))) return true;
    if (AWAY_MESSAGES.test(at.message)) return true;
    if (at instanceof AggregateError && at.errors.some((one) => isDependencyAway(one))) return true;
  }
  return false;
}

function codeOf(error: unknown): string | number | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  const { code } = error;
  return typeof code === 'string' || typeof code === 'number' ? code : undefined;
}

function inBrackets(code: string | number | undefined): string {
  return code === undefined ? '' : ` (${code})`;
}
