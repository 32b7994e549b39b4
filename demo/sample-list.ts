/**
 * The demo's list: made-up people with made-up numbers, the same for the same seed.
 * @module
 */
import { mulberry32 } from './seeded.ts';

const FIRST_NAMES = [
  'Ana',
  'Bogdan',
  'Cătălina',
  'Dan',
  'Elena',
  'Florin',
  'Gabriela',
  'Horia',
  'Ioana',
  'Șerban',
];
const LAST_NAMES = [
  'Fictiv',
  'Imaginar',
  'Inventat',
  'Închipuit',
  'Plăsmuit',
  'Exemplu',
  'Demonstrativ',
  'Țesut',
];
const LOCALITIES = ['Oradea', 'Salonta', 'Beiuș', 'Marghita', 'Aleșd'];
const PREFIXES = ['0722', '0733', '0744', '0755', '0766', '0259', '0359'];
const HEADER = [
  'telefon',
  'nume',
  'prenume',
  'localitate',
  'județ',
  'vârstă',
  'consimțământ',
  'sursă consimțământ',
  'notă',
];

/**
 * Last two digits of the numbers that agents are given, in turn: most customers talk, and each kind comes soon.
 * `carrier/behaviour.ts` says what they do.
 */
export const AGENT_ENDINGS: readonly string[] = [
  '41',
  '44',
  '00',
  '47',
  '57',
  '29',
  '50',
  '62',
  '53',
  '12',
  '56',
  '96',
  '19',
  '43',
];

/**
 * CSV with a header, `;` between cells, CRLF, UTF-8 with BOM as Romanian Excel writes it.
 * @param count rows, all with different numbers
 * @param endings of the numbers, in turn; any when absent
 */
export function sampleList(seed: number, count: number, endings?: readonly string[]): string {
  const random = mulberry32(seed);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  const numbers = new Set<string>();
  while (numbers.size < count) {
    const number = `${pick(PREFIXES)}${String(Math.floor(random() * 1_000_000)).padStart(6, '0')}`;
    const ending = endings?.[numbers.size % endings.length];
    numbers.add(ending === undefined ? number : number.slice(0, -2) + ending);
  }
  const rows = [...numbers].map((number) => [
    number,
    pick(LAST_NAMES),
    pick(FIRST_NAMES),
    pick(LOCALITIES),
    'Bihor',
    String(18 + Math.floor(random() * 60)),
    '2026-01-15',
    'formular fictiv (demo)',
    'contact inventat pentru demo',
  ]);
  return `\uFEFF${[HEADER, ...rows].map((row) => row.join(';')).join('\r\n')}\r\n`;
}
