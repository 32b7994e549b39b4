/**
 * @module
 */

/** SQLSTATE classes and codes: connection, resources, operator intervention (also statement time-out), lock time-out. */
const AWAY_SQLSTATE = /^(08|53|57|58|25P0[34]|55P03)/;
const AWAY_SYSTEM = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EPIPE',
  'ENOENT',
  'EHOSTUNREACH',
  'ENOTFOUND',
]);
/** `pg` gives these no code. */
const AWAY_MESSAGE =
  /connection terminated|timeout exceeded when trying to connect|query read timeout|not queryable/i;

/** Whether an error means that Postgres does not answer now, as against a defect of ours. */
export function isPostgresAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return (
    AWAY_SQLSTATE.test(code) ||
    ('syscall' in error && AWAY_SYSTEM.has(code)) ||
    AWAY_MESSAGE.test(error.message) ||
    // drizzle wraps, Node aggregates.
    isPostgresAway(error.cause) ||
    (error instanceof AggregateError && error.errors.some(isPostgresAway))
  );
}
