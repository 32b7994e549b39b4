import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readWindows } from './csv-windows.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'apel-csv-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function read(text: string, from = 0) {
  const path = join(folder, 'list.csv');
  await writeFile(path, text);
  const file = await open(path, 'r');
  try {
    const found: { cells: string[]; end: number; malformed: boolean }[] = [];
    let windows = 0;
    for await (const { records, at } of readWindows(file, from, ';')) {
      windows++;
      for (const { cells, end, malformed } of records) found.push({ cells, end: at + end, malformed });
    }
    return { found, windows };
  } finally {
    await file.close();
  }
}

describe('readWindows', () => {
  it('reads a file of many windows without losing or repeating a record, from any of them on', async () => {
    const rows = Array.from({ length: 30_000 }, (_, i) => [String(i), i % 7 === 0 ? `ș\n"${i}"` : `ș ${i}`]);
    const lines = rows.map(([a, b]) => `${a};"${b?.replaceAll('"', '""')}"\n`);
    const { found, windows } = await read(lines.join(''));
    expect(windows).toBeGreaterThan(1);
    expect(found.map((record) => record.cells)).toEqual(rows);
    const middle = found[17_000];
    const rest = await read(lines.join(''), middle?.end);
    expect(rest.found).toEqual(found.slice(17_001));
  });

  it.each(['x', ';', '"'])(
    'takes an endless line of %j for one malformed row and goes on behind it',
    async (it) => {
      const long = it.repeat(700_000);
      const { found } = await read(`a;b\n${long}\nc;d\n`);
      expect(found.map((record) => record.malformed)).toEqual([false, true, false]);
      expect(found[1]?.cells[0]?.length).toBeLessThan(5_000);
      expect(found[1]?.end).toBe(4 + long.length + 1);
      expect(found[2]?.cells).toEqual(['c', 'd']);
      const last = await read(`a;b\n${long}`);
      expect(last.found.map((record) => record.end)).toEqual([4, 4 + long.length]);
    },
  );

  it('of an empty rest is nothing', async () => {
    expect((await read('a;b\n', 4)).found).toEqual([]);
  });
});
