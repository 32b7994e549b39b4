import { expect, test } from 'vitest';
import { byeOutsideDialog, identityOf, openDialogsOf } from './dialog-identity.ts';
import type { JournalEntry } from './journal.ts';
import type { SrfResponse } from './srf-types.ts';

const REQUEST_URI = 'sip:+40722000000@192.0.2.9:5060;transport=udp';
const FROM = '<sip:+40312000000@192.0.2.1>;tag=call-1';
const SOURCE = { source_address: '192.0.2.7', source_port: 5060, protocol: 'udp' };

test('a 180 with a To tag is a dialog: target, route set with the first hop first, INVITE number', () => {
  const identity = identityOf(
    response({
      to: '"A, B" <sip:+40722000000@192.0.2.9>;tag=far',
      contact: '<sip:gw@192.0.2.7:5070>;expires=5, <sip:other@192.0.2.8>',
      'record-route': '<sip:far.example;lr>, "x, y" <sip:near.example;lr>',
      cseq: '7 INVITE',
    }),
    REQUEST_URI,
  );
  expect(identity).toEqual({
    from: FROM,
    to: '"A, B" <sip:+40722000000@192.0.2.9>;tag=far',
    target: 'sip:gw@192.0.2.7:5070',
    routes: ['sip:near.example;lr', 'sip:far.example;lr'],
    seq: 7,
    source: 'sip:192.0.2.7:5060',
  });
});

test('a 100 and a 180 without a To tag make no dialog; a 180 without Contact is reached by the request URI', () => {
  expect(identityOf(response({ to: '<sip:a@192.0.2.9>' }), REQUEST_URI)).toBeUndefined();
  expect(identityOf(response({ to: '<sip:a@192.0.2.9;tag=not-mine>' }), REQUEST_URI)).toBeUndefined();
  expect(identityOf(response({}), REQUEST_URI)?.target).toBe(REQUEST_URI);
});

test.each([
  ['its Contact', { contact: '<sip:gw@192.0.2.7:5070>' }, undefined],
  ['a Contact with a name', { contact: '<sip:gw@far.example>' }, undefined],
  [
    'the source of its packets, when the Contact is behind NAT',
    { contact: 'sip:gw@10.0.0.1' },
    'sip:192.0.2.7:5060',
  ],
  [
    'its first route',
    { contact: '<sip:gw@10.0.0.1>', 'record-route': '<sip:p1;lr>,<sip:p2;lr>' },
    'sip:p2;lr',
  ],
])('a BYE goes to %s', (_where, headers, proxy) => {
  const identity = identityOf(response(headers), REQUEST_URI);
  if (!identity) throw new Error('no dialog');
  const bye = byeOutsideDialog('call-1', identity, 0);
  expect(bye.proxy).toBe(proxy);
  expect(bye.headers).toEqual({ 'call-id': 'call-1', from: FROM, to: identity.to, cseq: '1001 BYE' });
  expect(byeOutsideDialog('call-1', identity, 2).headers['cseq']).toBe('1003 BYE');
  const last = byeOutsideDialog('call-1', { ...identity, seq: 2 ** 31 - 5 }, 3).headers['cseq'];
  expect(last).toBe('2147483647 BYE');
});

test('an answered dialog is the only one left; before the answer every fork that rings is open', () => {
  const early = entriesOf(['a', false], ['b', false], ['a', false]);
  expect(openDialogsOf(early).map(({ to }) => to)).toEqual(['<sip:x>;tag=a', '<sip:x>;tag=b']);
  expect(openDialogsOf([...early, ...entriesOf(['b', true])])).toHaveLength(1);
  expect(openDialogsOf([{ at: '', kind: 'invite' }])).toEqual([]);
});

function entriesOf(...dialogs: [string, boolean][]): JournalEntry[] {
  return dialogs.map(([tag, confirmed]) => {
    const dialog = { from: FROM, to: `<sip:x>;tag=${tag}`, target: 'sip:x', seq: 1 };
    return { at: '2026-11-23T08:00:00.000Z', kind: 'dialog', dialog, confirmed };
  });
}

function response(headers: Readonly<Record<string, string>>): SrfResponse {
  const all: Record<string, string> = { from: FROM, to: '<sip:x>;tag=far', cseq: '1 INVITE', ...headers };
  return { status: 180, ...SOURCE, get: (name) => all[name], has: (name) => name in all };
}
