import { expect, it } from 'vitest';
import { logError } from './log-error.ts';
import { createLogger } from './logger.ts';

/** As node-postgres and drizzle make them. */
function driverError(code: string, message: string): Error {
  const postgres = Object.assign(new Error(message), {
    code,
    severity: 'ERROR',
    detail: 'Key (e164)=(+40722123456) already exists.',
    where: 'COPY stage, line 7: "0722123456"',
    table: 'numbers',
    constraint: 'numbers_e164',
  });
  return new Error(`Failed query: select * from users where name = $1\nparams: parola-mea-0722123456`, {
    cause: postgres,
  });
}

it.each([
  ['23505', 'duplicate key value violates unique constraint "numbers_e164"'],
  ['22P02', 'invalid input syntax for type integer: "0722123456"'],
  ['22021', 'invalid byte sequence for encoding "UTF8": 0722123456'],
])('an error of Postgres, %s, is logged without a value', (code, message) => {
  const lines: string[] = [];
  const logger = createLogger({ service: 'test', destination: { write: (line) => lines.push(line) } });
  logger.error({ err: driverError(code, message) }, 'unexpected error');
  logger.error({ err: new AggregateError([driverError(code, message)], 'several') }, 'unexpected error');
  expect(lines).toHaveLength(2);
  for (const line of lines) expect(line).not.toMatch(/722123456|parola/);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    err: { type: 'Error', message: 'a query failed', cause: { code, table: 'numbers' } },
  });
  expect(lines[0]).toContain('log-error.test.ts');
});

it('other errors keep their message, code and place; a chain without end is cut', () => {
  const error = new Error('connect ECONNREFUSED', { cause: undefined });
  Object.assign(error, { code: 'ECONNREFUSED', cause: error });
  const logged = logError(error);
  expect(logged).toMatchObject({ message: 'connect ECONNREFUSED', code: 'ECONNREFUSED' });
  expect(JSON.stringify(logged).length).toBeLessThan(20_000);
  expect(logError('0722123456')).toEqual({ type: 'string', message: 'not an error', stack: '' });
});
