/**
 * Numbers as they are typed: grouped while the agent types, plain for the server, which understands them as written.
 * @module
 */

/** What may stand in a number: digits, `*`, `#`, a plus in front. */
export function plainNumber(typed: string): string {
  const plain = typed.replace(/[^\d*#+]/g, '');
  return plain.charAt(0) + plain.slice(1).replace(/\+/g, '');
}

/** `0722123` as `0722 123`, `+40722123` as `+40 722 123`; others in groups of three. */
export function groupedNumber(typed: string): string {
  const plain = plainNumber(typed);
  if (/[*#]/.test(plain)) return plain;
  const romanian = /^(\+40|0040)(\d*)$/.exec(plain);
  if (romanian) return [romanian[1], ...threes(romanian[2] ?? '')].join(' ');
  if (/^0\d/.test(plain) && !plain.startsWith('00')) {
    return [plain.slice(0, 4), ...threes(plain.slice(4))].filter((part) => part !== '').join(' ');
  }
  if (plain.startsWith('+')) return `+${threes(plain.slice(1)).join(' ')}`;
  return threes(plain).join(' ');
}

function threes(digits: string): string[] {
  return digits.match(/\d{1,3}/g) ?? [];
}
