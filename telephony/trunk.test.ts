import { expect, test } from 'vitest';
import type { TrunkDef } from '../contracts/model/config.ts';
import { formatNumber, inviteFor } from './trunk.ts';

const trunk: TrunkDef = {
  name: 't',
  host: 'sip.carrier.test',
  port: 5080,
  transport: 'tcp',
  numberFormat: 'national',
  maxChannels: 1,
  callsPerSecond: 1,
  permittedPrefixes: [],
};
const facts = { callId: 'id-1', number: '+40722123456', callerId: '+40312000000' };

test.each([
  ['e164', '+40722123456', '+40722123456'],
  ['00', '+40722123456', '0040722123456'],
  ['national', '+40722123456', '0722123456'],
  ['national', '+49301234567', '0049301234567'],
] as const)('%s writes %s as %s', (format, number, written) => {
  expect(formatNumber(number, format)).toBe(written);
});

test('the call id is Call-ID and From tag, and the URI names number, trunk and transport', () => {
  expect(inviteFor(trunk, facts)).toEqual({
    uri: 'sip:0722123456@sip.carrier.test:5080;transport=tcp',
    callId: 'id-1',
    headers: { 'call-id': 'id-1', from: '<sip:0312000000@localhost>;tag=id-1' },
  });
});

test.each(['udp', 'tcp', 'tls'] as const)('a trunk over %s is reached by it', (transport) => {
  expect(inviteFor({ ...trunk, transport }, facts).uri).toMatch(new RegExp(`;transport=${transport}$`));
});

test('own domain, asserted identity and credentials go along where the trunk wants them', () => {
  const credentials = { username: 'u', password: 'p', realm: 'r' };
  const invite = inviteFor({ ...trunk, fromDomain: 'apel.test', assertIdentity: true, credentials }, facts);
  expect(invite.headers['from']).toBe('<sip:0312000000@apel.test>;tag=id-1');
  expect(invite.headers['P-Asserted-Identity']).toBe('<sip:0312000000@apel.test>');
  expect(invite.credentials).toEqual(credentials);
});

test('an IPv6 trunk is written in brackets', () => {
  expect(inviteFor({ ...trunk, host: '::1' }, facts).uri).toContain('@[::1]:5080');
});
