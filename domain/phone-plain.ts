/**
 * @module
 */

/** `0722123456`, `0722 123 456`, `0722.123.456`, `+40722123456`, `0040 722123456`, `722123456`. */
const PLAIN = /^(?:\+40 ?|0040 ?|0)?([237]\d\d)[ .-]?(\d{3})[ .-]?(\d{3})$/;
/** Ranges of the national numbering plan given to subscribers, as libphonenumber knows them. */
const FIXED = /^[23][13-6]/;
const MOBILE = /^7(?:0[013-9]|1[0-3]|[2-7]\d|8[03-8]|9[0-39])/;
/** 0702 is given in blocks: only 07020 is in use. */
const BLOCK_702 = '702';

/**
 * E.164 of a Romanian number in one of the plain formats that nearly every row of a list has; undefined says nothing
 * (the library decides). About fifty times as fast as the library, and equal to it wherever it answers: see the tests.
 */
export function plainRomanian(text: string): string | undefined {
  const match = PLAIN.exec(text);
  if (match === null) return undefined;
  const area = match[1] ?? '';
  if (!FIXED.test(area) && (!MOBILE.test(area) || area === BLOCK_702)) return undefined;
  return `+40${area}${match[2]}${match[3]}`;
}
