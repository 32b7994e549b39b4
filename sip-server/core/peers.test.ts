import { expect, it } from 'vitest';
import { readPeers } from './peers.ts';

it.each([
  [[], '203.0.113.1', true],
  [['192.0.2.1'], '192.0.2.1', true],
  [['192.0.2.1'], '192.0.2.2', false],
  [['192.0.2.0/24', '2001:db8::/32'], '192.0.2.200', true],
  [['192.0.2.0/24', '2001:db8::/32'], '2001:db8::5', true],
  [['192.0.2.0/24', '2001:db8::/32'], '2001:db9::5', false],
  [['192.0.2.0/24'], '::ffff:192.0.2.9', true],
])('of %j, %s: %s', (list, address, expected) => {
  expect(readPeers(list)(address)).toBe(expected);
});

it.each(['carrier.example', '192.0.2.0/33', '192.0.2.0/', '192.0.2.0/24/1', ''])(
  '"%s" is refused',
  (entry) => {
    expect(() => readPeers([entry])).toThrow('is neither an address nor a network');
  },
);
