/**
 * @module
 */

/** `Popescu Ioana Maria` as `Popescu` and `I. M.`: where there is no room the first is cut, the second tells people apart. */
export function shortName(name: string): [first: string, initials: string] {
  const [first = '', ...others] = name.split(/\s+/).filter((word) => word !== '');
  return [first, others.map((word) => `${word.charAt(0)}.`).join(' ')];
}
