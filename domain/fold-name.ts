/**
 * Names as people search for them: small letters, no diacritics, whichever way ș and ț were written. The SQL function
 * `fold_name` (migration `names-without-diacritics`) does the same; a test compares them.
 * @module
 */

/** Letters that are no letter with a mark for Unicode. */
const STROKES: Readonly<Record<string, string>> = { ł: 'l', đ: 'd' };

export function foldName(name: string): string {
  return name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[łđ]/g, (letter) => STROKES[letter] ?? letter);
}

/** The words of a search, folded: what is neither letter, digit, dash nor apostrophe parts them. */
export function nameWords(text: string): string[] {
  return foldName(text)
    .split(/[^\p{L}\p{N}'-]+/u)
    .filter((word) => word !== '');
}
