import { expect, it } from 'vitest';
import { boundedLogger } from './bounded-logger.ts';

it('a message that comes all the time is logged ten times in ten seconds, and says how often it came meanwhile', () => {
  const lines: unknown[] = [];
  let now = 0;
  const logger = boundedLogger({ warn: (message, fields) => void lines.push([message, fields]) }, () => now);
  for (let i = 0; i < 10_000; i++) logger.warn('flood', { i });
  logger.warn('other');
  expect(lines).toHaveLength(11);
  now = 10_000;
  logger.warn('flood', { i: -1 });
  expect(lines.at(-1)).toEqual(['flood', { i: -1, suppressed: 9_990 }]);
});
