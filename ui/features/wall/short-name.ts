/**
 * @module
 */

/** `Popescu Ioana Maria` as `Popescu I. M.`. */
export function shortName(name: string): string {
  const [first = '', ...others] = name.split(/\s+/).filter((word) => word !== '');
  return [first, ...others.map((word) => `${word.charAt(0)}.`)].join(' ');
}
