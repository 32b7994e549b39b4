/**
 * Scripts, played: which pages and fields are shown for the answers so far, what is missing or wrong, which answers are
 * kept. The desk and the API use the same, so that what the desk lets through is what the API takes.
 *
 * A condition looks only at answers to fields that are shown before it: an answer given on a page that was left by a
 * jump, or to a field that has been hidden since, counts no more and is not saved.
 * @module
 */
import type {
  Answers,
  AnswerValue,
  ScriptCondition,
  ScriptDef,
  ScriptField,
  ScriptPage,
} from '../contracts/model/script.ts';
import { countyNamed } from './counties.ro.ts';

/** Longest text answer, characters. */
export const MAX_ANSWER_TEXT = 2_000;

export interface ShownPage {
  page: ScriptPage;
  /** Fields shown for the answers so far, in order. */
  fields: readonly ScriptField[];
}

export const ANSWER_PROBLEMS = [
  'required',
  'not-an-option',
  'not-a-number',
  'too-small',
  'too-large',
  'not-a-date',
  'too-long',
  'wrong-type',
  'unknown-field',
] as const;
export type AnswerProblemCode = (typeof ANSWER_PROBLEMS)[number];

/** What is wrong with one answer; `limit` with `too-small`, `too-large` and `too-long`. */
export interface AnswerProblem {
  field: string;
  /** Page on which the field is shown; absent for a field that the script does not have. */
  page?: string;
  code: AnswerProblemCode;
  limit?: number;
}

/** Whether answers to a field may be whatever somebody typed, and so name people; a field that the script has no more counts as one. */
export function isFreeText(script: ScriptDef | null, field: string): boolean {
  const found = script?.pages.flatMap((page) => page.fields).find(({ name }) => name === field);
  return found === undefined || found.type === 'text';
}

/** Whether an answer was given: not empty, not only spaces, no empty choice. */
export function isAnswered(value: AnswerValue | undefined): boolean {
  if (value === undefined) return false;
  if (typeof value === 'number') return true;
  return typeof value === 'string' ? value.trim() !== '' : value.length > 0;
}

/** Whether a condition holds; an absent condition does. */
export function holds(condition: ScriptCondition | undefined, answers: Answers): boolean {
  if (condition === undefined) return true;
  const value = answers[condition.field];
  if (value === undefined) return false;
  const given = Array.isArray(value) ? (value as readonly string[]) : [String(value)];
  return given.some((one) => condition.in.includes(one));
}

/** The pages in the order in which they are shown for these answers, from the first to the last. */
export function shownPages(script: ScriptDef, answers: Answers): ShownPage[] {
  const shown: ShownPage[] = [];
  const seen: Record<string, AnswerValue> = {};
  let index = 0;
  while (index < script.pages.length) {
    const page = script.pages[index] as ScriptPage;
    index += 1;
    if (!holds(page.showIf, seen)) continue;
    const fields = page.fields.filter((field) => {
      if (!holds(field.showIf, seen)) return false;
      const value = answers[field.name];
      if (isAnswered(value)) seen[field.name] = value as AnswerValue;
      return true;
    });
    shown.push({ page, fields });
    const jump = page.jumps?.find(({ when }) => holds(when, seen));
    const target = jump === undefined ? -1 : script.pages.findIndex(({ name }) => name === jump.to);
    // Jumps go forward only (`contracts/http/script.ts`); anything else would never end.
    if (target >= index) index = target;
  }
  return shown;
}

/** The page with this name where it is shown, else the nearest one before it: a page may vanish under one's hands. */
export function pageAt(script: ScriptDef, answers: Answers, name: string | null): ShownPage | undefined {
  const shown = shownPages(script, answers);
  const exact = shown.find(({ page }) => page.name === name);
  if (exact) return exact;
  const order = script.pages.map((page) => page.name);
  const wanted = name === null ? 0 : order.indexOf(name);
  return shown.findLast(({ page }) => order.indexOf(page.name) <= wanted) ?? shown[0];
}

/**
 * What is wrong with the answers. `complete`: required fields must be answered (the outcome's status is `positive`); without
 * it only what was given is checked, because whoever is not interested answers nothing.
 */
export function validateAnswers(
  script: ScriptDef,
  answers: Answers,
  options: { complete: boolean },
): AnswerProblem[] {
  const shown = shownPages(script, answers);
  const known = new Set(script.pages.flatMap(({ fields }) => fields.map(({ name }) => name)));
  const strangers = Object.keys(answers)
    .filter((name) => !known.has(name))
    .map((field): AnswerProblem => ({ field, code: 'unknown-field' }));
  const wrong = shown.flatMap(({ page, fields }) =>
    fields.flatMap((field): AnswerProblem[] => {
      const problem = problemOf(field, answers[field.name], options.complete);
      return problem === undefined ? [] : [{ field: field.name, page: page.name, ...problem }];
    }),
  );
  return [...wrong, ...strangers];
}

