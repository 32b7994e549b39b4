import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainRomanian } from './phone-plain.ts';
import { isPermittedPhone, normalisePhone, normaliseWithLibrary, type PhoneProblem } from './phone.ts';

const ACCEPTED: [written: string, e164: string][] = [
  ['0722123456', '+40722123456'],
  ['0722 123 456', '+40722123456'],
  ['0722.123.456', '+40722123456'],
  ['0722-123-456', '+40722123456'],
  ['(0722) 123 456', '+40722123456'],
  ['0722/123456', '+40722123456'],
  ['+40722123456', '+40722123456'],
  ['+40 (0)722 123 456', '+40722123456'],
  ['0040722123456', '+40722123456'],
  ['40722123456', '+40722123456'],
  ['722123456', '+40722123456'],
  ['722123456.0', '+40722123456'],
  [' 0722 123 456 ', '+40722123456'],
  ['0722\u00a0123\u00a0456', '+40722123456'],
  ['021 234 56 78', '+40212345678'],
  ['0259 123 456', '+40259123456'],
  ['0359123456', '+40359123456'],
  ['0371123456', '+40371123456'],
  ['+373 69 123 456', '+37369123456'],
  ['0037369123456', '+37369123456'],
  ['+4915112345678', '+4915112345678'],
];

const REFUSED: [written: string, problem: PhoneProblem][] = [
  ['', 'missing'],
  ['   ', 'missing'],
  ['4.07E+10', 'excel-notation'],
  ['4,07E+10', 'excel-notation'],
  ['7.22123E+08', 'excel-notation'],
  ['0722-123-456 int 5', 'extension'],
  ['0722123456 ext. 12', 'extension'],
  ['0259123456x3', 'extension'],
  ['0722123456, 0733123456', 'several-numbers'],
  ['0722123456;0733123456', 'several-numbers'],
  ['0722123456/0733123456', 'several-numbers'],
  ['fără telefon', 'not-a-number'],
  ['tel 0722123456', 'not-a-number'],
  ['112', 'emergency-or-short'],
  ['+40112', 'emergency-or-short'],
  ['1921', 'emergency-or-short'],
  ['021981', 'emergency-or-short'],
  ['0900123456', 'premium'],
  ['+40906123456', 'premium'],
  ['0800123456', 'not-callable'],
  ['0801123456', 'not-callable'],
  ['072212345', 'not-valid'],
  ['07221234567', 'not-valid'],
  ['0102345678', 'not-valid'],
  ['x'.repeat(200), 'not-a-number'],
  ['7'.repeat(40), 'several-numbers'],
];

describe('normalisePhone', () => {
  it.each(ACCEPTED)('"%s" is %s', (written, e164) => {
    expect(normalisePhone(written)).toEqual({ ok: true, e164 });
  });

  it.each(REFUSED)('"%s" is refused: %s', (written, problem) => {
    expect(normalisePhone(written)).toEqual({ ok: false, problem });
  });

  it('never throws and answers E.164 or a problem, whatever the text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ maxLength: 80 }), phoneLike()), (text) => {
        const result = normalisePhone(text);
        if (result.ok) expect(result.e164).toMatch(/^\+[1-9]\d{6,14}$/);
      }),
    );
  });

  it('normalising a normalised number changes nothing', () => {
    fc.assert(
      fc.property(phoneLike(), (text) => {
        const result = normalisePhone(text);
        if (result.ok) expect(normalisePhone(result.e164)).toEqual(result);
      }),
    );
  });
});

describe('the fast path', () => {
  it('says what the library says for every range of the national plan, in every plain format', () => {
    let answered = 0;
    for (let prefix = 0; prefix < 10_000; prefix++) {
      const national = `${String(prefix).padStart(4, '0')}23456`;
      for (const written of [national, `0${national}`, `+40${national}`, `0040${national}`]) {
        const fast = plainRomanian(written);
        if (fast === undefined) continue;
        answered++;
        expect(normaliseWithLibrary(written)).toEqual({ ok: true, e164: fast });
      }
    }
    // It would be no fast path if it left the usual numbers to the library.
    expect(answered).toBeGreaterThan(7_000);
  });

  it('says what the library says for plain formats with separators', () => {
    fc.assert(
      fc.property(plainFormat(), (written) => {
        const fast = plainRomanian(written);
        if (fast !== undefined) expect(normaliseWithLibrary(written)).toEqual({ ok: true, e164: fast });
      }),
      { numRuns: 2_000 },
    );
  });

  it('says nothing that the library would not, for texts that merely look alike', () => {
    fc.assert(
      fc.property(phoneLike(), (written) => {
        const fast = plainRomanian(written);
        if (fast !== undefined) expect(normaliseWithLibrary(written)).toEqual({ ok: true, e164: fast });
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('isPermittedPhone', () => {
  it.each([
    ['+40722123456', [], true],
    ['+40212345678', [], true],
    ['+37369123456', [], false],
    ['+37369123456', ['+373'], true],
    ['+40722123456', ['+402'], false],
  ] as const)('%s with prefixes %j: %s', (e164, prefixes, permitted) => {
    expect(isPermittedPhone(e164, prefixes)).toBe(permitted);
  });
});

function plainFormat(): fc.Arbitrary<string> {
  const separator = fc.constantFrom('', ' ', '.', '-');
  const digits = (n: number) =>
    fc.integer({ min: 0, max: 10 ** n - 1 }).map((i) => String(i).padStart(n, '0'));
  return fc
    .tuple(
      fc.constantFrom('', '0', '+40', '+40 ', '0040', '0040 '),
      fc.constantFrom('2', '3', '7'),
      digits(2),
      separator,
      digits(3),
      separator,
      digits(3),
    )
    .map((parts) => parts.join(''));
}

function phoneLike(): fc.Arbitrary<string> {
  return fc
    .array(
      fc.constantFrom(
        '0',
        '1',
        '2',
        '3',
        '4',
        '5',
        '6',
        '8',
        '9',
        '0',
        '7',
        '2',
        '+40',
        '0040',
        ' ',
        '.',
        '-',
        '(',
        ')',
        '/',
        'x',
      ),
      {
        minLength: 3,
        maxLength: 16,
      },
    )
    .map((parts) => parts.join(''));
}
