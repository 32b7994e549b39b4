/**
 * Scripts: versioned data. Pages with text, typed fields, conditions and jumps. A call names the version it used.
 * @module
 */

/** `county` and `locality` are choices from the register of counties; `locality` suggests, and takes any text. */
export const FIELD_TYPES = [
  'choice',
  'multi-choice',
  'number',
  'text',
  'date',
  'county',
  'locality',
] as const;
export type FieldType = (typeof FIELD_TYPES)[number];

export interface Labels {
  ro: string;
  en: string;
}

export interface ScriptOption {
  /** Kept in answers; a-z, 0-9, dashes. */
  value: string;
  labels: Labels;
}

/** True when the answer to `field` is one of `in` (for multi-choice: when one of them was chosen). */
export interface ScriptCondition {
  field: string;
  in: readonly string[];
}

export interface ScriptField {
  /** a-z, 0-9, dashes; unique in the script. */
  name: string;
  type: FieldType;
  labels: Labels;
  required: boolean;
  options?: readonly ScriptOption[];
  min?: number;
  max?: number;
  /** Filled from the contact when it has one: a column such as `locality`, or an attribute. */
  prefill?: string;
  showIf?: ScriptCondition;
}

export interface ScriptPage {
  name: string;
  title: Labels;
  /** `{contact.firstName}`, `{contact.lastName}`, `{contact.locality}`, `{contact.attributes.X}`, `{agent.name}`, `{campaign.label}`. */
  text: Labels;
  fields: readonly ScriptField[];
  showIf?: ScriptCondition;
  /** The first whose condition holds names the next page; else the next in order. */
  jumps?: readonly { when: ScriptCondition; to: string }[];
}

export interface ScriptDef {
  name: string;
  label: string;
  pages: readonly ScriptPage[];
}

/** By field name. Text of at most 2,000 characters, ISO dates, numbers as numbers, option values. */
export type AnswerValue = string | number | readonly string[];
export type Answers = Readonly<Record<string, AnswerValue>>;
