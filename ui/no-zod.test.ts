import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const UI = fileURLToPath(new URL('.', import.meta.url));
/** `import { type X }` stays an import when its names are gone. */
const BRINGS_ZOD = /^import (?!type )[^;]*from '(?:zod|[^']*contracts\/http\/[^']*)'/m;

it('a page takes types from contracts/http and no values: one constant brought 90 KB of zod with it', async () => {
  const files = (await readdir(UI, { recursive: true })).filter(
    (file) => /\.tsx?$/.test(file) && !/\.test\.|^(dev|dist)\//.test(file),
  );
  expect(files).toContain('main.tsx');
  const guilty: string[] = [];
  for (const file of files) {
    if (BRINGS_ZOD.test(await readFile(join(UI, file), 'utf8'))) guilty.push(file);
  }
  expect(guilty).toEqual([]);
});
