/**
 * One row of a list: a contact, or a reject with its reason.
 * @module
 */
import type { ImportColumn, RejectReason } from '../contracts/model/import.ts';
import { isPhoneColumn, type ColumnTarget } from './import-columns.ts';
import { cut } from './import-text.ts';
import { parseConsentDate } from './import-date.ts';
import { isPermittedPhone, normalisePhone } from './phone.ts';

/** A contact as it will be stored. `numbers` has one to three different E.164 numbers, in order. */
export interface ImportedContact {
  numbers: string[];
  fields: Partial<Record<TextColumn, string>>;
  age?: number;
  /** `YYYY-MM-DD`. */
  consentAt?: string;
  attributes: Record<string, string>;
}

type TextColumn = Exclude<ImportColumn, 'phone' | 'phone2' | 'phone3' | 'age' | 'consentAt'>;

export interface RowReject {
  outcome: 'invalid' | 'suppressed' | 'duplicate';
  reason: RejectReason;
  /** Known column to blame, or the header of an attribute. */
  column?: string;
  /** Of a duplicate in the campaign: the list that has the number. */
  listId?: number;
}

export type RowResult = { ok: true; contact: ImportedContact } | { ok: false; reject: RowReject };

/** What the campaign says about rows. */
export interface RowRules {
  permittedPrefixes: readonly string[];
  /** Prior consent needed: set by the campaign, always on for robots (Law 506/2004 art. 12). */
  consentRequired: boolean;
  /** Latest consent date that can be true, `YYYY-MM-DD`: the local day of the import. */
  today: string;
}

/** Characters, counted as UTF-16 units; longer is almost always a shifted column or a broken quote. */
const MAX_LENGTH: Record<TextColumn, number> = {
  lastName: 100,
  firstName: 100,
  locality: 100,
  county: 60,
  ageBand: 20,
  address: 300,
  email: 254,
  language: 35,
  consentSource: 200,
  externalId: 100,
  note: 2_000,
};
const MAX_ATTRIBUTE = 1_000;
const MAX_AGE = 130;
const AGE_BAND = /^\d{1,3}\s*[-–]\s*\d{1,3}$|^\d{1,3}\s*\+$|^[<>≤≥]\s*\d{1,3}$/;

/**
 * Reads one row. The first phone column with a text decides; a further number that is wrong, or not permitted, is kept as
 * an attribute so that nothing is lost. Cells beyond the header must be empty.
 */
export function readRow(
  cells: readonly string[],
  targets: readonly ColumnTarget[],
  rules: RowRules,
): RowResult {
  for (let at = targets.length; at < cells.length; at++) {
    if ((cells[at] ?? '').trim() !== '') return invalid('too-many-columns');
  }
  // Without a prototype, a header named `__proto__` is a name like any other.
  const attributes = Object.create(null) as Record<string, string>;
  const contact: ImportedContact = { numbers: [], fields: {}, attributes };
  const phones: [column: ImportColumn, text: string][] = [];
  let consent = '';
  for (let at = 0; at < targets.length; at++) {
    const target = targets[at];
    const cell = cells[at];
    if (target === undefined || cell === undefined || cell === '') continue;
    const value = tidy(cell);
    if (value === '' || 'ignored' in target) continue;
    if ('attribute' in target) {
      if (value.length > MAX_ATTRIBUTE) return invalid('value-too-long', target.attribute);
      contact.attributes[target.attribute] = value;
    } else if (isPhoneColumn(target.known)) phones.push([target.known, value]);
    else if (target.known === 'consentAt') consent = value;
    else if (target.known === 'age') readAge(contact, value);
    else {
      if (value.length > MAX_LENGTH[target.known]) return invalid('value-too-long', target.known);
      contact.fields[target.known] = value;
    }
  }
  return readPhones(contact, phones, rules) ?? readConsent(contact, consent, rules) ?? { ok: true, contact };
}

/** Trims (also no-break spaces); takes back the apostrophe that our rejects file sets before formula signs. */
function tidy(cell: string): string {
  const text = cell.trim();
  return text.charCodeAt(0) === APOSTROPHE && /^'[=+\-@]/.test(text) ? text.slice(1) : text;
}
const APOSTROPHE = 39;

function readPhones(
  contact: ImportedContact,
  phones: [column: ImportColumn, text: string][],
  rules: RowRules,
): RowResult | undefined {
  phones.sort(([a], [b]) => (a < b ? -1 : 1));
  const [first] = phones;
  if (first === undefined) return invalid('phone-missing', 'phone');
  for (const phone of phones) {
    const [column, text] = phone;
    const result = normalisePhone(text);
    const permitted = result.ok && isPermittedPhone(result.e164, rules.permittedPrefixes);
    if (permitted) {
      if (!contact.numbers.includes(result.e164)) contact.numbers.push(result.e164);
    } else if (phone === first) {
      return invalid(result.ok ? 'phone-not-permitted' : 'phone-invalid', column);
    } else {
      contact.attributes[column] = cut(text, MAX_ATTRIBUTE);
    }
  }
  return undefined;
}

/** An age that is no number is most often a band in the wrong column; anything else is kept as it was written. */
function readAge(contact: ImportedContact, value: string): void {
  const years = /^\d{1,3}$/.test(value) ? Number(value) : undefined;
  if (years !== undefined && years <= MAX_AGE) contact.age = years;
  else if (AGE_BAND.test(value)) contact.fields.ageBand ??= value;
  else contact.attributes['age'] = cut(value, MAX_ATTRIBUTE);
}

function readConsent(contact: ImportedContact, text: string, rules: RowRules): RowResult | undefined {
  if (text === '') {
    if (!rules.consentRequired) return undefined;
    return { ok: false, reject: { outcome: 'suppressed', reason: 'no-consent', column: 'consentAt' } };
  }
  const date = parseConsentDate(text);
  if (date === undefined || date > rules.today) return invalid('consent-date-invalid', 'consentAt');
  contact.consentAt = date;
  return undefined;
}

function invalid(reason: RejectReason, column?: string): RowResult {
  return {
    ok: false,
    reject: { outcome: 'invalid', reason, ...(column !== undefined && { column }) },
  };
}
