/**
 * @module
 */

/** At most `max` UTF-16 units, never half of a character: Postgres refuses a lone surrogate in JSON. */
export function cut(text: string, max: number): string {
  return text.length <= max ? text : text.slice(0, max).replace(/[\ud800-\udbff]$/, '');
}

const CEDILLA = /[ŞşŢţ]/g;
const COMMA_BELOW: Record<string, string> = { Ş: 'Ș', ş: 'ș', Ţ: 'Ț', ţ: 'ț' };

/** The letters of old code pages (U+015E/F, U+0162/3) to those of the Romanian alphabet (U+0218-B). */
export function commaBelow(text: string): string {
  return text.replace(CEDILLA, (letter) => COMMA_BELOW[letter] ?? letter);
}
