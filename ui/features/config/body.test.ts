import { describe, expect, it } from 'vitest';
import {
  clashes,
  delaysOf,
  freeName,
  getAt,
  labelIn,
  merged,
  moved,
  nameFrom,
  setAt,
  unitOf,
} from './body.ts';

describe('a body under a form', () => {
  const body = { name: 'a', desk: { script: 's' }, pages: [{ title: { ro: 'x' } }, { title: { ro: 'y' } }] };

  it('is read and changed by path, and the old one stays as it was', () => {
    const next = setAt(body, 'pages.1.title.ro', 'z');
    expect(getAt(next, 'pages.1.title.ro')).toBe('z');
    expect(Array.isArray(next.pages)).toBe(true);
    expect(getAt(body, 'pages.1.title.ro')).toBe('y');
    expect(getAt(body, 'menu.keys')).toBeUndefined();
  });

  it('loses a field that is set back to its default, and the group that is empty then', () => {
    expect(setAt(body, 'desk.script', undefined)).toEqual({ name: 'a', pages: body.pages });
    expect(setAt({ name: 'a' }, 'desk.autoNext', false)).toEqual({ name: 'a', desk: { autoNext: false } });
  });

  it('moves parts of a list by one place, not beyond its ends', () => {
    expect(moved(['a', 'b', 'c'], 2, -1)).toEqual(['a', 'c', 'b']);
    expect(moved(['a', 'b'], 0, -1)).toEqual(['a', 'b']);
  });
});

describe('names and words', () => {
  it('a name is made of what people call it', () => {
    expect(nameFrom('  Pauză de masă – țară! ')).toBe('pauza-de-masa-tara');
    expect(freeName('a', ['a', 'a-2'])).toBe('a-3');
  });

  it('a label is that of the language, and the name where there is none', () => {
    expect(labelIn({ labels: { ro: 'Ocupat', en: 'Busy' } }, 'en', 'busy')).toBe('Busy');
    expect(labelIn({ label: ' ' }, 'ro', 'x')).toBe('x');
  });
});

describe('delays', () => {
  it('grow by the factor up to the longest, one fewer than the attempts', () => {
    expect(delaysOf({ delaySeconds: 900, multiplier: 2, maxDelaySeconds: 7_200, maxAttempts: 6 })).toEqual([
      900, 1_800, 3_600, 7_200, 7_200,
    ]);
    expect(delaysOf({ delaySeconds: 1, multiplier: 1, maxDelaySeconds: 1, maxAttempts: 1 })).toEqual([]);
  });

  it('are written in the largest unit that is whole', () => {
    expect([0, 45, 5_400, 7_200, 172_800].map(unitOf)).toEqual([
      'minutes',
      'seconds',
      'minutes',
      'hours',
      'days',
    ]);
  });
});

describe('a conflict', () => {
  const base = { a: 1, b: 1, c: 1, d: 1 };
  const mine = { a: 2, b: 1, c: 2, d: 1, e: 5 };
  const theirs = { a: 1, b: 2, c: 3, d: 1 };

  it('tells who changed what since both began', () => {
    expect(clashes(base, mine, theirs)).toEqual([
      { path: 'a', name: 'a', changedBy: 'me' },
      { path: 'b', name: 'b', changedBy: 'them' },
      { path: 'c', name: 'c', changedBy: 'both' },
      { path: 'e', name: 'e', changedBy: 'me' },
    ]);
  });

  it('goes down to the single field, into lists of the same named things, and takes a list that was reordered as one', () => {
    const page = (name: string, ro: string, en = 'x') => ({ name, title: { ro, en } });
    const before = { hours: { monday: 1, friday: 1 }, pages: [page('a', 'A'), page('b', 'B')], tags: ['x'] };
    const me = { ...before, hours: { monday: 2, friday: 1 }, pages: [page('a', 'A'), page('b', 'Bine')] };
    const them = {
      ...before,
      hours: { monday: 1, friday: 3 },
      pages: [page('a', 'Altfel'), page('b', 'B', 'y')],
    };
    expect(clashes(before, me, them)).toEqual([
      { path: 'hours.monday', name: 'hours.monday', changedBy: 'me' },
      { path: 'hours.friday', name: 'hours.friday', changedBy: 'them' },
      { path: 'pages.0.title.ro', name: 'pages[a].title.ro', changedBy: 'them' },
      { path: 'pages.1.title.ro', name: 'pages[b].title.ro', changedBy: 'me' },
      { path: 'pages.1.title.en', name: 'pages[b].title.en', changedBy: 'them' },
    ]);
    expect(merged(me, them, new Set(['hours.monday', 'pages.1.title.ro']))).toEqual({
      hours: { monday: 2, friday: 3 },
      pages: [page('a', 'Altfel'), page('b', 'Bine', 'y')],
      tags: ['x'],
    });
    const turned = { ...before, pages: [before.pages[1], before.pages[0]] };
    expect(clashes(before, turned, them).map(({ path }) => path)).toEqual(['hours.friday', 'pages']);
  });

  it('keeps of mine what was chosen', () => {
    expect(merged(mine, theirs, new Set(['a', 'e']))).toEqual({ a: 2, b: 2, c: 3, d: 1, e: 5 });
  });
});
