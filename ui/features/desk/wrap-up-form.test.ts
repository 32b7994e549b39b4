import { describe, expect, it } from 'vitest';
import { callOf, SCRIPT } from '../../dev/desk-fixtures.ts';
import { localInstants, localText, timeOfDay } from './local-time.ts';
import { problemsFromIssues, problemsOf, wrapUpOf, type FormState } from './wrap-up-form.ts';

const ZONE = 'Europe/Bucharest';
const NOW = Date.parse('2026-10-24T10:00:00Z');
const call = {
  script: SCRIPT,
  answeredAt: '2026-10-24T09:58:00Z',
  customer: null,
  campaign: { name: 'c', label: 'C', zone: ZONE, autoNext: true },
};
const form = (change: Partial<FormState> = {}): FormState => ({
  answers: {},
  note: '',
  outcome: 'not-interested',
  callback: null,
  doNotCallReason: '',
  ...change,
});
const full = {
  'age-group': '40-50',
  county: 'Bihor',
  locality: 'Oradea',
  name: 'Ana',
  education: 'school',
};
const check = (change: Partial<FormState>, positive = false) =>
  problemsOf(call, form(change), { positive }, NOW);

describe('what is missing before a call is saved', () => {
  it('a refusal needs no answers, a success needs them all', () => {
    expect(check({})).toBeNull();
    expect(Object.keys(check({ outcome: 'success' }, true)?.answers ?? {})).toEqual([
      'age-group',
      'county',
      'locality',
      'name',
      'education',
    ]);
    expect(check({ outcome: 'success', answers: full }, true)).toBeNull();
  });

  it('there is no saving without an outcome', () => {
    expect(check({ outcome: null })).toMatchObject({ outcome: 'missing' });
  });

  it.each<[FormState['callback'], string | undefined]>([
    [null, 'missing'],
    [{ local: '', for: 'agent' }, 'missing'],
    [{ local: '2026-10-24T', for: 'agent' }, 'no-such-time'],
    [{ local: '2026-10-24T12:30', for: 'agent' }, 'past'],
    [{ local: '2026-10-24T13:30', for: 'agent' }, undefined],
    [{ local: '2026-03-29T03:30', for: 'anyone' }, 'no-such-time'],
    [{ local: '2026-10-25T03:30', for: 'anyone', fold: 1 }, undefined],
  ])('a callback at %j is %s', (callback, problem) => {
    expect(check({ outcome: 'callback', callback })?.callback).toBe(problem);
  });

  it('do-not-call needs its reason', () => {
    expect(check({ outcome: 'opted-out' })).toMatchObject({ doNotCallReason: 'missing' });
    expect(check({ outcome: 'opted-out', doNotCallReason: 'cere să nu mai fie sunat' })).toBeNull();
  });
});

it('an unanswered call has nothing to be complete', () => {
  expect(
    problemsOf({ ...call, answeredAt: null }, form({ outcome: 'success' }), { positive: true }, NOW),
  ).toBeNull();
});

it('what the server found wrong stands at its field', () => {
  expect(
    problemsFromIssues([
      { path: 'answers.county', message: 'not-an-option' },
      { path: 'callback.local', message: 'is over' },
      { path: 'outcome', message: 'cannot be chosen for this call' },
    ]),
  ).toEqual({
    answers: { county: { field: 'county', code: 'not-an-option' } },
    callback: 'past',
    outcome: 'refused',
  });
  expect(problemsFromIssues([])).toEqual({ answers: {}, outcome: 'refused' });
});

it('only what belongs to the outcome is saved', () => {
  const saved = wrapUpOf(
    call,
    {
      ...form({ answers: { ...full, faculty: 'hidden' }, note: ' da ', doNotCallReason: 'x' }),
      callback: { local: '2026-10-24T13:30', for: 'agent' },
      outcome: 'success',
    },
    { positive: true },
    { id: '1', savedAt: 'now', quality: { jitterMs: 3 } },
  );
  expect(saved).toEqual({
    id: '1',
    outcome: 'success',
    answers: full,
    note: 'da',
    savedAt: 'now',
    quality: { jitterMs: 3 },
  });
});

it.each([
  ['a success', { answered: true, positive: true }, ['age-group', 'county', 'locality', 'name']],
  ['a refusal', { answered: true, positive: false }, ['age-group', 'locality']],
  ['a call that nobody answered', { answered: false, positive: true }, ['age-group', 'locality']],
] as const)(
  'of %s what the list knew of the contact is saved as an answer only where it was asked',
  (_, is, saved) => {
    const { script, customer } = callOf(0, NOW);
    const known = { county: customer?.county ?? '', locality: 'Beiuș', name: customer?.fullName ?? '' };
    const { answers } = wrapUpOf(
      { script, customer, answeredAt: is.answered ? call.answeredAt : null },
      { ...form({ answers: { 'age-group': '20-30', ...known } }), outcome: 'x' },
      { positive: is.positive },
      { id: '1', savedAt: 'now', quality: undefined },
    );
    expect(Object.keys(answers)).toEqual(saved);
  },
);

describe('local times', () => {
  it('03:30 comes twice on the night of 25 hours, and not at all on the night of 23', () => {
    expect(localInstants('2026-10-25T03:30', ZONE).map((at) => new Date(at).toISOString())).toEqual([
      '2026-10-25T00:30:00.000Z',
      '2026-10-25T01:30:00.000Z',
    ]);
    expect(localInstants('2026-03-29T03:30', ZONE)).toEqual([]);
    expect(localInstants('2026-03-29T04:00', ZONE)).toHaveLength(1);
  });

  it('each minute of the two nights comes back as it was', () => {
    for (const start of ['2026-10-24T20:00:00Z', '2026-03-28T20:00:00Z']) {
      for (let minute = 0; minute < 720; minute += 5) {
        const at = Date.parse(start) + minute * 60_000;
        expect(localInstants(localText(at, ZONE), ZONE)).toContain(at);
      }
    }
  });

  it.each([
    ['16', '16:00'],
    ['1630', '16:30'],
    ['9.30', '09:30'],
    ['16:30', '16:30'],
    ['930', '09:30'],
    ['24:00', undefined],
    ['12:60', undefined],
    ['', undefined],
    ['x', undefined],
  ])('"%s" typed is %s', (typed, time) => {
    expect(timeOfDay(typed)).toBe(time);
  });
});
