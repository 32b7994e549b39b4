import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mapColumns } from './import-columns.ts';
import { parseConsentDate } from './import-date.ts';
import { decideBatch, type KnownNumber } from './import-dedupe.ts';
import { csvLine, neutralise } from './csv.ts';
import { readRow, type RowRules } from './import-row.ts';

const rules: RowRules = { permittedPrefixes: [], consentRequired: true, today: '2026-11-21' };

function row(cells: Record<string, string>, over: Partial<RowRules> = {}, extra: string[] = []) {
  const mapping = mapColumns(Object.keys(cells), undefined);
  if (!mapping.ok) throw new Error(mapping.message);
  return readRow([...Object.values(cells), ...extra], mapping.targets, { ...rules, ...over });
}

const OK = { telefon: '0722123456', consimtamant: '2026-01-15' };

describe('readRow', () => {
  it.each([
    ['phone-missing', { ...OK, telefon: ' ' }, 'phone'],
    ['phone-invalid', { ...OK, telefon: '4.07E+10' }, 'phone'],
    ['phone-not-permitted', { ...OK, telefon: '+37369123456' }, 'phone'],
    ['consent-date-invalid', { ...OK, consimtamant: '31.02.2026' }, 'consentAt'],
    ['consent-date-invalid', { ...OK, consimtamant: '2026-11-22' }, 'consentAt'],
    ['consent-date-invalid', { ...OK, consimtamant: 'da' }, 'consentAt'],
    ['value-too-long', { ...OK, nume: 'x'.repeat(101) }, 'lastName'],
    ['value-too-long', { ...OK, Culoare: 'x'.repeat(1_001) }, 'Culoare'],
    ['no-consent', { ...OK, consimtamant: '' }, 'consentAt'],
  ])('is rejected: %s', (reason, cells, column) => {
    expect(row(cells)).toMatchObject({ ok: false, reject: { reason, column } });
  });

  it('is rejected with text beyond the header, not with empty cells there', () => {
    expect(row(OK, {}, ['', ' '])).toMatchObject({ ok: true });
    expect(row(OK, {}, ['', 'x'])).toMatchObject({ ok: false, reject: { reason: 'too-many-columns' } });
  });

  it('needs no consent where the campaign does not, but no wrong date either', () => {
    expect(row({ ...OK, consimtamant: '' }, { consentRequired: false })).toMatchObject({ ok: true });
    expect(row({ ...OK, consimtamant: 'x' }, { consentRequired: false })).toMatchObject({ ok: false });
  });

  it('takes the second phone when the first is empty, and keeps a wrong further one as text', () => {
    expect(row({ ...OK, telefon: '', telefon2: '0733123456' })).toMatchObject({
      contact: { numbers: ['+40733123456'] },
    });
    expect(row({ ...OK, telefon2: 'abc', telefon3: '722123456' })).toMatchObject({
      contact: { numbers: ['+40722123456'], attributes: { phone2: 'abc' } },
    });
  });

  it('reads ages and bands, each also from the other column', () => {
    expect(row({ ...OK, varsta: '34' })).toMatchObject({ contact: { age: 34 } });
    expect(row({ ...OK, varsta: '30-40' })).toMatchObject({ contact: { fields: { ageBand: '30-40' } } });
    expect(row({ ...OK, varsta: '65+' })).toMatchObject({ contact: { fields: { ageBand: '65+' } } });
    expect(row({ ...OK, varsta: 'tânăr' })).toMatchObject({ contact: { attributes: { age: 'tânăr' } } });
    expect(row({ ...OK, varsta: '430' })).toMatchObject({ contact: { attributes: { age: '430' } } });
  });
});

describe('parseConsentDate', () => {
  it.each([
    ['2026-01-15', '2026-01-15'],
    ['15.01.2026', '2026-01-15'],
    ['5.1.2026', '2026-01-05'],
    ['15/01/2026', '2026-01-15'],
    ['15.01.2026 10:30', '2026-01-15'],
    ['2026-01-15T10:30:00Z', '2026-01-15'],
    ['29.02.2024', '2024-02-29'],
    ['29.02.2026', undefined],
    ['2026-13-01', undefined],
    ['01.15.2026', undefined],
    ['15.01.26', undefined],
    ['0026-01-15', undefined],
    ['46037', undefined],
    ['', undefined],
  ])('"%s" is %s', (text, date) => {
    expect(parseConsentDate(text)).toBe(date);
  });
});

describe('decideBatch', () => {
  const free = new Map<string, KnownNumber>();

  it('counts further numbers of accepted rows only', () => {
    const known = new Map<string, KnownNumber>([['x', { doNotCall: true, otherTrunk: false }]]);
    const decisions = decideBatch([['x', 'b'], ['b'], ['a', 'b'], ['c', 'a']], known);
    expect(decisions).toMatchObject([
      { ok: false, reject: { reason: 'do-not-call' } },
      { ok: true, numbers: ['b'] },
      { ok: true, numbers: ['a'] },
      { ok: true, numbers: ['c'] },
    ]);
  });

  it('suppresses a person by any number, and blames the column', () => {
    const known = new Map<string, KnownNumber>([['b', { doNotCall: true, otherTrunk: false }]]);
    expect(decideBatch([['a', 'b']], known)).toMatchObject([
      { reject: { outcome: 'suppressed', reason: 'do-not-call', column: 'phone2' } },
    ]);
  });

  it('never gives a number to two contacts, and gives each number to somebody', () => {
    const numbers = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(fc.array(numbers, { maxLength: 12 }), (rows) => {
        const given = decideBatch(rows, free).flatMap((one) => (one.ok ? one.numbers : []));
        expect(new Set(given).size).toBe(given.length);
        for (const [first] of rows) expect(given).toContain(first);
      }),
    );
  });

  it('decides alike however the rows are cut into batches', () => {
    const numbers = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), {
      minLength: 1,
      maxLength: 3,
    });
    fc.assert(
      fc.property(fc.array(numbers, { maxLength: 12 }), fc.nat(12), (rows, cut) => {
        const first = decideBatch(rows.slice(0, cut), free);
        const taken = first.flatMap((one) => (one.ok ? one.numbers : []));
        const known = new Map(
          taken.map((e164) => [e164, { doNotCall: false, otherTrunk: false, takenBy: 'file' as const }]),
        );
        expect([...first, ...decideBatch(rows.slice(cut), known)]).toEqual(decideBatch(rows, free));
      }),
    );
  });
});

describe('the rejects file', () => {
  it.each([
    ['=SUM(A1)', "'=SUM(A1)"],
    ['-1+2', "'-1+2"],
    ['@x', "'@x"],
    ['+40722123456', '+40722123456'],
    ['+40 722 (123) 456', '+40 722 (123) 456'],
    ['+cmd|x', "'+cmd|x"],
    ['Pop', 'Pop'],
  ])('writes %s as %s', (cell, written) => {
    expect(neutralise(cell)).toBe(written);
  });

  it('quotes what needs it', () => {
    expect(csvLine([3, 'a;b', 'c"d', 'e\nf'])).toBe('3;"a;b";"c""d";"e\nf"\r\n');
  });
});
