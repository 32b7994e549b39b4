import { expect, test } from 'vitest';
import { checkPermitted } from './permitted.ts';

test.each(['+40722123456', '+40259123456', '+40312123456'])('%s may be dialed by default', (number) => {
  expect(checkPermitted(number, [])).toEqual({ permitted: true });
});

test.each([
  ['112', 'not-e164'],
  ['+112', 'not-e164'],
  ['+40112', 'never-dialed'],
  ['+40900123456', 'never-dialed'],
  ['+40903123456', 'never-dialed'],
  ['+40906123456', 'never-dialed'],
  ['+979123456789', 'never-dialed'],
  ['+40800123456', 'prefix-not-permitted'],
  ['+4072212345', 'not-e164'],
  ['+407221234567', 'not-e164'],
  ['+49301234567', 'prefix-not-permitted'],
  ['0722123456', 'not-e164'],
  ['+40722123456;x=1', 'not-e164'],
  ['+40722123456@evil', 'not-e164'],
  ['', 'not-e164'],
])('%s is refused by default as %s', (number, reason) => {
  expect(checkPermitted(number, [])).toEqual({ permitted: false, reason });
});

test('a trunk may permit more, but never emergency or premium numbers', () => {
  expect(checkPermitted('+49301234567', ['+49'])).toEqual({ permitted: true });
  expect(checkPermitted('+40722123456', ['+49'])).toMatchObject({ permitted: false });
  for (const number of ['+40900123456', '+40112', '+979123456789']) {
    expect(checkPermitted(number, ['+4', '+9', '+40', '+409', '+979'])).toMatchObject({ permitted: false });
  }
});

test.each(['', '+', '*', '0', '40'])('the prefix "%s" permits nothing', (prefix) => {
  expect(checkPermitted('+40722123456', [prefix])).toMatchObject({ permitted: false });
});
