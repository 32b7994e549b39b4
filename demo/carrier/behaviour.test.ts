import { expect, it } from 'vitest';
import { BEHAVIOUR_KINDS, behaviourOf } from './behaviour.ts';

it('tells the customer from the last two digits, whatever the written form of the number', () => {
  for (const [ending, kind] of [
    ['00', 'busy'],
    ['11', 'busy'],
    ['12', 'nonexistent'],
    ['18', 'unavailable'],
    ['19', 'declined'],
    ['29', 'no-answer'],
    ['41', 'listens'],
    ['56', 'listens'],
    ['57', 'holds'],
    ['62', 'hangs-up'],
    ['74', 'presses-1'],
    ['86', 'presses-2'],
    ['91', 'presses-9'],
    ['99', 'early-media'],
  ] as const) {
    for (const prefix of ['+407221234', '00407221234', '07221234']) {
      expect(behaviourOf(prefix + ending).kind, prefix + ending).toBe(kind);
    }
  }
});

it('knows every behaviour among the hundred endings', () => {
  const kinds = Array.from(
    { length: 100 },
    (_, i) => behaviourOf(`+4072212340${i}`.slice(0, -2) + String(i).padStart(2, '0')).kind,
  );
  expect(new Set(kinds)).toEqual(new Set(BEHAVIOUR_KINDS));
});

it('rings as many half seconds as the digit before the ending says', () => {
  expect(behaviourOf('0722123041').finalAfterMs).toBe(200);
  expect(behaviourOf('0722123441').finalAfterMs).toBe(2_000);
  expect(behaviourOf('0722123941').finalAfterMs).toBe(4_500);
});

it('rings where there is no number', () => {
  expect(behaviourOf('anonymous').kind).toBe('no-answer');
});
