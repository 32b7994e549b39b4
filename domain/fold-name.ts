/**
 * Names without what people leave out when they type them.
 * @module
 */

/** `Șerbănescu  Ion` -> `serbanescu ion`: no case, no diacritics, single spaces. */
export function foldName(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase().replaceAll(/\s+/g, ' ').trim();
}
