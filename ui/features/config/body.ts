/**
 * Bodies of config objects as the forms change them: by dotted path, without touching what was there.
 * @module
 */
import type { RetryRule } from '../../../contracts/model/config.ts';
import type { Body } from './api.ts';

/** Value at `desk.previewSeconds`, `pages.0.title.ro`; undefined where there is none. */
export function getAt(body: unknown, path: string): unknown {
  if (path === '') return body;
  return path.split('.').reduce<unknown>((value, key) => {
    if (typeof value !== 'object' || value === null) return undefined;
    return (value as Record<string, unknown>)[key];
  }, body);
}

/** A copy with another value at the path; undefined takes the field away, and what is empty then. */
export function setAt<T extends object>(body: T, path: string, value: unknown): T {
  const [key = '', ...rest] = path.split('.');
  const copy = (Array.isArray(body) ? [...body] : { ...body }) as Record<string, unknown>;
  if (rest.length === 0) {
    if (value === undefined && !Array.isArray(body)) delete copy[key];
    else copy[key] = value;
    return copy as T;
  }
  const inner = copy[key];
  const next = setAt(typeof inner === 'object' && inner !== null ? inner : {}, rest.join('.'), value);
  const empty = !Array.isArray(next) && Object.keys(next).length === 0;
  if (empty && value === undefined && !Array.isArray(body)) delete copy[key];
  else copy[key] = next;
  return copy as T;
}

/** A copy of a list with the item moved by one place; the same list at its ends. */
export function moved<T>(list: readonly T[], index: number, step: -1 | 1): readonly T[] {
  const to = index + step;
  const item = list[index];
  if (to < 0 || to >= list.length || item === undefined) return list;
  const copy = list.filter((_, at) => at !== index);
  copy.splice(to, 0, item);
  return copy;
}

/** `Pauză de masă!` as a name that objects may have: `pauza-de-masa`. */
export function nameFrom(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 63);
}

/** A name that is none of these. */
export function freeName(base: string, taken: readonly string[]): string {
  if (!taken.includes(base)) return base;
  let n = 2;
  while (taken.includes(`${base}-${n}`)) n += 1;
  return `${base}-${n}`;
}

export const UNITS = [
  ['seconds', 1],
  ['minutes', 60],
  ['hours', 3_600],
  ['days', 86_400],
] as const;
export type Unit = (typeof UNITS)[number][0];

/** The largest unit in which seconds are a whole number: 5400 s stay minutes. */
export function unitOf(seconds: number): Unit {
  if (seconds === 0) return 'minutes';
  return UNITS.findLast(([, size]) => seconds % size === 0)?.[0] ?? 'seconds';
}

export function unitSize(unit: Unit): number {
  return UNITS.find(([name]) => name === unit)?.[1] ?? 1;
}

/** Seconds before the 2nd, 3rd, … attempt, as `domain/retry` counts them; at most six. */
export function delaysOf(rule: RetryRule): number[] {
  return Array.from({ length: Math.min(6, Math.max(0, rule.maxAttempts - 1)) }, (_, n) =>
    Math.min(rule.maxDelaySeconds, Math.round(rule.delaySeconds * rule.multiplier ** n)),
  );
}

/** A field in which mine and theirs differ, and who changed it since the version that both began from. */
export interface Clash {
  /** As `getAt` takes it. */
  path: string;
  /** As differences are named: `pages[salut].title.ro`. */
  name: string;
  changedBy: 'me' | 'them' | 'both';
}

/**
 * Down to single fields. A list is taken apart where both have the same named things in the same order; where one was moved,
 * added or taken away, the list is one field.
 */
export function clashes(base: unknown, mine: unknown, theirs: unknown): Clash[] {
  return clashesAt({ base, mine, theirs }, { path: '', name: '' });
}

interface Three {
  base: unknown;
  mine: unknown;
  theirs: unknown;
}

function clashesAt({ base, mine, theirs }: Three, at: { path: string; name: string }): Clash[] {
  const [b, m, t] = [base, mine, theirs].map((value) => JSON.stringify(value));
  if (m === t) return [];
  if (isFields(mine) && isFields(theirs)) {
    const fields = new Set([...Object.keys(theirs), ...Object.keys(mine)]);
    return [...fields].flatMap((field) =>
      clashesAt(
        { base: getAt(base, field), mine: mine[field], theirs: theirs[field] },
        { path: joined(at.path, field), name: joined(at.name, field) },
      ),
    );
  }
  const names = sameNames(mine, theirs);
  if (names !== undefined) {
    const before = Array.isArray(base) ? (base as unknown[]) : [];
    return names.flatMap((name, index) =>
      clashesAt(
        {
          base: before.find((item) => partName(item) === name),
          mine: (mine as unknown[])[index],
          theirs: (theirs as unknown[])[index],
        },
        { path: joined(at.path, String(index)), name: `${at.name}[${name}]` },
      ),
    );
  }
  return [{ ...at, changedBy: b === t ? 'me' : b === m ? 'them' : 'both' }];
}

function isFields(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function joined(path: string, field: string): string {
  return path === '' ? field : `${path}.${field}`;
}

/** Of two lists of the same named things in the same order. */
function sameNames(mine: unknown, theirs: unknown): string[] | undefined {
  if (!Array.isArray(mine) || !Array.isArray(theirs) || mine.length !== theirs.length) return undefined;
  const [left, right] = [mine, theirs].map((list: unknown[]) => list.map(partName));
  const names = left?.filter((name) => name !== undefined) ?? [];
  const same = names.length === mine.length && left?.every((name, index) => name === right?.[index]);
  return same && new Set(names).size === names.length ? names : undefined;
}

function partName(item: unknown): string | undefined {
  if (!isFields(item)) return undefined;
  const name = item['name'] ?? item['value'];
  return typeof name === 'string' ? name : undefined;
}

/** Theirs, with the chosen fields of mine. */
export function merged(mine: Body, theirs: Body, keepMine: ReadonlySet<string>): Body {
  let result: Body = theirs;
  for (const path of keepMine) result = setAt(result, path, getAt(mine, path));
  return result;
}

/** Words for people, where the body has some. */
export function labelIn(body: Body, lang: 'ro' | 'en', name: string): string {
  const { label, labels } = body as { label?: unknown; labels?: Record<string, unknown> };
  const words = typeof label === 'string' ? label : labels?.[lang];
  return typeof words === 'string' && words.trim() !== '' ? words : name;
}
