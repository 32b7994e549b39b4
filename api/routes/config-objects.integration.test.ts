import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {
  ConfigObjectView,
  ConfigPlan,
  ConfigSaved,
  ConfigVersions,
  PromptSound,
} from '../../contracts/http/config-admin.ts';
import type { Problem } from '../../contracts/http/problem.ts';
import type { ConfigBody, TrunkDef } from '../../contracts/model/config.ts';
import type { Role } from '../../contracts/model/role.ts';
import { listAudit } from '../../db/audit.ts';
import { readConfig } from '../../db/config-read.ts';
import { applyConfig } from '../../db/config.ts';
import { decryptSecret } from '../../platform/secrets.ts';
import { createCampaign } from '../../test/support/campaign-fixture.ts';
import { NOON, ORIGIN, startTestApi, type TestApi } from '../testing/test-api.ts';

const KEY = Buffer.alloc(32, 7);
let api: TestApi;

beforeAll(async () => {
  api = await startTestApi({ secretKey: KEY });
  await createCampaign(api.db, 'oradea', {
    trunk: { callsPerSecond: 10, credentials: { username: 'apel', password: 'enc:v1:stored' } },
  });
});
afterAll(() => api.close());

async function ask<T>(
  role: Role,
  method: string,
  path: string,
  body?: unknown,
): Promise<T & { status: number }> {
  const response = await api.app.request(`${ORIGIN}/api/config/${path}`, {
    method,
    headers: { cookie: await api.cookie(role), origin: ORIGIN, 'content-type': 'application/json' },
    body: body === undefined ? null : JSON.stringify(body),
  });
  const text = await response.text();
  return { ...(text === '' ? {} : JSON.parse(text)), status: response.status } as T & { status: number };
}

const get = (path: string) => ask<ConfigObjectView>('supervisor', 'GET', path);
const plan = (path: string, version: number | null, body: unknown, role: Role = 'supervisor') =>
  ask<ConfigPlan>(role, 'POST', `${path}/plan`, { version, body });
const save = (path: string, version: number | null, body: unknown, role: Role = 'supervisor') =>
  ask<ConfigSaved & Problem>(role, 'PUT', path, { version, body });
const caps = (name: string, perNumberPerDay: number) => ({ name, perNumberPerDay, perNumberTotal: 50 });
const fromFile = (object: ConfigBody, force = false) =>
  applyConfig(api.db, { objects: [object], origin: 'file', actor: 'cli:ana', now: NOW, force });
const NOW = NOON;

