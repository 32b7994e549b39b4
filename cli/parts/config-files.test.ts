import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ROOT } from '../shell/home.ts';
import { readConfigFiles } from './config-files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'apel-config-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

it.each(['config', 'demo/config'])('every file of %s is well-formed', (name) => {
  const files = readdirSync(join(ROOT, name)).filter((one) => one.endsWith('.json'));
  const objects = readConfigFiles(files.map((one) => join(ROOT, name, one)));
  expect(objects.map(({ object }) => object.kind)).toEqual(
    expect.arrayContaining(['calendar', 'trunk', 'campaign']),
  );
});

it('tells every mistake of every file with file, path and reason', () => {
  const caps = file('caps.json', '{"kind":"caps","name":"a","perNumberPerDay":0,"perNumberTotal":5}');
  const broken = file('broken.json', '{"kind":');
  const kind = file('kind.json', '[{"kind":"trnk"}]');
  const missing = join(folder, 'missing.json');
  const read = () => readConfigFiles([caps, broken, kind, missing]);
  expect(read).toThrow(/caps\.json: perNumberPerDay: /);
  expect(read).toThrow(/broken\.json: not JSON: /);
  expect(read).toThrow(/kind\.json: \[0\]\.kind: must be one of calendar/);
  expect(read).toThrow(/missing\.json: cannot be read \(ENOENT\)/);
  expect(read).toThrow(/^nothing was applied\n/);
});

it('the same object in two files is a mistake', () => {
  const text = '{"kind":"caps","name":"a","perNumberPerDay":1,"perNumberTotal":5}';
  const files = [file('one.json', text), file('two.json', `\uFEFF${text}`)];
  expect(() => readConfigFiles(files)).toThrow(/two\.json: caps a is also in .*one\.json/);
});
