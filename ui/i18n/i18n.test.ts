import { describe, expect, it } from 'vitest';
import { english as en } from './english.ts';
import type { Entry } from './entry.ts';
import { addDays, createFormat, isLocalDate, phoneText } from './format.ts';
import { createI18n } from './i18n.ts';
import type { Key } from './key.ts';
import { roAdmin } from './ro-admin.ts';
import { roDesk } from './ro-desk.ts';
import { roFloor } from './ro-floor.ts';
import { roPages } from './ro-pages.ts';
import { roReports } from './ro-reports.ts';
import { ro as roFirst } from './ro.ts';

const ro: Record<Key, Entry> = { ...roFirst, ...roPages, ...roDesk, ...roReports, ...roFloor, ...roAdmin };

const memory = (): {
  get: (key: string) => string | null;
  set: (key: string, value: string | null) => void;
} => {
  const kept = new Map<string, string>();
  return {
    get: (key) => kept.get(key) ?? null,
    set: (key, value) => void (value === null ? kept.delete(key) : kept.set(key, value)),
  };
};
const make = (storage = memory()): ReturnType<typeof createI18n> =>
  createI18n({ storage, loadEnglish: async () => en, parts: { pages: async () => roPages } });
const texts = (entry: Entry): string[] => (typeof entry === 'string' ? [entry] : Object.values(entry));
const names = (entry: Entry): string[] =>
  [
    ...new Set(
      texts(entry).flatMap((text) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '')),
    ),
  ].sort();

describe('plurals', () => {
  it.each([
    [0, '0 apeluri'],
    [1, '1 apel'],
    [2, '2 apeluri'],
    [19, '19 apeluri'],
    [20, '20 de apeluri'],
    [100, '100 de apeluri'],
    [101, '101 apeluri'],
    [120, '120 de apeluri'],
    [1_234, '1.234 de apeluri'],
  ])('%i calls are "%s" in Romanian', (n, words) => {
    expect(make().t('count.calls', { n })).toBe(words);
  });

  it('English has one and many', async () => {
    const i18n = make();
    await i18n.setLang('en');
    expect([i18n.t('count.calls', { n: 1 }), i18n.t('count.calls', { n: 20 })]).toEqual([
      '1 call',
      '20 calls',
    ]);
  });
});

describe('catalogues', () => {
  it('both languages use the same placeholders for every key', () => {
    const wrong = (Object.keys(ro) as Key[]).filter((key) => names(ro[key]).join() !== names(en[key]).join());
    expect(wrong).toEqual([]);
  });

  it('Romanian is written with commas below, never with cedillas', () => {
    expect(
      Object.values(ro as Record<string, Entry>)
        .flatMap(texts)
        .filter((text) => /[şţŞŢ]/.test(text)),
    ).toEqual([]);
  });

  it('a plural entry has the form few, without which "2 apeluri" would be wrong', () => {
    const wrong = Object.entries(ro as Record<string, Entry>).filter(
      ([, entry]) => typeof entry !== 'string' && entry.few === undefined,
    );
    expect(wrong).toEqual([]);
  });

  it('the words of later pages come when they are asked for', async () => {
    const i18n = make();
    await i18n.load('pages');
    expect(i18n.t('call.years', { n: 31 })).toBe('31 de ani');
  });

  it('an unknown code falls back to the words given', () => {
    expect(make().tMaybe('reason.never-heard-of', 'never-heard-of')).toBe('never-heard-of');
  });

  it('the language is remembered', async () => {
    const storage = memory();
    await make(storage).setLang('en');
    const again = make(storage);
    await expect.poll(() => again.t('nav.calls')).toBe('Calls');
  });
});

describe('dates', () => {
  const ro = createFormat('ro', 'Europe/Bucharest');

  it('writes dates as Romanians do', () => {
    expect(ro.date('2019-02-08T10:00:00Z')).toBe('08.02.2019');
    expect(ro.longDate('2018-03-29')).toBe('29 martie 2018');
    expect(ro.weekday('2018-03-29')).toBe('joi');
  });

  it('an instant after midnight in Bucharest is the next day there', () => {
    expect(ro.localDate('2026-11-20T22:30:00Z')).toBe('2026-11-21');
    expect(ro.hour('2026-11-20T22:30:00Z')).toBe(0);
    expect(ro.timeSeconds('2026-11-20T22:30:05Z')).toBe('00:30:05');
  });

  it('the night of 25 hours has its hour twice', () => {
    expect(ro.time('2026-10-25T00:30:00Z')).toBe('03:30');
    expect(ro.time('2026-10-25T01:30:00Z')).toBe('03:30');
  });

  it('a moment of today is only a time, another carries its day', () => {
    const now = Date.parse('2026-11-21T10:00:00Z');
    expect(ro.moment('2026-11-21T16:00:00Z', now)).toBe('18:00');
    expect(ro.moment('2026-11-23T06:00:00Z', now)).toBe('luni, 23.11, 08:00');
  });

  it('durations and numbers', () => {
    expect([ro.clock(7_900), ro.clock(724_000), ro.clock(3_723_000)]).toEqual(['0:07', '12:04', '1:02:03']);
    expect([ro.duration(45_000), ro.duration(125_000), ro.duration(11_520_000)]).toEqual([
      '45 s',
      '2 min 5 s',
      '3 h 12 min',
    ]);
    expect(ro.number(1_234)).toBe('1.234');
  });

  it('what is over is the same second in figures and in words, and a clock that runs never shows what has not passed', () => {
    expect([ro.length(71_600), ro.duration(71_600), ro.clock(71_600)]).toEqual([
      '1:12',
      '1 min 12 s',
      '1:11',
    ]);
    expect([ro.hours(2_880_000), ro.hours(37_440_400)]).toEqual(['0:48:00', '10:24:00']);
  });

  it('day arithmetic crosses months, years and the change of clocks', () => {
    expect([addDays('2026-03-28', 1), addDays('2026-12-31', 1), addDays('2026-03-01', -1)]).toEqual([
      '2026-03-29',
      '2027-01-01',
      '2026-02-28',
    ]);
  });

  it('31 February is no day', () => {
    expect([isLocalDate('2026-02-31'), isLocalDate('2026-2-1'), isLocalDate('2026-02-28')]).toEqual([
      false,
      false,
      true,
    ]);
  });

  it('phone numbers are written as dialed in Romania', () => {
    expect([phoneText('+40700000001'), phoneText('+37360000000')]).toEqual(['0700 000 001', '+37360000000']);
  });
});
