import { expect, it } from 'vitest';
import { trustedProxies } from './client-address.ts';

it.each([
  ['127.0.0.1', true],
  ['::ffff:127.0.0.1', true],
  ['::1', true],
  ['172.30.1.7', true],
  ['::ffff:172.30.1.7', true],
  ['172.30.2.7', false],
  ['10.0.0.9', true],
  ['10.0.0.8', false],
  ['fd00::12', true],
  ['fe80::12', false],
  ['unknown', false],
])('%s behind our proxies: %s', (peer, trusted) => {
  expect(trustedProxies(['172.30.1.0/24', '10.0.0.9', 'fd00::/64'])(peer)).toBe(trusted);
});

it('nobody but loopback is trusted unless named: the header alone proves nothing', () => {
  expect(['127.0.0.1', '10.0.0.9'].map(trustedProxies([]))).toEqual([true, false]);
});
