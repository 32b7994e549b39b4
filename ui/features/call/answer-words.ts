/**
 * Answers as people read them: the question's own words, and its options'.
 * @module
 */
import type { Answers, AnswerValue, ScriptDef, ScriptField } from '../../../contracts/model/script.ts';
import { isLocalDate } from '../../i18n/format.ts';
import type { I18n } from '../../i18n/i18n.ts';

export interface AnswerWords {
  field: string;
  label: string;
  /** Undefined: no answer. */
  value: string | undefined;
}

export interface AnswerChange {
  field: string;
  label: string;
  before: string | undefined;
  after: string | undefined;
}

/** In the order of the script; an answer to a field that it does not have comes last, by its name. */
export function answersInWords(i18n: I18n, script: ScriptDef | undefined, answers: Answers): AnswerWords[] {
  const fields = fieldsOf(script);
  const strangers = Object.keys(answers).filter((name) => !fields.has(name));
  return [...fields.keys(), ...strangers].map((name) => {
    const field = fields.get(name);
    return {
      field: name,
      label: field?.labels[i18n.lang.value] ?? name,
      value: answers[name] === undefined ? undefined : valueInWords(i18n, field, answers[name]),
    };
  });
}

/** Only those that differ. */
export function answerChanges(
  i18n: I18n,
  script: ScriptDef | undefined,
  { before, after }: { before: Answers; after: Answers },
): AnswerChange[] {
  const now = answersInWords(i18n, script, { ...before, ...after });
  const words = (answers: Answers) =>
    new Map(answersInWords(i18n, script, answers).map(({ field, value }) => [field, value]));
  const [was, is] = [words(before), words(after)];
  return now
    .map(({ field, label }) => ({ field, label, before: was.get(field), after: is.get(field) }))
    .filter((change) => change.before !== change.after);
}

function fieldsOf(script: ScriptDef | undefined): Map<string, ScriptField> {
  return new Map(script?.pages.flatMap(({ fields }) => fields).map((field) => [field.name, field]));
}

function valueInWords(i18n: I18n, field: ScriptField | undefined, value: AnswerValue): string {
  if (typeof value === 'number') return i18n.format().number(value);
  const words = (one: string): string =>
    field?.options?.find((option) => option.value === one)?.labels[i18n.lang.value] ?? one;
  if (typeof value !== 'string') return value.map(words).join(', ');
  return field?.type === 'date' && isLocalDate(value) ? i18n.format().longDate(value) : words(value);
}