describe('a config object on a page', () => {
  it('is made, changed from the version that was seen, and refused when somebody was faster', async () => {
    expect(await save('caps/noapte', null, caps('noapte', 2))).toMatchObject({ status: 200, version: 1 });
    expect(await save('caps/noapte', null, caps('noapte', 3))).toMatchObject({
      status: 409,
      code: 'conflict',
    });
    expect(await save('caps/noapte', 1, caps('noapte', 3))).toMatchObject({ outcome: 'changed', version: 2 });
    const late = await save('caps/noapte', 1, caps('noapte', 9));
    expect(late).toMatchObject({ status: 409, params: { version: 2, by: 'supervisor' } });
    expect(await plan('caps/noapte', 1, caps('noapte', 9))).toMatchObject({
      issues: [],
      current: { version: 2, origin: 'page', by: 'supervisor', body: { perNumberPerDay: 3 } },
      changes: [{ path: 'perNumberPerDay', before: 3, after: 9 }],
    });
    const { versions } = await ask<ConfigVersions>('operator', 'GET', 'caps/noapte/versions');
    expect(versions.map(({ version, body }) => [version, body['perNumberPerDay']])).toEqual([
      [2, 3],
      [1, 2],
    ]);
    const audit = await listAudit(api.db.pool, { objectKind: 'caps', objectId: 'noapte', limit: 9 });
    expect(audit).toMatchObject([
      { action: 'config.change', actor: 'supervisor', before: caps('noapte', 2), after: caps('noapte', 3) },
      { action: 'config.create', before: null, after: caps('noapte', 2) },
    ]);
  });

  it('is checked by the rules of apply, in codes with their limits; a dry run changes nothing', async () => {
    const { body } = await get('campaign/oradea');
    const wrong = { ...body, ringTimeoutSeconds: 5, calendar: 'nu-este', callerId: '0259' };
    expect((await plan('campaign/oradea', 1, wrong)).issues).toMatchObject([
      { path: 'callerId', code: 'e164' },
      { path: 'ringTimeoutSeconds', code: 'ring' },
      { path: 'prompt', code: 'robot-prompt' },
    ]);
    const lost = await plan('campaign/oradea', 1, { ...body, calendar: 'nu-este', prompt: 'nici' });
    expect(lost.issues.map(({ path, code }) => [path, code])).toContainEqual(['calendar', 'reference']);
    expect((await plan('caps/altul', null, caps('noapte', 2))).issues).toMatchObject([
      { path: 'name', code: 'name-differs' },
    ]);
    expect(await save('campaign/oradea', 1, wrong)).toMatchObject({ status: 400, code: 'invalid-request' });
    expect((await get('campaign/oradea')).version).toBe(1);
    expect(await get('caps/altul')).toMatchObject({ status: 404 });
  });

  it('and apply never overwrite each other unseen', async () => {
    await fromFile({ kind: 'caps', body: caps('comun', 2) });
    await save('caps/comun', 1, caps('comun', 4));
    expect(await fromFile({ kind: 'caps', body: caps('comun', 3) })).toMatchObject({
      state: 'refused',
      problems: [{ problem: 'changed-on-page', detail: expect.stringContaining('perNumberPerDay') }],
    });
    await fromFile({ kind: 'caps', body: caps('comun', 3) }, true);
    expect(await get('caps/comun')).toMatchObject({ version: 3, origin: 'file', by: 'cli:ana' });
    expect(await save('caps/comun', 2, caps('comun', 5))).toMatchObject({ status: 409 });
  });

  it('says what it is used by, and goes only when nothing uses it', async () => {
    expect((await get('calendar/oradea-calendar')).usage).toMatchObject({
      uses: [{ kind: 'campaign', name: 'oradea', fields: ['calendar'] }],
      keep: ['used'],
    });
    const remove = (path: string, version: number) =>
      ask<Problem>('supervisor', 'POST', `${path}/remove`, { version });
    expect(await remove('calendar/oradea-calendar', 1)).toMatchObject({
      status: 409,
      params: { keep: ['used'] },
    });
    expect((await remove('caps/comun', 3)).status).toBe(204);
    expect((await get('caps/comun')).status).toBe(404);
    const { versions } = await ask<ConfigVersions>('supervisor', 'GET', 'caps/comun/versions');
    expect(versions[0]).toMatchObject({ version: 4, removed: true, by: 'supervisor' });
    expect(await fromFile({ kind: 'caps', body: caps('comun', 3) })).toMatchObject({
      problems: [{ problem: 'removed-on-page' }],
    });
    expect(await save('caps/comun', null, caps('comun', 3))).toMatchObject({
      outcome: 'created',
      version: 5,
    });
  });
});