/** The answers that are saved: given, and to fields that are shown. */
export function keptAnswers(script: ScriptDef, answers: Answers): Record<string, AnswerValue> {
  const kept: Record<string, AnswerValue> = {};
  for (const { fields } of shownPages(script, answers)) {
    for (const { name } of fields) {
      const value = answers[name];
      if (value !== undefined && isAnswered(value))
        kept[name] = typeof value === 'string' ? value.trim() : value;
    }
  }
  return kept;
}

type Problem = Omit<AnswerProblem, 'field' | 'page'>;

/** What is wrong with one answer. */
export function problemOf(
  field: ScriptField,
  value: AnswerValue | undefined,
  complete: boolean,
): Problem | undefined {
  if (value === undefined || !isAnswered(value)) {
    return complete && field.required ? { code: 'required' } : undefined;
  }
  switch (field.type) {
    case 'choice':
      return typeof value === 'string' && isOption(field, value) ? undefined : { code: 'not-an-option' };
    case 'multi-choice':
      return Array.isArray(value) && value.every((one: string) => isOption(field, one))
        ? undefined
        : { code: 'not-an-option' };
    case 'number':
      return numberProblem(field, value);
    case 'date':
      return typeof value === 'string' && isCalendarDay(value) ? undefined : { code: 'not-a-date' };
    case 'county':
      return typeof value === 'string' && countyNamed(value) === value
        ? undefined
        : { code: 'not-an-option' };
    case 'text':
    case 'locality':
      if (typeof value !== 'string') return { code: 'wrong-type' };
      return value.length > MAX_ANSWER_TEXT ? { code: 'too-long', limit: MAX_ANSWER_TEXT } : undefined;
    default:
      return { code: 'wrong-type' };
  }
}

function isOption(field: ScriptField, value: string): boolean {
  return field.options?.some((option) => option.value === value) ?? false;
}

function numberProblem(field: ScriptField, value: AnswerValue): Problem | undefined {
  if (typeof value !== 'number' || !Number.isFinite(value)) return { code: 'not-a-number' };
  if (field.min !== undefined && value < field.min) return { code: 'too-small', limit: field.min };
  if (field.max !== undefined && value > field.max) return { code: 'too-large', limit: field.max };
  return undefined;
}

/** `YYYY-MM-DD` of the calendar; 31 February is none. */
function isCalendarDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().slice(0, 10) === text;
}

const VARIABLE = /\{([a-zA-Z][\w.-]*)\}/g;

/**
 * Text of a page with its variables, by their whole name (`contact.firstName`, `agent.name`). What has no value is
 * replaced by `missing`: braces are nothing to read out to a customer.
 */
export function fillText(
  text: string,
  values: Readonly<Record<string, string | null | undefined>>,
  missing = '…',
): string {
  return text.replace(VARIABLE, (_, name: string) => {
    const value = values[name];
    return value === undefined || value === null || value === '' ? missing : value;
  });
}

/**
 * Answers known from the contact: fields with `prefill`, where the value fits the field. Never over an answer given.
 * @param known value by column or attribute name
 */
export function prefilledAnswers(
  script: ScriptDef,
  known: Readonly<Record<string, string | number | null | undefined>>,
): Record<string, AnswerValue> {
  const answers: Record<string, AnswerValue> = {};
  for (const field of script.pages.flatMap(({ fields }) => fields)) {
    const raw = field.prefill === undefined ? undefined : known[field.prefill];
    if (raw === undefined || raw === null || raw === '') continue;
    const value = fitted(field, raw);
    if (value !== undefined && problemOf(field, value, false) === undefined) answers[field.name] = value;
  }
  return answers;
}

/** Options are found by value or by label, because imported columns hold what people wrote. */
function fitted(field: ScriptField, raw: string | number): AnswerValue | undefined {
  const text = String(raw).trim();
  if (field.type === 'county') return countyNamed(text);
  if (field.type === 'number') return Number(text.replace(',', '.'));
  if (field.type !== 'choice' && field.type !== 'multi-choice') return text;
  const folded = text.toLocaleLowerCase('ro');
  const option = field.options?.find(({ value, labels }) =>
    [value, labels.ro, labels.en].some((name) => name.toLocaleLowerCase('ro') === folded),
  );
  if (option === undefined) return undefined;
  return field.type === 'choice' ? option.value : [option.value];
}
