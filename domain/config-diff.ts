/**
 * What differs between two versions of a config object, field by field: shown in the history, in a conflict, and by `apply`.
 * @module
 */

export interface ConfigDifference {
  /** `hours.monday`, `pages[salut].fields[age-group].required`; parts of a list are named where they have a name. */
  path: string;
  /** Absent: the field was not there. */
  before?: unknown;
  /** Absent: the field is gone. */
  after?: unknown;
}

/** A version that differs in more is another object; nobody reads further. */
const MOST = 500;

/** In the order of the fields of `before`, then the new ones. Equal bodies give an empty list. */
export function configDifferences(before: unknown, after: unknown): ConfigDifference[] {
  const found: ConfigDifference[] = [];
  compare(before, after, '', found);
  return found;
}

function compare(before: unknown, after: unknown, path: string, found: ConfigDifference[]): void {
  if (found.length >= MOST || same(before, after)) return;
  const [left, right] = [partsOf(before), partsOf(after)];
  if (!left || !right || left.list !== right.list) {
    found.push({
      path,
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
    });
    return;
  }
  for (const key of new Set([...left.parts.keys(), ...right.parts.keys()])) {
    const next = left.list ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`;
    compare(left.parts.get(key), right.parts.get(key), next, found);
  }
  const order = (parts: ReadonlyMap<string, unknown>): string => [...parts.keys()].join(' ');
  if (left.list && sameSet(left.parts, right.parts) && order(left.parts) !== order(right.parts)) {
    found.push({ path, before: [...left.parts.keys()], after: [...right.parts.keys()] });
  }
}

function sameSet(left: ReadonlyMap<string, unknown>, right: ReadonlyMap<string, unknown>): boolean {
  return left.size === right.size && [...left.keys()].every((key) => right.has(key));
}

interface Parts {
  list: boolean;
  parts: ReadonlyMap<string, unknown>;
}

/** An object by its fields, a list of named things by their names; anything else is compared as a whole. */
function partsOf(value: unknown): Parts | undefined {
  if (Array.isArray(value)) {
    const named = value.map((item: unknown) => [nameOf(item), item] as const);
    const names = named.map(([name]) => name);
    if (value.length === 0 || names.includes(undefined) || new Set(names).size < names.length)
      return undefined;
    return { list: true, parts: new Map(named as [string, unknown][]) };
  }
  if (typeof value !== 'object' || value === null) return undefined;
  return { list: false, parts: new Map(Object.entries(value)) };
}

function nameOf(item: unknown): string | undefined {
  if (typeof item !== 'object' || item === null) return undefined;
  const { name, value } = item as { name?: unknown; value?: unknown };
  return typeof name === 'string' ? name : typeof value === 'string' ? value : undefined;
}

/** Equal as JSON, whatever the order of keys. */
function same(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  const [a, b] = [Object.entries(left), Object.entries(right)].map((entries) =>
    entries.filter(([, value]) => value !== undefined),
  ) as [[string, unknown][], [string, unknown][]];
  return (
    a.length === b.length && a.every(([key, value]) => same(value, (right as Record<string, unknown>)[key]))
  );
}
