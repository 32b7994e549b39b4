import { expect, it } from 'vitest';
import type { UploadPreview } from '../../../contracts/http/lists.ts';
import type { ImportColumn } from '../../../contracts/model/import.ts';
import { mapColumns } from '../../../domain/import-columns.ts';
import { columnsWith } from './columns.ts';

const seen = (columns: readonly [string, ImportColumn | null][]): UploadPreview['columns'] =>
  columns.map(([header, known]) => ({ header, known, kept: true }));
const HEADER = ['Telefon', 'Contact', 'E-mail', 'Contact', ''];
const FOUND = seen([
  ['Telefon', 'phone'],
  ['Contact', null],
  ['E-mail', 'email'],
  ['Contact', null],
  ['', null],
]);
const targets = (columns: ReturnType<typeof columnsWith>) => {
  const mapping = mapColumns(HEADER, columns);
  return mapping.ok
    ? mapping.targets.map((target) => ('known' in target ? target.known : null))
    : mapping.field;
};

it('says to the import exactly what was chosen, also of columns that are called alike or not at all', () => {
  expect(targets(columnsWith(FOUND, 1, 'lastName'))).toEqual(['phone', 'lastName', 'email', null, null]);
  expect(targets(columnsWith(FOUND, 3, 'firstName'))).toEqual(['phone', null, 'email', 'firstName', null]);
  expect(targets(columnsWith(FOUND, 4, 'note'))).toEqual(['phone', null, 'email', null, 'note']);
  // The phone is the other one now; the first is kept under its own name, and is no second phone.
  expect(targets(columnsWith(FOUND, 1, 'phone'))).toEqual([null, 'phone', 'email', null, null]);
  expect(targets(columnsWith(FOUND, 2, null))).toEqual(['phone', null, null, null, null]);
  expect(targets(columnsWith(FOUND, 0, null))).toBe('file');
});
