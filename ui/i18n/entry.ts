/**
 * What a catalogue's value may be.
 * @module
 */

/** Plural forms; a language without a form falls back to `other`. */
export interface PluralForms {
  one: string;
  few?: string;
  other: string;
}

export type Entry = string | PluralForms;

export type Params = Readonly<Record<string, string | number>>;