describe('a trunk', () => {
  const trunkOf = async () =>
    (await readConfig(api.db.pool, { kind: 'trunk', name: 'oradea-trunk' }))?.body as TrunkDef;

  it('is the administrator’s, and its password goes in and never out', async () => {
    const seen = await get('trunk/oradea-trunk');
    expect(JSON.stringify(seen)).not.toContain('stored');
    expect(await save('trunk/oradea-trunk', 1, seen.body)).toMatchObject({ status: 403 });
    expect(await plan('trunk/oradea-trunk', 1, seen.body)).toMatchObject({ status: 403 });
    const body = { ...seen.body, maxChannels: 7, credentials: { username: 'apel' } };
    expect(await save('trunk/oradea-trunk', 1, body, 'administrator')).toMatchObject({ version: 2 });
    expect((await trunkOf()).credentials?.password).toBe('enc:v1:stored');
    const moved = await plan('trunk/oradea-trunk', 2, { ...body, host: 'evil.example' }, 'administrator');
    expect(moved.issues).toMatchObject([{ path: 'credentials.password', code: 'password' }]);
    const typed = { ...body, credentials: { username: 'apel', password: 'enc:v1:typed' } };
    await save('trunk/oradea-trunk', 2, typed, 'administrator');
    expect(decryptSecret((await trunkOf()).credentials?.password ?? '', KEY)).toBe('enc:v1:typed');
    const audit = JSON.stringify(await listAudit(api.db.pool, { objectKind: 'trunk', limit: 9 }));
    expect(audit).not.toMatch(/typed|stored/);
  });
});

describe('a prompt', () => {
  it('is uploaded in any format, converted, listened to by parts, and saved with its sound', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'apel-upload-'));
    const mp3 = join(folder, 'salut.mp3');
    const sine = ['-f', 'lavfi', '-i', 'sine=frequency=500:duration=1'];
    execFileSync('ffmpeg', ['-loglevel', 'error', ...sine, '-y', mp3]);
    const upload = async (bytes: Buffer) =>
      api.app.request(`${ORIGIN}/api/prompts/sound?file=salut.mp3`, {
        method: 'POST',
        headers: {
          cookie: await api.cookie('supervisor'),
          origin: ORIGIN,
          'content-type': 'application/octet-stream',
        },
        body: new Uint8Array(bytes),
      });
    const sound = (await (await upload(readFileSync(mp3))).json()) as PromptSound;
    rmSync(folder, { recursive: true });
    expect(sound).toMatchObject({ file: 'salut.mp3', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(sound.durationMs).toBeGreaterThan(900);
    const refused = await upload(Buffer.from('nu este sunet'));
    expect(refused.status).toBe(400);
    expect(((await refused.json()) as Problem).params['issues']).toMatchObject([{ path: 'file' }]);

    const part = await api.get('operator', `/api/prompts/sound/${sound.sha256}`, { range: 'bytes=0-3' });
    expect([part.status, await part.text()]).toEqual([206, 'RIFF']);
    const prompt = { name: 'salut', label: 'Salut', ...sound };
    expect(await save('prompt/salut', null, { ...prompt, sha256: '0'.repeat(64) })).toMatchObject({
      status: 400,
    });
    expect(await save('prompt/salut', null, prompt)).toMatchObject({ version: 1 });
  });
});

describe('a campaign', () => {
  it('is made stopped, started, stopped for good, each with its line in the log', async () => {
    const { body } = await get('campaign/oradea');
    await save('campaign/cluj', null, { ...body, name: 'cluj', prompt: 'salut' });
    expect((await get('campaign/cluj')).run).toMatchObject({ state: 'stopped', by: 'supervisor' });
    const change = async (verb: string) =>
      (await api.post('operator', `/api/campaigns/cluj/${verb}`, { reason: 'gata pe azi' })).status;
    expect(await change('resume')).toBe(200);
    expect((await get('campaign/cluj')).run).toMatchObject({ state: 'running', at: null });
    expect(await change('stop')).toBe(200);
    expect((await get('campaign/cluj')).run).toMatchObject({ state: 'stopped', reason: 'gata pe azi' });
    const audit = await listAudit(api.db.pool, { objectKind: 'campaign', objectId: 'cluj', limit: 2 });
    expect(audit).toMatchObject([
      { action: 'campaign.stop', before: { state: 'running' }, after: { state: 'stopped' } },
      { action: 'campaign.resume', before: { state: 'stopped' }, after: { state: 'running' } },
    ]);
  });
});
