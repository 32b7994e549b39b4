import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readKeys, readOrCreateKeys } from './keys.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'apel-keys-'));
  path = join(folder, 'deep', 'keys.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('the first run makes a private file, later runs read the same keys', () => {
  const made = readOrCreateKeys(path);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(made.trunkSecret).toHaveLength(32);
  expect(made.codec.keys[made.codec.current]).toHaveLength(32);
  expect(readOrCreateKeys(path)).toEqual(made);
  expect(readKeys(path)).toEqual(made);
});

it('a file that others can read is refused', () => {
  readOrCreateKeys(path);
  chmodSync(path, 0o644);
  expect(() => readOrCreateKeys(path)).toThrow(/^APEL_KEYS_FILE: .* is readable by others/);
});

it('a damaged file is refused and kept: new keys would make old histories unreadable', () => {
  readOrCreateKeys(path);
  for (const [text, reason] of [
    ['{', /is not JSON/],
    ['{"codec":{"current":"k2","keys":{}},"trunkSecret":""}', /32 bytes/],
    [
      JSON.stringify({
        codec: { current: 'k2', keys: {} },
        trunkSecret: Buffer.alloc(32).toString('base64'),
      }),
      /names no key/,
    ],
  ] as const) {
    writeFileSync(path, text);
    expect(() => readOrCreateKeys(path)).toThrow(reason);
  }
});

it('a missing file is an error where nothing may be made', () => {
  expect(() => readKeys(path)).toThrow(/cannot be read \(ENOENT\)/);
});
