import { describe, expect, it } from 'vitest';
import type { ScriptDef, ScriptField } from '../../../contracts/model/script.ts';
import { createI18n } from '../../i18n/i18n.ts';
import { answerChanges, answersInWords } from './answer-words.ts';

const i18n = createI18n({
  storage: { get: () => null, set: () => undefined },
  loadEnglish: () => Promise.reject(new Error('not here')),
  parts: {},
});
const field = (name: string, label: string, more: Partial<ScriptField> = {}): ScriptField => ({
  name,
  type: 'text',
  labels: { ro: label, en: `${label} (en)` },
  required: false,
  ...more,
});
const options = ['da', 'nu'].map((value) => ({
  value,
  labels: { ro: `„${value}”`, en: value },
}));
const SCRIPT: ScriptDef = {
  name: 's',
  label: 'S',
  pages: [
    {
      name: 'p',
      title: { ro: '', en: '' },
      text: { ro: '', en: '' },
      fields: [
        field('interes', 'Interes', { type: 'choice', options }),
        field('motive', 'Motive', { type: 'multi-choice', options }),
        field('de-la', 'De la', { type: 'date' }),
        field('suma', 'Suma', { type: 'number' }),
      ],
    },
  ],
};

describe('answers in words', () => {
  it('are in the order of the script, by its labels; what it does not have comes last', () => {
    const answers = { altul: 'x', suma: 12_500, 'de-la': '2018-03-29', motive: ['da', 'nu'] };
    expect(answersInWords(i18n, SCRIPT, answers).map(({ label, value }) => [label, value])).toEqual([
      ['Interes', undefined],
      ['Motive', '„da”, „nu”'],
      ['De la', '29 martie 2018'],
      ['Suma', '12.500'],
      ['altul', 'x'],
    ]);
    expect(answersInWords(i18n, undefined, { altul: 'x' })).toEqual([
      { field: 'altul', label: 'altul', value: 'x' },
    ]);
  });

  it('that changed are those alone: another, a new one, one taken away', () => {
    const change = {
      before: { interes: 'da', suma: 1, vechi: 'x' },
      after: { interes: 'nu', suma: 1, motive: ['da'] },
    };
    const words = answerChanges(i18n, SCRIPT, change).map(({ label, before, after }) => [
      label,
      before,
      after,
    ]);
    expect(words).toEqual([
      ['Interes', '„da”', '„nu”'],
      ['Motive', undefined, '„da”'],
      ['vechi', 'x', undefined],
    ]);
  });
});
