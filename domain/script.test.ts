import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Answers, ScriptDef, ScriptField } from '../contracts/model/script.ts';
import {
  fillText,
  holds,
  keptAnswers,
  pageAt,
  prefilledAnswers,
  problemOf,
  shownPages,
  validateAnswers,
} from './script.ts';

const labels = (text: string) => ({ ro: text, en: text });
const option = (value: string, label = value) => ({ value, labels: labels(label) });
const field = (name: string, change: Partial<ScriptField> = {}): ScriptField => ({
  name,
  type: 'text',
  labels: labels(name),
  required: false,
  ...change,
});

/** S0's script, with a way out for whoever is outside the age group and a page for graduates only. */
const script: ScriptDef = {
  name: 's0',
  label: 'Sondaj',
  pages: [
    {
      name: 'age',
      title: labels('Vârsta'),
      text: labels(''),
      fields: [
        field('age-group', {
          type: 'choice',
          required: true,
          options: [
            option('20-30', '20–30 ani'),
            option('30-40', '30–40 ani'),
            option('outside', 'În afara'),
          ],
        }),
        field('why-outside', { showIf: { field: 'age-group', in: ['outside'] } }),
      ],
      jumps: [{ when: { field: 'age-group', in: ['outside'] }, to: 'end' }],
    },
    {
      name: 'where',
      title: labels('Unde'),
      text: labels(''),
      fields: [
        field('county', { type: 'county', required: true, prefill: 'county' }),
        field('locality', { type: 'locality', required: true, prefill: 'locality' }),
        field('education', {
          type: 'choice',
          required: true,
          options: [option('school'), option('university')],
        }),
      ],
    },
    {
      name: 'university',
      title: labels('Facultate'),
      text: labels(''),
      showIf: { field: 'education', in: ['university'] },
      fields: [field('which', { required: true })],
    },
    { name: 'end', title: labels('Sfârșit'), text: labels(''), fields: [field('remarks')] },
  ],
};
const names = (answers: Answers) => shownPages(script, answers).map(({ page }) => page.name);
const full: Answers = { 'age-group': '20-30', county: 'Bihor', locality: 'Oradea', education: 'school' };

describe('which pages are shown', () => {
  it.each<[Answers, string[]]>([
    [{}, ['age', 'where', 'end']],
    [{ 'age-group': '30-40' }, ['age', 'where', 'end']],
    [{ 'age-group': 'outside' }, ['age', 'end']],
    [{ education: 'university' }, ['age', 'where', 'university', 'end']],
    // Given before the age turned out to be outside: the page it stood on is passed over, so it counts no more.
    [{ 'age-group': 'outside', education: 'university' }, ['age', 'end']],
  ])('%j leads through %j', (answers, pages) => {
    expect(names(answers)).toEqual(pages);
  });

  it('a field is shown only while its condition holds', () => {
    const fields = (answers: Answers) => shownPages(script, answers)[0]?.fields.map(({ name }) => name);
    expect(fields({})).toEqual(['age-group']);
    expect(fields({ 'age-group': 'outside' })).toEqual(['age-group', 'why-outside']);
  });

  it('a page that vanished gives way to the one before it', () => {
    expect(pageAt(script, { education: 'university' }, 'university')?.page.name).toBe('university');
    expect(pageAt(script, { education: 'school' }, 'university')?.page.name).toBe('where');
    expect(pageAt(script, {}, null)?.page.name).toBe('age');
    expect(pageAt(script, {}, 'never-was')?.page.name).toBe('age');
  });

  it('always ends, with each page at most once and in order, whatever is answered', () => {
    const value = fc.oneof(
      fc.constantFrom('outside', '20-30', 'university', 'school', ''),
      fc.integer(),
      fc.array(fc.constantFrom('outside', 'university')),
    );
    const order = script.pages.map(({ name }) => name);
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('age-group', 'education', 'county', 'which'), value),
        (answers) => {
          const places = names(answers).map((name) => order.indexOf(name));
          return places.every((place, i) => i === 0 || place > (places[i - 1] ?? -1)) && places.at(-1) === 3;
        },
      ),
    );
  });

  it('a jump that points back, which no file can hold, does not turn in circles', () => {
    const [first, ...rest] = script.pages;
    if (!first) throw new Error('no page');
    const back = {
      ...first,
      name: 'back',
      showIf: undefined,
      jumps: [{ when: { field: 'x', in: ['1'] }, to: 'age' }],
    };
    expect(
      shownPages({ ...script, pages: [first, ...rest, back as typeof first] }, {}).at(-1)?.page.name,
    ).toBe('back');
  });

  it('a multi-choice holds when one of its choices is named', () => {
    expect(holds({ field: 'a', in: ['x'] }, { a: ['y', 'x'] })).toBe(true);
    expect(holds({ field: 'a', in: ['x'] }, { a: ['y'] })).toBe(false);
    expect(holds({ field: 'a', in: ['4'] }, { a: 4 })).toBe(true);
  });
});

