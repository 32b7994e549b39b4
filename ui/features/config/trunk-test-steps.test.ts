import { expect, it } from 'vitest';
import type { TrunkTest } from '../../../contracts/http/trunk-tests.ts';
import { END_REASONS } from '../../../contracts/model/call.ts';
import { roAdmin } from '../../i18n/ro-admin.ts';
import { adviceOf, stepsOf, toneOf } from './trunk-test-steps.ts';

const AT = '2026-11-21T10:00:00.000Z';
const test = (change: Partial<TrunkTest> = {}): TrunkTest => ({
  id: 'x',
  number: '+40722000001',
  callerId: '+40259123456',
  prompt: null,
  at: AT,
  by: 'maria',
  stage: 'claimed',
  stageAt: AT,
  ringingAt: null,
  answeredAt: null,
  endedAt: null,
  result: null,
  reason: null,
  sipStatus: null,
  talkMs: null,
  heardMs: null,
  promptMs: null,
  timeline: [],
  ...change,
});
const states = (change: Partial<TrunkTest>): string =>
  stepsOf(test(change))
    .map(({ state }) => state)
    .join(' ');

it('shows where a call is: what was passed, where it stands, what comes', () => {
  expect(states({})).toBe('now ahead ahead ahead ahead ahead');
  expect(states({ stage: 'ringing' })).toBe('done done now ahead ahead ahead');
  expect(states({ stage: 'talking', answeredAt: AT, ringingAt: AT })).toBe('done done done done now ahead');
  // Answered without having rung: nobody is told that it rang.
  expect(states({ stage: 'talking', answeredAt: AT })).toBe('done done skipped done now ahead');
});

it('shows of a call that is over what happened, and no more', () => {
  const timeline: TrunkTest['timeline'] = [{ at: AT, kind: 'invite' }];
  expect(states({ stage: null, endedAt: AT, ringingAt: AT, timeline })).toBe(
    'done done done skipped skipped done',
  );
  expect(states({ stage: null, endedAt: AT })).toBe('done skipped skipped skipped skipped done');
});

it('has words for every end; a busy telephone is a trunk that works, a refused log-in is another advice than a refusal', () => {
  for (const reason of END_REASONS)
    expect(roAdmin).toHaveProperty([`config.test.do.${adviceOf({ reason, sipStatus: null })}`]);
  expect(toneOf(adviceOf({ reason: 'busy', sipStatus: 486 }))).toBe('positive');
  expect(adviceOf({ reason: 'forbidden', sipStatus: 407 })).toBe('log-in');
  expect(adviceOf({ reason: 'forbidden', sipStatus: 403 })).toBe('forbidden');
});
