/**
 * A list as customers send it: seeded, so that every run reads the same bytes.
 * @module
 */
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export const HEADER = 'Telefon;Nume;Prenume;Localitate;Județ;Vârsta;Adresa;Data acord;Sursa acord;ID client';
const NAMES = ['Popescu', 'Ionescu', 'Țurcanu', 'Șerban', 'Bălan', 'Mureșan', 'Crăciun', 'Dobre'];
const FIRST = ['Ion', 'Maria', 'Ștefan', 'Ană', 'Mihai', 'Elena', 'Andrei', 'Ioana'];
const PLACES = [
  'Oradea;Bihor',
  'Cluj-Napoca;Cluj',
  'Timișoara;Timiș',
  'Iași;Iași',
  'Beiuș;Bihor',
  'Salonta;Bihor',
];
const LINES_A_CHUNK = 5_000;

/**
 * Of each hundred rows two repeat an earlier number, two are in the campaign already, one is on do-not-call, one has no
 * valid number; numbers are written in five manners.
 */
export async function writeList(path: string, rows: number): Promise<void> {
  await pipeline(Readable.from(chunks(rows)), createWriteStream(path));
}

function* chunks(rows: number): Generator<string> {
  let text = `${HEADER}\n`;
  for (let n = 0; n < rows; n++) {
    text += `${phone(n)};${NAMES[n % 8] ?? ''};${FIRST[(n >> 3) % 8] ?? ''};${PLACES[n % 6] ?? ''};${18 + (n % 70)};`;
    text += `"Str. Republicii nr. ${n % 200}, ap. ${n % 40}";2026-01-15;formular;C${n}\n`;
    if (n % LINES_A_CHUNK !== LINES_A_CHUNK - 1) continue;
    yield text;
    text = '';
  }
  yield text;
}

/** The number behind a row, E.164; `known` and `opted` rows are those that the database has before the import. */
export function numberOf(n: number): string {
  return `+407${String(20_000_000 + n)}`;
}
export const isKnown = (n: number): boolean => n % 50 === 7;
export const isOptedOut = (n: number): boolean => n % 100 === 33;

function phone(n: number): string {
  if (n % 100 === 66) return '07xx';
  const number = numberOf(n % 50 === 13 && n > 100 ? n - 100 + 1 : n);
  const national = `0${number.slice(3)}`;
  switch (n % 5) {
    case 0:
      return national;
    case 1:
      return number;
    case 2:
      return `${national.slice(0, 4)} ${national.slice(4, 7)} ${national.slice(7)}`;
    case 3:
      return `0040${number.slice(3)}`;
    default:
      return `${national.slice(0, 4)}-${national.slice(4, 7)}-${national.slice(7)}`;
  }
}
