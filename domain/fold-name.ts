/**
 * Names without what people leave out when they type them. The SQL function `fold_name` (migration
 * `names-without-diacritics`) does the same but for spaces; a test compares them.
 * @module
 */

/** Letters that are no letter with a mark for Unicode. */
const STROKES: Readonly<Record<string, string>> = { ł: 'l', đ: 'd' };

/** `Șerbănescu  Ion` -> `serbanescu ion`: no case, no diacritics, single spaces. */
export function foldName(text: string): string {
  return text
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[łđ]/g, (letter) => STROKES[letter] ?? letter)
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** The words of a search, folded: what is neither letter, digit, dash nor apostrophe parts them. */
export function nameWords(text: string): string[] {
  return foldName(text)
    .split(/[^\p{L}\p{N}'-]+/u)
    .filter((word) => word !== '');
}
