import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TrunkDef } from '../../contracts/model/config.ts';
import { openDatabase, type Database } from '../../db/client.ts';
import { listConfig, readConfig } from '../../db/config-read.ts';
import { applyConfig } from '../../db/config.ts';
import { decryptSecret } from '../../platform/secrets.ts';
import { createTestDatabase, type TestDatabase } from '../../test/support/postgres.ts';
import { ROOT } from '../shell/home.ts';
import { applyObjects } from './apply-config.ts';
import { readConfigFiles } from './config-files.ts';

const trunkSecret = randomBytes(32);
let folder: string;
let test: TestDatabase;
let db: Database;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'apel-apply-'));
  test = await createTestDatabase();
  db = openDatabase({ url: test.url, applicationName: 'test' });
});
afterAll(async () => {
  await db.close();
  await test.drop();
  rmSync(folder, { recursive: true, force: true });
});

function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(content));
  return path;
}

const apply = (files: readonly string[], force = false) =>
  applyObjects(
    {
      db,
      promptsDir: join(folder, 'prompts'),
      trunkSecret,
      actor: 'test',
      now: new Date(),
      force,
      progress: () => undefined,
    },
    readConfigFiles(files),
  );

const trunk = (password: string) => ({
  kind: 'trunk',
  name: 'furnizor',
  host: 'sip.example.net',
  port: 5060,
  transport: 'udp',
  credentials: { username: 'apel', password },
  numberFormat: 'e164',
  maxChannels: 10,
  callsPerSecond: 2,
  permittedPrefixes: ['+407'],
});

async function storedTrunk(): Promise<{ version: number; password: string }> {
  const row = await readConfig(db.pool, { kind: 'trunk', name: 'furnizor' });
  return {
    version: row?.version ?? 0,
    password: (row?.body as TrunkDef | undefined)?.credentials?.password ?? '',
  };
}

it('the same password again keeps its stored form and makes no new version; another one does', async () => {
  const path = file('trunk.json', trunk('parola-1'));
  expect(await apply([path])).toMatchObject([{ outcome: 'created', version: 1 }]);
  const first = await storedTrunk();
  expect(first.password).toMatch(/^enc:v1:/);
  expect(await apply([path])).toMatchObject([{ outcome: 'unchanged', version: 1 }]);
  expect(await storedTrunk()).toEqual(first);
  expect(await apply([file('trunk.json', trunk('parola-2'))])).toMatchObject([
    { outcome: 'changed', version: 2 },
  ]);
  const { password } = await storedTrunk();
  expect(decryptSecret(password, trunkSecret)).toBe('parola-2');
});

it('the sample configuration is applied once: a second time changes nothing, and prompts carry hash and length', async () => {
  const config = join(ROOT, 'config');
  const files = readdirSync(config)
    .filter((name) => name.endsWith('.json'))
    .map((name) => join(config, name));
  await apply(files);
  expect(new Set((await apply(files)).map(({ outcome }) => outcome))).toEqual(new Set(['unchanged']));
  const [prompt] = await listConfig(db.pool, { kind: 'prompt' });
  const body = prompt?.body as { sha256: string; durationMs: number };
  expect(body.durationMs).toBeGreaterThan(1_000);
  expect(existsSync(join(folder, 'prompts', `${body.sha256}.wav`))).toBe(true);
});

it('tells each mistake with file, path and reason, and applies nothing', async () => {
  const caps = { kind: 'caps', name: 'noi', perNumberPerDay: 1, perNumberTotal: 5 };
  const prompts = ['lipsa.wav', 'alta.wav'].map((name) => ({
    label: name,
    kind: 'prompt',
    name: name.slice(0, 4),
    file: name,
  }));
  const both = apply([file('prompts.json', [caps, ...prompts])]);
  await expect(both).rejects.toThrow(/prompts\.json: \[1\]\.file: lipsa\.wav: prompt file does not exist\n/);
  await expect(both).rejects.toThrow(/prompts\.json: \[2\]\.file: alta\.wav: prompt file does not exist$/);

  const rules = { kind: 'retry-rules', name: 'r', default: RULE, byStatus: { 'no-such': RULE } };
  const missing = apply([file('rules.json', [caps, rules])]);
  await expect(missing).rejects.toThrow(
    /rules\.json: \[1\]\.byStatus\.no-such: .*there is no status "no-such"/,
  );
  expect(await readConfig(db.pool, { kind: 'caps', name: 'noi' })).toBeUndefined();
});

const RULE = { delaySeconds: 60, multiplier: 1, maxDelaySeconds: 60, maxAttempts: 3 };

it('what a page changed meanwhile is overwritten with --force only', async () => {
  const changed = { ...trunk('x'), credentials: undefined, maxChannels: 3 };
  const { kind: _, ...body } = changed;
  await applyConfig(db, {
    objects: [{ kind: 'trunk', body: JSON.parse(JSON.stringify(body)) as TrunkDef }],
    origin: 'page',
    actor: 'ana',
    now: new Date(),
  });
  const path = file('trunk.json', trunk('parola-2'));
  await expect(apply([path])).rejects.toThrow(
    /trunk\.json: .*changed on a page .*by ana.*--force overwrites it/,
  );
  expect(await apply([path], true)).toMatchObject([{ outcome: 'changed' }]);
});
