import { expect, test } from 'vitest';
import { callEndOf, q850Cause } from './call-end.ts';

const rows: [number, string, string][] = [
  [300, 'carrier', 'bad-response'],
  [301, 'carrier', 'bad-response'],
  [302, 'carrier', 'bad-response'],
  [305, 'carrier', 'bad-response'],
  [380, 'carrier', 'bad-response'],
  [400, 'carrier', 'bad-response'],
  [401, 'carrier', 'forbidden'],
  [402, 'carrier', 'forbidden'],
  [403, 'carrier', 'forbidden'],
  [404, 'customer', 'nonexistent'],
  [405, 'carrier', 'bad-response'],
  [406, 'carrier', 'bad-response'],
  [407, 'carrier', 'forbidden'],
  [408, 'customer', 'no-answer'],
  [410, 'customer', 'nonexistent'],
  [412, 'carrier', 'bad-response'],
  [413, 'carrier', 'bad-response'],
  [414, 'carrier', 'bad-response'],
  [415, 'carrier', 'media-not-acceptable'],
  [416, 'carrier', 'bad-response'],
  [417, 'carrier', 'bad-response'],
  [420, 'carrier', 'bad-response'],
  [421, 'carrier', 'bad-response'],
  [422, 'carrier', 'bad-response'],
  [423, 'carrier', 'bad-response'],
  [424, 'carrier', 'bad-response'],
  [428, 'carrier', 'forbidden'],
  [429, 'carrier', 'forbidden'],
  [430, 'carrier', 'unavailable'],
  [433, 'carrier', 'forbidden'],
  [436, 'carrier', 'forbidden'],
  [437, 'carrier', 'forbidden'],
  [438, 'carrier', 'forbidden'],
  [439, 'carrier', 'bad-response'],
  [440, 'carrier', 'bad-response'],
  [470, 'carrier', 'forbidden'],
  [480, 'customer', 'no-answer'],
  [481, 'carrier', 'bad-response'],
  [482, 'carrier', 'bad-response'],
  [483, 'carrier', 'bad-response'],
  [484, 'customer', 'nonexistent'],
  [485, 'customer', 'nonexistent'],
  [486, 'customer', 'busy'],
  [487, 'customer', 'no-answer'],
  [488, 'carrier', 'media-not-acceptable'],
  [491, 'carrier', 'bad-response'],
  [493, 'carrier', 'bad-response'],
  [494, 'carrier', 'forbidden'],
  [500, 'carrier', 'unavailable'],
  [501, 'carrier', 'bad-response'],
  [502, 'carrier', 'unavailable'],
  [503, 'carrier', 'unavailable'],
  [504, 'carrier', 'unavailable'],
  [505, 'carrier', 'bad-response'],
  [513, 'carrier', 'bad-response'],
  [580, 'carrier', 'media-not-acceptable'],
  [600, 'customer', 'busy'],
  [603, 'customer', 'declined'],
  [604, 'customer', 'nonexistent'],
  [606, 'carrier', 'media-not-acceptable'],
  [607, 'customer', 'declined'],
  [608, 'carrier', 'forbidden'],
  [499, 'platform', 'internal-error'],
  [699, 'platform', 'internal-error'],
];
test.each(rows)('%i is %s / %s', (status, result, reason) => {
  expect(callEndOf({ status, heardFromTrunk: true })).toEqual({ result, reason, sipStatus: status });
});

const causes: [number, string, string][] = [
  [1, 'customer', 'nonexistent'],
  [17, 'customer', 'busy'],
  [18, 'customer', 'no-answer'],
  [19, 'customer', 'no-answer'],
  [20, 'customer', 'no-answer'],
  [21, 'customer', 'declined'],
  [22, 'customer', 'nonexistent'],
  [28, 'customer', 'nonexistent'],
  [34, 'carrier', 'congestion'],
  [38, 'carrier', 'unavailable'],
  [41, 'carrier', 'unavailable'],
  [42, 'carrier', 'congestion'],
  [44, 'carrier', 'congestion'],
  [47, 'carrier', 'congestion'],
  [55, 'carrier', 'forbidden'],
  [57, 'carrier', 'forbidden'],
  [88, 'carrier', 'media-not-acceptable'],
  // Says nothing of its own: the status decides.
  [16, 'carrier', 'unavailable'],
  [31, 'carrier', 'unavailable'],
];
test.each(causes)('503 with Q.850 cause %i is %s / %s', (cause, result, reason) => {
  const end = callEndOf({ status: 503, reason: `Q.850;cause=${cause}`, heardFromTrunk: true });
  expect(end).toEqual({ result, reason, sipStatus: 503 });
});

test.each([
  ['120', 503, 120],
  ['18000;duration=3600', 503, 18_000],
  ['30 (maintenance)', 503, 30],
  ['soon', 503, undefined],
  ['-5', 503, undefined],
  ['99999999999', 503, 999_999_999],
  ['120', 486, undefined],
])('Retry-After: %s with %i is %s s', (retryAfter, status, seconds) => {
  expect(callEndOf({ status, retryAfter, heardFromTrunk: true }).retryAfterSeconds).toBe(seconds);
});

test('408 without a word from the trunk is the trunk, not the customer', () => {
  expect(callEndOf({ status: 408, heardFromTrunk: false })).toMatchObject({
    result: 'carrier',
    reason: 'no-response',
  });
});

test.each([
  ['Q.850;cause=17;text="User busy"', 17],
  ['q.850 ; cause = 21', 21],
  ['SIP;cause=480, Q.850;cause=1', 1],
  ['Q.850;text="x";cause=34', 34],
  ['SIP;cause=486', undefined],
  ['Q.850', undefined],
  ['', undefined],
])('the cause of %s is %s', (header, cause) => {
  expect(q850Cause(header)).toBe(cause);
});
