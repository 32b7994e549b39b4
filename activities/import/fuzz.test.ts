import { mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { copyLine } from '../../db/import-copy.ts';
import { contactLine, rejectLine } from '../../db/import-stage.ts';
import type { Batch, BatchRow } from '../../db/import-batch.ts';
import { mapColumns } from '../../domain/import-columns.ts';
import { createRandom, seedFromEnvironment, type Random } from '../../test/faults/support/random.ts';
import { readHead } from './csv-head.ts';
import { readBatches } from './read-batches.ts';
import { openSourceFile } from './source-file.ts';
import { writeSpoolCopy, type SpoolCopy } from './spool.ts';

/** `APEL_SEED` replays a run; `APEL_TEST_FULL` makes it a hundred times as long. */
const FILES = process.env['APEL_TEST_FULL'] ? 15_000 : 150;

let lists: string;
let spool: string;
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'apel-fuzz-'));
  lists = join(folder, 'lists');
  spool = join(folder, 'spool');
  await mkdir(lists);
});
afterAll(() => rm(join(lists, '..'), { recursive: true }));

it(
  'any bytes are refused with a reason, or read to their end with each line in one row at most',
  { timeout: 900_000 },
  async () => {
    const seed = seedFromEnvironment();
    const random = createRandom(seed);
    let read = 0;
    for (let n = 0; n < FILES; n++) {
      const bytes = hostileFile(random);
      const where = `seed ${seed}, file ${n}`;
      const outcome = await readWhole(bytes).catch((error: unknown) => {
        // Anything but a refusal that a person can read would be retried by Temporal for ever.
        expect(error, where).toBeInstanceOf(ApplicationFailure);
        expect((error as ApplicationFailure).nonRetryable, where).toBe(true);
        expect((error as Error).message, where).toMatch(/^(file|columns)/);
        return undefined;
      });
      if (outcome === undefined) continue;
      read++;
      expect(outcome.bytesRead, where).toBe(outcome.bytesTotal);
      expect(outcome.linesInOrder, where).toBe(true);
      expect(outcome.rows, where).toBe(outcome.rowsFromMiddle);
    }
    // Half of the files keep a header, so that the rows are put to the test as well.
    expect(read).toBeGreaterThan(FILES / 5);
  },
);

/** The way of a file through the product up to the database, and once more from a committed position in its middle. */
async function readWhole(bytes: Buffer) {
  await writeFile(join(lists, 'x.csv'), bytes);
  const source = await openSourceFile(lists, 'x.csv');
  let copy: SpoolCopy;
  try {
    copy = await writeSpoolCopy(spool, source, () => {});
  } finally {
    await source.close();
  }
  const file = await open(copy.path, 'r');
  try {
    const { size } = await file.stat();
    const text = Buffer.alloc(size);
    await file.read(text, 0, size, 0);
    const head = readHead(text.subarray(0, 256 * 1024));
    if (head === undefined) throw ApplicationFailure.nonRetryable('file: fișierul este gol');
    const mapping = mapColumns(head.header, undefined);
    if (!mapping.ok) throw ApplicationFailure.nonRetryable(`${mapping.field}: ${mapping.message}`);
    const from = (position: { bytes: number; lines: number; rows: number }) =>
      collect(
        readBatches({
          file,
          delimiter: head.delimiter,
          targets: mapping.targets,
          rules: { permittedPrefixes: [], consentRequired: true, today: '2026-11-21' },
          from: position,
          batchRows: () => 7,
        }),
      );
    const whole = await from({ bytes: head.end, lines: head.lines, rows: 0 });
    const rows = whole.flatMap((batch) => batch.rows);
    for (const row of rows) checkLine(row);
    const middle = whole[Math.floor(whole.length / 2)];
    const rowsBefore = middle === undefined ? 0 : (middle.rows.at(-1)?.rowNo ?? -1);
    const rest =
      middle === undefined || rowsBefore < 0
        ? undefined
        : await from({ bytes: middle.bytesTo, lines: middle.linesTo, rows: rowsBefore });
    const restRows = rest?.flatMap((batch) => batch.rows);
    if (restRows !== undefined) expect(restRows).toEqual(rows.slice(rowsBefore));
    return {
      bytesTotal: size,
      bytesRead: whole.at(-1)?.bytesTo ?? head.end,
      rows: rows.length,
      rowsFromMiddle: restRows === undefined ? rows.length : rowsBefore + restRows.length,
      linesInOrder: rows.every((row, i) => row.rowNo === i + 1 && row.line > (rows[i - 1]?.line ?? 0)),
    };
  } finally {
    await file.close();
    await rm(copy.path);
  }
}