describe('what is wrong with the answers', () => {
  it('a complete call needs its required fields, and says on which page', () => {
    expect(validateAnswers(script, full, { complete: true })).toEqual([]);
    expect(
      validateAnswers(script, { ...full, locality: '  ', education: 'university' }, { complete: true }),
    ).toEqual([
      { field: 'locality', page: 'where', code: 'required' },
      { field: 'which', page: 'university', code: 'required' },
    ]);
  });

  it('whoever is not interested answers nothing, but what was given is still checked', () => {
    expect(validateAnswers(script, {}, { complete: false })).toEqual([]);
    expect(validateAnswers(script, { 'age-group': '99' }, { complete: false })).toEqual([
      { field: 'age-group', page: 'age', code: 'not-an-option' },
    ]);
  });

  it('required fields of pages that are not shown are not asked for', () => {
    expect(validateAnswers(script, { 'age-group': 'outside' }, { complete: true })).toEqual([]);
  });

  it('a field that the script does not have is refused', () => {
    expect(validateAnswers(script, { shoe: '42' }, { complete: false })).toEqual([
      { field: 'shoe', code: 'unknown-field' },
    ]);
  });

  it.each<[Partial<ScriptField>, string | number | string[], string | undefined]>([
    [{ type: 'number', min: 18, max: 99 }, 17, 'too-small'],
    [{ type: 'number', min: 18, max: 99 }, 100, 'too-large'],
    [{ type: 'number', min: 18, max: 99 }, 18, undefined],
    [{ type: 'number' }, '18', 'not-a-number'],
    [{ type: 'number' }, Number.NaN, 'not-a-number'],
    [{ type: 'date' }, '2026-02-31', 'not-a-date'],
    [{ type: 'date' }, '2026-02-28', undefined],
    [{ type: 'text' }, 'a'.repeat(2_001), 'too-long'],
    [{ type: 'text' }, 'a'.repeat(2_000), undefined],
    [{ type: 'county' }, 12, 'not-an-option'],
    [{ type: 'county' }, 'Timiș', undefined],
    [{ type: 'county' }, 'Atlantida', 'not-an-option'],
    [{ type: 'locality' }, 'Un sat care nu e în nicio listă', undefined],
    [{ type: 'multi-choice', options: [option('a'), option('b')] }, ['a', 'c'], 'not-an-option'],
    [{ type: 'multi-choice', options: [option('a'), option('b')] }, ['a', 'b'], undefined],
    [{ type: 'choice', options: [option('a')] }, ['a'], 'not-an-option'],
  ])('%j with %j is %s', (change, value, code) => {
    expect(problemOf(field('x', change), value, true)?.code).toBe(code);
  });
});

it('only answers to shown fields are kept, trimmed', () => {
  expect(
    keptAnswers(script, {
      ...full,
      locality: ' Oradea ',
      which: 'Medicină',
      'why-outside': 'x',
      remarks: '',
    }),
  ).toEqual(full);
});

it('variables without a value are dots, never braces', () => {
  const text = 'Bună ziua, {contact.firstName} {contact.lastName}! {contact.attributes.model} {agent.name}';
  expect(
    fillText(text, { 'contact.firstName': 'Ana', 'contact.lastName': null, 'agent.name': 'Ioana' }),
  ).toBe('Bună ziua, Ana …! … Ioana');
});

it('what the contact has is filled in where it fits', () => {
  const withChoice: ScriptDef = {
    ...script,
    pages: [
      {
        name: 'p',
        title: labels(''),
        text: labels(''),
        fields: [
          field('age-group', { type: 'choice', prefill: 'ageBand', options: [option('20-30', '20–30 ani')] }),
          field('age', { type: 'number', prefill: 'age', max: 120 }),
          field('born', { type: 'date', prefill: 'born' }),
          field('county', { type: 'county', prefill: 'county' }),
          field('locality', { type: 'locality', prefill: 'locality' }),
        ],
      },
    ],
  };
  expect(
    prefilledAnswers(withChoice, {
      ageBand: '20–30 ANI',
      age: '34',
      born: 'ieri',
      county: 'jud. BIHOR',
      locality: 'Oradea',
    }),
  ).toEqual({
    'age-group': '20-30',
    age: 34,
    county: 'Bihor',
    locality: 'Oradea',
  });
});
