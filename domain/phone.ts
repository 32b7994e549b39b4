/**
 * Phone numbers as people write them, to E.164. Romania is the default region.
 * @module
 */
import { parsePhoneNumberFromString, type NumberType } from 'libphonenumber-js/max';
import { plainRomanian } from './phone-plain.ts';

/** Why a text is no number that we would ever dial; the words for people are in `import-reject-words.ts`. */
const PHONE_PROBLEMS = [
  'missing',
  'excel-notation',
  'extension',
  'several-numbers',
  'not-a-number',
  'emergency-or-short',
  'premium',
  'not-callable',
  'not-valid',
] as const;
export type PhoneProblem = (typeof PHONE_PROBLEMS)[number];

export type PhoneResult = { ok: true; e164: string } | { ok: false; problem: PhoneProblem };

/** More than any written number needs; longer texts are not given to the parser. */
const MAX_TEXT = 60;
/** ITU-T E.164: at most 15 digits; with an international prefix and a trunk zero a few more. */
const MAX_DIGITS = 18;
/** Shortest national numbers that people have: anything below is a short code. */
const SHORT_CODE_DIGITS = 6;

/** What a spreadsheet makes of a long number: `4.07E+10`. The digits are lost for good. */
const EXCEL_NOTATION = /^[+-]?\d+(?:[.,]\d+)?E[+-]?\d+$/i;
/** What a data frame makes of one: `722123456.0`. Nothing is lost. */
const DECIMAL_TAIL = /^(\+?\d{9,15})[.,]0$/;
const EXTENSION = /\d[\s,;.]*(?:int(?:erior)?|ext(?:ensi\w*)?|x|#)[\s.:]*\d+$/i;
const PHONE_CHARACTERS = /^[+(]?[\d\s()./\u00a0\u2010-\u2015-]+$/;

/**
 * Marks of writing direction, zero-width spaces and joiners, soft hyphens: address books and messengers put them around a
 * number that is copied, and nobody sees them.
 */
const INVISIBLE = /[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/;
const ALL_INVISIBLE = new RegExp(INVISIBLE, 'g');

/** Romanian numbers have nine digits after the country code; the few shorter ones are special services. */
const ROMANIAN = /^\+40\d{9}$/;
/** Location-independent numbers of ordinary subscribers, which the library files under UAN. */
const ROMANIAN_037 = /^\+4037\d{7}$/;

const DIALED_TYPES: readonly NumberType[] = ['FIXED_LINE', 'MOBILE', 'FIXED_LINE_OR_MOBILE', 'VOIP'];

/**
 * Normalises to E.164: `0722 123 456`, `+40 (0)722-123-456`, `722123456` (the zero that spreadsheets eat), `0040722…`,
 * foreign numbers with `+` or `00`. Never throws. 112, short codes, premium and extensions are refused.
 */
export function normalisePhone(text: string): PhoneResult {
  const written = (INVISIBLE.test(text) ? text.replace(ALL_INVISIBLE, '') : text).trim();
  const plain = plainRomanian(written);
  if (plain !== undefined) return { ok: true, e164: plain };
  return normaliseWithLibrary(written);
}

/** The same by the library alone; exported for the tests that prove the fast path equal to it. */
export function normaliseWithLibrary(written: string): PhoneResult {
  const shape = shapeProblem(written);
  if (shape !== undefined) return { ok: false, problem: shape };
  const digits = written.replace(DECIMAL_TAIL, '$1').replace(/[\u00a0\u2010-\u2015]/g, ' ');
  const parsed = parsePhoneNumberFromString(digits, { defaultCountry: 'RO', extract: false });
  if (parsed === undefined) return { ok: false, problem: 'not-valid' };
  if (parsed.ext !== undefined) return { ok: false, problem: 'extension' };
  const type = parsed.getType();
  if (type === 'PREMIUM_RATE') return { ok: false, problem: 'premium' };
  if (parsed.country === 'RO' && !ROMANIAN.test(parsed.number)) {
    return { ok: false, problem: parsed.isValid() ? 'emergency-or-short' : 'not-valid' };
  }
  if (!parsed.isValid()) return { ok: false, problem: 'not-valid' };
  const dialed = (type !== undefined && DIALED_TYPES.includes(type)) || ROMANIAN_037.test(parsed.number);
  return dialed ? { ok: true, e164: parsed.number } : { ok: false, problem: 'not-callable' };
}

function shapeProblem(written: string): PhoneProblem | undefined {
  if (written === '') return 'missing';
  if (written.length > MAX_TEXT) return 'not-a-number';
  if (EXCEL_NOTATION.test(written)) return 'excel-notation';
  if (EXTENSION.test(written)) return 'extension';
  const digits = written.replace(/\D/g, '').length;
  if (digits > MAX_DIGITS) return 'several-numbers';
  if (/^[\d\s()./+-]+[,;][\d\s()./+-]+$/.test(written) && !DECIMAL_TAIL.test(written)) {
    return 'several-numbers';
  }
  if (!DECIMAL_TAIL.test(written) && !PHONE_CHARACTERS.test(written)) return 'not-a-number';
  return digits <= SHORT_CODE_DIGITS ? 'emergency-or-short' : undefined;
}

/** Romanian geographic (02, 03) and mobile (07) numbers, for a trunk that names no prefixes. */
const DEFAULT_PREFIXES = ['+402', '+403', '+407'] as const;

/** Whether a trunk may dial a number. The edge checks once more before the INVITE. */
export function isPermittedPhone(e164: string, permittedPrefixes: readonly string[]): boolean {
  const prefixes = permittedPrefixes.length === 0 ? DEFAULT_PREFIXES : permittedPrefixes;
  return prefixes.some((prefix) => e164.startsWith(prefix));
}