async function collect(batches: AsyncGenerator<Batch>): Promise<Batch[]> {
  const all: Batch[] = [];
  for await (const batch of batches) all.push(batch);
  return all;
}

/** What COPY would be given: one line, no raw control that ends it, no zero. */
function checkLine(row: BatchRow): void {
  const line = row.result.ok
    ? contactLine(row.rowNo, row.result.contact, row.result.contact.numbers)
    : rejectLine('id', row, row.result.reject);
  expect(line.endsWith('\n')).toBe(true);
  expect(line.slice(0, -1)).not.toMatch(/[\n\r\0]/);
  expect(line.split('\t')).toHaveLength(row.result.ok ? 18 : 8);
  // Half of a character would be stored as another one.
  expect(Buffer.from(line).toString()).toBe(line);
  expect(copyLine([line])).not.toContain('\t');
}

const CELLS = [
  '0722123456',
  '+40 (0)722-123-456',
  '4.07E+10',
  '\u202a0721000001\u202c',
  '"',
  '""',
  '"Pop "',
  '"a;b\nc"',
  'Ștefan 👩‍🦰',
  '\\N',
  '\\.',
  '\t',
  '=1+1',
  '2026-01-15',
  '99999-99-99',
  '\u0000',
  '\ud83d',
  'x'.repeat(3_000),
] as const;
const HEADERS = [
  'Telefon;Nume;Acord',
  'Telefon,Nume',
  'Telefon\tTelefon\t__proto__',
  'sep=,\nMobil,Notă',
  '"Telefon";"No\ntă"',
] as const;

type LineEnds = [string, ...string[]];

function hostileFile(random: Random): Buffer {
  if (random.next() < 0.15) return randomBytes(random, random.between(1, 600));
  const ends: [LineEnds, ...LineEnds[]] = [['\n'], ['\r\n'], ['\r'], ['\n', '\r\n', '\r']];
  const delimiters = random.next() < 0.8 ? ([';'] as const) : ([';', ',', '\t'] as const);
  const lineEnds = random.pick(ends);
  let text = random.next() < 0.9 ? random.pick(HEADERS) + lineEnds[0] : '';
  for (let n = random.between(0, 60); n > 0; n--) {
    const cells = Array.from({ length: random.between(0, 6) }, () => random.pick(CELLS));
    text += cells.join(random.pick(delimiters)) + random.pick(lineEnds);
  }
  if (random.next() < 0.7) text = text.replaceAll('\u0000', '');
  const encoding = random.pick(['utf8', 'utf8', 'utf8', 'utf16le', 'latin1'] as const);
  const bytes = Buffer.from(random.next() < 0.2 ? `\ufeff${text}` : text, encoding);
  return random.next() < 0.5 ? bytes : mutated(random, bytes);
}

function mutated(random: Random, bytes: Buffer): Buffer {
  let result = bytes;
  for (let n = random.between(1, 4); n > 0 && result.length > 0; n--) {
    const at = random.between(0, result.length - 1);
    const to = Math.min(result.length, at + random.between(1, 40));
    const parts = [
      [result.subarray(0, at), result.subarray(to)],
      [result.subarray(0, to), result.subarray(at)],
      [result.subarray(0, at), randomBytes(random, random.between(1, 8)), result.subarray(at)],
    ] as const;
    result = Buffer.concat([...random.pick(parts)]);
  }
  return result.length === 0 ? Buffer.from('x') : result;
}

function randomBytes(random: Random, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => random.between(0, 255)));
}
