import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { homeOf, makeFolders, removeHome, setAsideOrphanedData, type Home } from './home.ts';

let folder: string;
let home: Home;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'apel-home-'));
  const outside = join(folder, 'lib', 'site-1');
  home = {
    ...homeOf({ APEL_HOME: join(folder, 'a', 'b') }),
    postgresOutside: outside,
    postgres: join(outside, 'postgres'),
  };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('a strict umask does not close the folders that Postgres must pass', () => {
  const before = process.umask(0o077);
  try {
    makeFolders(home);
  } finally {
    process.umask(before);
  }
  for (const path of ['a', 'a/b', 'lib', 'lib/site-1']) {
    expect(statSync(join(folder, path)).mode & 0o777).toBe(0o711);
  }
  expect(statSync(home.logs).mode & 0o777).toBe(0o700);
});

it('the database of a state folder that somebody deleted is kept under another name', () => {
  mkdirSync(home.postgres, { recursive: true });
  writeFileSync(join(home.postgres, 'PG_VERSION'), '18');
  const aside = setAsideOrphanedData(home, new Date('2026-11-21T10:00:00Z'));
  expect(aside).toBe(`${home.postgresOutside}.20261121T100000`);
  expect(existsSync(join(aside ?? '', 'postgres/PG_VERSION'))).toBe(true);
  expect(existsSync(home.postgres)).toBe(false);
  makeFolders(home);
  writeFileSync(home.secrets, '{}');
  mkdirSync(home.postgres);
  expect(setAsideOrphanedData(home, new Date())).toBeUndefined();
});

it('a place where no folder can be made is named in one line', () => {
  writeFileSync(join(folder, 'a'), '');
  expect(() => makeFolders(home)).toThrow(/^folder .*\/a\/b cannot be made \(ENOTDIR\)$/);
});

it('removing takes both folders, and leaves those of other sites', () => {
  makeFolders(home);
  const other = join(folder, 'lib', 'other');
  mkdirSync(other);
  removeHome(home);
  expect([existsSync(home.path), existsSync(home.postgresOutside ?? ''), existsSync(other)]).toEqual([
    false,
    false,
    true,
  ]);
});
