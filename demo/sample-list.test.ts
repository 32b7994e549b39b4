import { parsePhoneNumberFromString } from 'libphonenumber-js';
import { expect, it } from 'vitest';
import { BEHAVIOUR_KINDS, behaviourOf } from './carrier/behaviour.ts';
import { sampleList } from './sample-list.ts';

const numbers = (csv: string): string[] =>
  csv
    .trim()
    .split('\r\n')
    .slice(1)
    .map((row) => row.split(';')[0] ?? '');

it('makes the same list for the same seed and another for another', () => {
  expect(sampleList(1, 50)).toBe(sampleList(1, 50));
  expect(sampleList(1, 50)).not.toBe(sampleList(2, 50));
});

it('holds valid, different numbers with every behaviour among them', () => {
  const list = numbers(sampleList(7, 400));
  expect(new Set(list).size).toBe(400);
  for (const number of list) expect(parsePhoneNumberFromString(number, 'RO')?.isValid(), number).toBe(true);
  expect(new Set(list.map((number) => behaviourOf(number).kind))).toEqual(new Set(BEHAVIOUR_KINDS));
});
