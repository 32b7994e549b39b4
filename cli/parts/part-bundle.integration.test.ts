import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { exec } from '../shell/exec.ts';
import { ROOT } from '../shell/home.ts';
import { getParts, PART_SOURCES } from './part-bundle.ts';
import { bundledFile, PART_PROGRAMS, PAYLOAD_CONVERTER } from './part-programs.ts';

const TIMEOUT_MS = 50_000;
let home: string;
let parts: string;
beforeAll(async () => {
  vi.stubEnv('APEL_PARTS', '');
  home = mkdtempSync(join(tmpdir(), 'apel-parts-'));
  mkdirSync(join(home, 'parts-0123456789abcdef'));
  parts = await getParts({ path: home }, () => undefined);
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true, force: true });
});

const bundled = (ending: string): { path: string; text: string }[] =>
  readdirSync(parts, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending) && !name.startsWith('node_modules'))
    .map((name) => ({ path: join(parts, name, '..'), text: readFileSync(join(parts, name), 'utf8') }));
const sources = (): string[] => bundled('.cjs').map(({ text }) => text);

it('every program is there, of these sources alone, and a second start bundles nothing', async () => {
  for (const program of PART_PROGRAMS) expect(existsSync(bundledFile(parts, program))).toBe(true);
  expect(readdirSync(home).map((name) => join(home, name))).toEqual([parts]);
  const first = sources();
  expect(await getParts({ path: home }, () => expect.unreachable())).toBe(parts);
  expect(sources()).toEqual(first);
});

it('holds nothing whose change would not be noticed', () => {
  const files = bundled('.cjs.map').flatMap(({ path, text }) =>
    (JSON.parse(text) as { sources: string[] }).sources.map((source) =>
      relative(ROOT, resolve(path, source)),
    ),
  );
  expect(files).toContain('workers/edge/main.ts');
  const known = PART_SOURCES.map((path) => `${path}/`);
  expect(files.filter((file) => !known.some((path) => file.startsWith(path)))).toEqual([]);
});

it('finds what lies beside the sources where the sources are', () => {
  const code = sources().join('\n');
  expect(code).not.toContain('import.meta.url');
  expect(code).toContain(`new URL("./migrations", ${JSON.stringify(addressOf('db/migrate.ts'))})`);
});

it('runs outside of the checkout, packages and all', async () => {
  const args = ['--enable-source-maps', bundledFile(parts, 'cli/main.ts'), 'doctor', '--help'];
  const { code, output } = await exec(process.execPath, args, { cwd: home, timeoutMs: TIMEOUT_MS });
  expect(output).toContain('Usage: apel doctor');
  expect(code).toBe(0);
});

it('the SDK can require the converter of payloads, and an error in it names the line of the source', async () => {
  const file = bundledFile(parts, PAYLOAD_CONVERTER);
  expect(createRequire(import.meta.url)(file)).toHaveProperty('payloadConverter');
  const script = `const { payloadConverter } = require(${JSON.stringify(file)});
    try { payloadConverter.toPayload({ get x() { throw new Error('told') } }) } catch (error) { console.log(error.stack) }`;
  const args = ['--enable-source-maps', '-e', script];
  const { stdout } = await exec(process.execPath, args, { cwd: home, timeoutMs: TIMEOUT_MS });
  const line = Number(/payload-converter\.ts:(\d+)/.exec(stdout)?.[1]);
  const source = readFileSync(join(ROOT, PAYLOAD_CONVERTER), 'utf8').split('\n');
  expect(source[line - 1]).toContain('Object.values(value)');
});

function addressOf(file: string): string {
  return pathToFileURL(join(ROOT, file)).href;
}
