import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ConfigError, readConfig } from './config.ts';
import { withEnvFiles } from './env-files.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'apel-env-'));
  writeFileSync(join(folder, 'url'), 'postgres://apel:word@db/apel\n');
  writeFileSync(join(folder, 'token'), 'sixteen-characters');
  writeFileSync(join(folder, 'empty'), '\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string): string => join(folder, name);

it('a value may come from a file, without the newline at its end', () => {
  expect(readConfig('command', { DATABASE_URL_FILE: file('url') })).toMatchObject({
    databaseUrl: 'postgres://apel:word@db/apel',
  });
});

it('what a file holds is checked like any other value, and not repeated', () => {
  const read = () => readConfig('command', { DATABASE_URL_FILE: file('token') });
  expect(read).toThrow(/^DATABASE_URL: must start with postgres/);
  expect(read).not.toThrow(/sixteen/);
});

it.each([
  [{ DATABASE_URL_FILE: 'missing' }, /^DATABASE_URL_FILE: .*missing cannot be read \(ENOENT\)$/],
  [{ DATABASE_URL_FILE: 'empty' }, /^DATABASE_URL_FILE: .*empty is empty$/],
  [
    { DATABASE_URL_FILE: 'url', DATABASE_URL: 'postgres://x' },
    /^DATABASE_URL_FILE: is set, and so is DATABASE_URL/,
  ],
])('%o is refused by name', ({ DATABASE_URL_FILE, ...rest }, message) => {
  const read = () => readConfig('command', { ...rest, DATABASE_URL_FILE: file(DATABASE_URL_FILE) });
  expect(read).toThrow(ConfigError);
  expect(read).toThrow(message);
});

it('a process started by us gets values, so that it need not find the files', () => {
  const env = { PATH: '/bin', APEL_KEYS_FILE: '/keys.json', APEL_EDGE_TOKEN_FILE: file('token') };
  expect(withEnvFiles(env, ['APEL_EDGE_TOKEN', 'DATABASE_URL'])).toEqual({
    PATH: '/bin',
    APEL_KEYS_FILE: '/keys.json',
    APEL_EDGE_TOKEN: 'sixteen-characters',
  });
});
