/**
 * @module
 */

/**
 * What a person types to find a number -> E.164: separators are dropped, `00` and a Romanian national `0` are
 * replaced. Null when it cannot be a number (RFC 3966 visual separators are the ones dropped).
 */
export function toE164(typed: string): string | null {
  const digits = typed.replace(/[\s().\-/]/g, '');
  const international = digits.startsWith('00')
    ? `+${digits.slice(2)}`
    : /^0\d{9}$/.test(digits)
      ? `+40${digits.slice(1)}`
      : digits;
  return /^\+[1-9]\d{6,14}$/.test(international) ? international : null;
}
