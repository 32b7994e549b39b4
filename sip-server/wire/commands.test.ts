import { describe, expect, it } from 'vitest';
import { parseCommand } from './commands.ts';
import { timeOfDay } from './reports.ts';

describe('commands of an application', () => {
  it('reads a request with transaction, dialog and outbound proxy', () => {
    const sip = 'BYE sip:placeholder SIP/2.0\r\n\r\n';
    expect(parseCommand(`1|sip|txn|abc;from-tag=x|sip:proxy\r\n${sip}`)).toEqual({
      type: 'sip',
      id: '1',
      txnId: 'txn',
      dialogId: 'abc;from-tag=x',
      route: 'sip:proxy',
      sip,
    });
  });

  it.each([
    ['1|authenticate|cymru|', 'cymru'],
    ['1|authenticate|cymru|tag1,tag2', 'cymru'],
    ['1|authenticate|cymru', 'cymru'],
    ['1|authenticate|with|bar|', 'with|bar'],
  ])('finds the secret in %j', (payload, secret) => {
    expect(parseCommand(payload)).toEqual({ type: 'authenticate', id: '1', secret });
  });

  it.each(['', '|', 'x', '1|', '1|nonsense|y', '1|sip', '1|__proto__'])('never throws on %j', (payload) => {
    expect(['unknown', 'sip']).toContain(parseCommand(payload).type);
  });

  it('tells the time of day in UTC with microseconds', () => {
    expect(timeOfDay(Date.UTC(2026, 0, 2, 3, 4, 5, 6) + 0.25)).toBe('03:04:05.006250');
  });
});
