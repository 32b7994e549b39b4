import { expect, it } from 'vitest';
import { createLogger } from './logger.ts';

function lines(showPii?: boolean): { logger: ReturnType<typeof createLogger>; out: string[] } {
  const out: string[] = [];
  const destination = { write: (line: string) => void out.push(line) };
  return {
    logger: createLogger({ service: 'test', destination, ...(showPii === undefined ? {} : { showPii }) }),
    out,
  };
}

it('personal data and secrets do not reach the line', () => {
  const { logger, out } = lines();
  logger.info({ callId: 'c1', pii: { number: '+40722123456' }, trunk: { password: 'hush' } }, 'leg opened');
  logger.child({ pii: { name: 'Popescu' } }).warn({ token: 'hush' }, 'late');
  expect(out.join('')).not.toMatch(/0722123456|Popescu|hush/);
  expect(JSON.parse(out[0] ?? '')).toMatchObject({
    level: 'info',
    service: 'test',
    callId: 'c1',
    msg: 'leg opened',
    pii: '[hidden]',
  });
});

it('a developer may ask for personal data, never for secrets', () => {
  const { logger, out } = lines(true);
  logger.info({ pii: { number: '+40722123456' }, password: 'hush' }, 'leg opened');
  expect(out.join('')).toContain('+40722123456');
  expect(out.join('')).not.toContain('hush');
});
