import { describe, expect, it } from 'vitest';
import { IMPORT_COLUMNS, type ImportColumn } from '../contracts/model/import.ts';
import { mapColumns, normaliseHeader } from './import-columns.ts';
import { COLUMN_BY_HEADER } from './import-headers.ts';

function known(header: string[], overrides?: Partial<Record<ImportColumn, string>>): unknown[] {
  const mapping = mapColumns(header, overrides);
  if (!mapping.ok) return [mapping.field, mapping.message];
  return mapping.targets.map((target) =>
    'known' in target ? target.known : 'attribute' in target ? `=${target.attribute}` : target.ignored,
  );
}

describe('mapColumns', () => {
  it.each<[string, ImportColumn]>([
    ['Telefon', 'phone'],
    ['NR. TELEFON', 'phone'],
    ['Număr de telefon', 'phone'],
    ['telefon_2', 'phone2'],
    ['Telefon 3', 'phone3'],
    ['NUME', 'lastName'],
    ['Prenume', 'firstName'],
    ['Localitate', 'locality'],
    ['JUDEŢ', 'county'],
    ['Județ', 'county'],
    ['judet', 'county'],
    ['Vârstă', 'age'],
    ['varsta', 'age'],
    ['Grupa de vârstă', 'ageBand'],
    ['Adresă', 'address'],
    ['E-mail', 'email'],
    ['Limbă', 'language'],
    ['Limba', 'language'],
    ['Consimţământ', 'consentAt'],
    ['Data consimțământului', 'consentAt'],
    ['Sursă consimțământ', 'consentSource'],
    ['ID extern', 'externalId'],
    ['Notă', 'note'],
    ['Last Name', 'lastName'],
    ['consent_date', 'consentAt'],
  ])('knows "%s" as %s', (header, column) => {
    expect(COLUMN_BY_HEADER.get(normaliseHeader(header))).toBe(column);
  });

  it('knows every column by its own name', () => {
    for (const column of IMPORT_COLUMNS) expect(COLUMN_BY_HEADER.get(column.toLowerCase())).toBe(column);
  });

  it('keeps unknown and repeated headers as attributes, and empty ones not at all', () => {
    expect(known(['Telefon', 'Culoare', 'Nume', 'Culoare', 'nume', ''])).toEqual([
      'phone',
      '=Culoare',
      'lastName',
      '=Culoare (2)',
      '=nume',
      'no-header',
    ]);
  });

  it('takes repeated phone headers for further numbers', () => {
    expect(known(['telefon', 'telefon', 'Mobil', 'tel'])).toEqual(['phone', 'phone2', 'phone3', '=tel']);
  });

  it.each(['0722 123 456', '+40722123456', '(0259) 123-456', '721000002', '1850101123456', 'ana@exemplu.ro'])(
    'takes no first row with %s for a header, also where columns are given by position',
    (cell) => {
      const mapped = mapColumns(['Popescu', cell], { phone: '2' });
      expect(mapped).toMatchObject({ ok: false, field: 'file' });
      expect(JSON.stringify(mapped)).not.toContain('Popescu');
      expect(JSON.stringify(mapped)).not.toContain(cell);
    },
  );

  it('lets overrides win, by text or by position', () => {
    expect(known(['A', 'B', 'Telefon'], { phone: 'a', note: '2' })).toEqual(['phone', 'note', 'phone2']);
  });

  it('names the field of an override that fits nothing, and one that is given twice', () => {
    expect(known(['Telefon'], { note: 'Obs' })[0]).toBe('columns.note');
    expect(known(['Telefon'], { note: '2' })[0]).toBe('columns.note');
    expect(known(['Telefon', 'A'], { note: 'A', email: '2' })[0]).toBe('columns.email');
  });

  it('without a phone column names the headers seen, but nothing that could be a person', () => {
    expect(known(['Nume', 'Adresă'])[1]).toContain('„Nume”, „Adresă”');
    expect(known(['Pop', '0722 123 456'])[1]).not.toMatch(/Pop|0722/);
    expect(known(['ana@example.ro', 'Oradea'])[1]).not.toMatch(/ana@|Oradea/);
  });

  it('ignores the report columns of a rejects file', () => {
    expect(known(['linie', 'rând', 'motiv', 'coloana', 'Telefon'])).toEqual([
      'reject-report',
      'reject-report',
      'reject-report',
      'reject-report',
      'phone',
    ]);
  });
});
