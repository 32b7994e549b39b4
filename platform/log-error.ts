/**
 * Errors in log lines. Drivers quote the values of the statement that failed: a number, a name, a password that somebody
 * typed into the field above. What is written is therefore chosen by name.
 * @module
 */

export interface LoggedError {
  type: string;
  message: string;
  /** Where it was thrown; without the message, which `stack` repeats. */
  stack: string;
  code?: string | number;
  /** Of Postgres: what was touched, never its content. */
  table?: string;
  constraint?: string;
  routine?: string;
  cause?: LoggedError;
  errors?: LoggedError[];
}

const MAX_DEPTH = 5;
const MAX_ERRORS = 10;
/** drizzle: the statement, then its parameters. */
const FAILED_QUERY = /^Failed query:/;
/** SQLSTATE classes whose messages quote data: 22 data exception, 23 integrity, P0 raised by a function of ours. */
const QUOTES_DATA = /^(22|23)[0-9A-Z]{3}$/;

/** pino's `err` serializer. @param error whatever was thrown */
export function logError(error: unknown, depth = 0): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: 'not an error', stack: '' };
  const fields = error as Error & Record<string, unknown>;
  const text = (name: string): string | undefined =>
    typeof fields[name] === 'string' ? fields[name] : undefined;
  const code = typeof fields['code'] === 'number' ? fields['code'] : text('code');
  const deeper = (inner: unknown): LoggedError => logError(inner, depth + 1);
  const nested = depth < MAX_DEPTH && error.cause !== undefined ? deeper(error.cause) : undefined;
  return {
    type: error.constructor.name,
    message: messageOf(error, code),
    stack: framesOf(error.stack ?? ''),
    ...(code !== undefined && { code }),
    ...optional({ table: text('table'), constraint: text('constraint'), routine: text('routine') }),
    ...(nested && { cause: nested }),
    ...(error instanceof AggregateError &&
      depth < MAX_DEPTH && { errors: error.errors.slice(0, MAX_ERRORS).map(deeper) }),
  };
}

function messageOf(error: Error, code: string | number | undefined): string {
  if (FAILED_QUERY.test(error.message)) return 'a query failed';
  if (QUOTES_DATA.test(String(code))) return `Postgres refused a value (${code})`;
  return error.message;
}

function framesOf(stack: string): string {
  return stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n');
}

function optional(fields: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
