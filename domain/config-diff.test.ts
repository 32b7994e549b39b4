import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { configDifferences } from './config-diff.ts';

describe('configDifferences', () => {
  it('names the field that changed, with its value before and after', () => {
    expect(configDifferences({ a: 1, b: { c: 'x' } }, { a: 1, b: { c: 'y' } })).toEqual([
      { path: 'b.c', before: 'x', after: 'y' },
    ]);
  });

  it('tells a field that came from one that went', () => {
    expect(configDifferences({ a: 1 }, { b: 2 })).toEqual([
      { path: 'a', before: 1 },
      { path: 'b', after: 2 },
    ]);
  });

  it('follows the parts of a list by their names: one put in front changes no other', () => {
    const field = (name: string, required: boolean) => ({ name, required });
    expect(
      configDifferences({ fields: [field('a', true)] }, { fields: [field('b', false), field('a', false)] }),
    ).toEqual([
      { path: 'fields[a].required', before: true, after: false },
      { path: 'fields[b]', after: field('b', false) },
    ]);
  });

  it('shows a change that is only one of order', () => {
    const [a, b] = [{ value: 'a' }, { value: 'b' }];
    expect(configDifferences({ options: [a, b] }, { options: [b, a] })).toEqual([
      { path: 'options', before: ['a', 'b'], after: ['b', 'a'] },
    ]);
  });

  it('compares lists of plain values as a whole', () => {
    expect(configDifferences({ days: ['x'] }, { days: ['x', 'y'] })).toEqual([
      { path: 'days', before: ['x'], after: ['x', 'y'] },
    ]);
  });

  it('finds nothing between equal values, and something between different ones', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        // As Postgres gives them back: -0 is 0.
        const [left, right] = [one, other].map((value) => JSON.parse(JSON.stringify(value)) as unknown);
        expect(configDifferences(left, JSON.parse(JSON.stringify(left)))).toEqual([]);
        const equal = JSON.stringify(sorted(left)) === JSON.stringify(sorted(right));
        expect(configDifferences(left, right).length > 0).toBe(!equal);
      }),
    );
  });
});

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return { object: entries.map(([key, item]) => [key, sorted(item)]) };
}
