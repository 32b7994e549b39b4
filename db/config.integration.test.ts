import { expect, it } from 'vitest';
import type { CapsDef, ConfigBody, ConfigKind } from '../contracts/model/config.ts';
import { createCampaign } from '../test/support/campaign-fixture.ts';
import { useTestDatabase } from '../test/support/use-database.ts';
import { listAudit } from './audit.ts';
import { pauseCampaign, readCampaign, resumeCampaign, setCampaignWait, stopCampaign } from './campaigns.ts';
import type { Database } from './client.ts';
import { listConfigVersions, readConfig } from './config-read.ts';
import { removeConfig } from './config-remove.ts';
import { applyConfig, type ConfigOrigin } from './config.ts';

const NOW = new Date('2026-11-23T10:00:00Z');
let db: Database;
useTestDatabase((opened) => {
  db = opened;
});

const caps = (name: string, perNumberPerDay: number): ConfigBody => ({
  kind: 'caps',
  body: { name, perNumberPerDay, perNumberTotal: 50 } satisfies CapsDef,
});
const apply = (objects: ConfigBody[], origin: ConfigOrigin = 'file', more = {}) =>
  applyConfig(db, { objects, origin, actor: 'test', now: NOW, ...more });

it('applying the same again changes nothing; a change makes the next version and keeps the old', async () => {
  expect(await apply([caps('a', 2)])).toMatchObject({ objects: [{ outcome: 'created', version: 1 }] });
  expect(await apply([caps('a', 2)])).toMatchObject({ objects: [{ outcome: 'unchanged', version: 1 }] });
  expect(await apply([caps('a', 3)])).toMatchObject({ objects: [{ outcome: 'changed', version: 2 }] });
  const { rows } = await db.pool.query(
    `select version, body->>'perNumberPerDay' as n from config_versions where kind = 'caps' and name = 'a' order by 1`,
  );
  expect(rows).toEqual([
    { version: 1, n: '2' },
    { version: 2, n: '3' },
  ]);
});

it('a file does not overwrite what was changed on a page, unless it is equal or forced; nothing else is applied', async () => {
  await apply([caps('b', 2)]);
  await apply([caps('b', 5)], 'page');
  expect(await apply([caps('b', 2), caps('new', 1)])).toMatchObject({
    state: 'refused',
    problems: [{ name: 'b', problem: 'changed-on-page' }],
  });
  expect(await readConfig(db.pool, { kind: 'caps', name: 'new' })).toBeUndefined();
  expect(await apply([caps('b', 5)])).toMatchObject({ objects: [{ outcome: 'unchanged' }] });
  expect(await apply([caps('b', 2)], 'file', { force: true })).toMatchObject({ objects: [{ version: 3 }] });
});

it('a file that has caught up with the page may change the object again', async () => {
  await apply([caps('e', 2)]);
  await apply([caps('e', 5)], 'page');
  expect(await apply([caps('e', 2)])).toMatchObject({
    problems: [{ problem: 'changed-on-page', detail: expect.stringContaining('perNumberPerDay') }],
  });
  await apply([caps('e', 5)]);
  expect(await apply([caps('e', 6)])).toMatchObject({ objects: [{ outcome: 'changed', version: 3 }] });
});

it('what was removed on a page stays away from a file, keeps its versions, and comes back as the next', async () => {
  await apply([caps('f', 2)]);
  const remove = (expectedVersion: number) =>
    removeConfig(db, { kind: 'caps', name: 'f', expectedVersion, actor: 'ana', now: NOW });
  expect(await remove(7)).toEqual({ state: 'stale-version', version: 1 });
  expect(await remove(1)).toEqual({ state: 'removed', version: 2 });
  expect(await remove(1)).toEqual({ state: 'no-such-object' });
  expect(await apply([caps('f', 2)])).toMatchObject({ problems: [{ problem: 'removed-on-page' }] });
  const save = (version: number) =>
    apply([caps('f', 3)], 'page', { expectedVersions: { 'caps/f': version } });
  expect(await save(1)).toMatchObject({ problems: [{ problem: 'stale-version' }] });
  expect(await save(0)).toMatchObject({ objects: [{ outcome: 'created', version: 3 }] });
  const versions = await listConfigVersions(db.pool, { kind: 'caps', name: 'f', limit: 10 });
  expect(versions.map(({ version, removed }) => [version, removed])).toEqual([
    [3, false],
    [2, true],
    [1, false],
  ]);
});

it('nothing that is used is removed; a campaign made on a page waits to be started', async () => {
  const setup = await createCampaign(db, 'used');
  const remove = (kind: ConfigKind, name: string) =>
    removeConfig(db, { kind, name, expectedVersion: 1, actor: 'ana', now: NOW });
  expect(await remove('calendar', 'used-calendar')).toMatchObject({
    state: 'kept',
    usage: { keep: ['used'], uses: [{ kind: 'campaign', name: 'used', fields: ['calendar'] }] },
  });
  expect(await remove('trunk', 'used-trunk')).toMatchObject({ usage: { keep: ['used', 'history'] } });
  expect(await remove('status', 'busy')).toMatchObject({ usage: { keep: ['history'] } });
  const made = { ...setup.campaign, name: 'made', label: 'Made' };
  await apply([{ kind: 'campaign', body: made }], 'page');
  expect((await readCampaign(db.pool, { name: 'made' }))?.state).toEqual({
    pausedAt: NOW,
    pausedBy: 'test',
    stoppedAt: NOW,
  });
  expect(await stopCampaign(db, { campaign: 'made', by: 'ana', now: NOW })).toBe('unchanged');
  expect(await pauseCampaign(db, { campaign: 'made', by: 'ana', now: NOW })).toBe('unchanged');
  expect(await resumeCampaign(db, { campaign: 'made', by: 'ana', now: NOW })).toBe('changed');
  expect(await stopCampaign(db, { campaign: 'made', by: 'ana', now: NOW })).toBe('changed');
  expect(await remove('campaign', 'made')).toMatchObject({ usage: { keep: ['history'] } });
});

it('a page is refused when somebody was faster', async () => {
  await apply([caps('c', 2)]);
  const edit = (value: number) => apply([caps('c', value)], 'page', { expectedVersions: { 'caps/c': 1 } });
  expect(await edit(3)).toMatchObject({ state: 'applied' });
  expect(await edit(4)).toMatchObject({ problems: [{ problem: 'stale-version' }] });
});

it('names every missing reference, and objects given twice', async () => {
  const result = await apply([
    { kind: 'retry-rules', body: { name: 'r', default: RULE, byStatus: { 'no-such': RULE } } },
    caps('d', 1),
    caps('d', 1),
  ]);
  expect(result).toMatchObject({
    state: 'refused',
    problems: [
      { problem: 'twice', name: 'd' },
      {
        problem: 'missing-reference',
        detail: 'retry-rules "r", byStatus.no-such: there is no status "no-such"',
      },
    ],
  });
});
const RULE = { delaySeconds: 1, multiplier: 1, maxDelaySeconds: 1, maxAttempts: 1 };

it('a status becomes a row of the lookup table, at once and in place', async () => {
  const status = (ro: string): ConfigBody => ({
    kind: 'status',
    body: {
      code: 'fax',
      labels: { ro, en: 'Fax' },
      reachedPerson: false,
      countsAsNoAnswer: true,
      countsTowardsCaps: true,
      final: true,
      positive: false,
      system: false,
      allowedFor: ['outbound'],
      sort: 500,
    },
  });
  await apply([status('Fax')]);
  const before = await db.pool.query(`select id, label_ro from statuses where code = 'fax'`);
  await apply([status('Telefax')]);
  const after = await db.pool.query(`select id, label_ro from statuses where code = 'fax'`);
  expect(after.rows).toEqual([{ id: before.rows[0].id, label_ro: 'Telefax' }]);
});

it('a campaign is read with all it names; pause, resume and waits are its state', async () => {
  const setup = await createCampaign(db, 'camp', {
    trunk: { credentials: { username: 'u', password: 'enc:v1:abc' } },
  });
  expect(setup).toMatchObject({
    trunk: { name: 'camp-trunk', credentials: { password: 'enc:v1:abc' } },
    caps: { name: 'camp-caps' },
    versions: { campaign: 1, calendar: 1, trunk: 1, 'retry-rules': 1, caps: 1 },
    state: {},
  });
  const params = { campaign: 'camp', by: 'ana', reason: 'ședință', now: NOW };
  expect(await pauseCampaign(db, params)).toBe('changed');
  expect(await pauseCampaign(db, params)).toBe('unchanged');
  expect(await pauseCampaign(db, { ...params, campaign: 'nu' })).toBe('no-such-campaign');
  const later = new Date(NOW.getTime() + 5000);
  await setCampaignWait(db.pool, { campaignId: setup.id, reason: 'paused', until: later, now: NOW });
  await setCampaignWait(db.pool, { campaignId: setup.id, reason: 'paused', until: NOW, now: later });
  expect((await readCampaign(db.pool, { id: setup.id }))?.state).toEqual({
    pausedAt: NOW,
    pausedBy: 'ana',
    pausedReason: 'ședință',
    waitReason: 'paused',
    waitUntil: NOW,
    waitSince: NOW,
  });
  expect(await resumeCampaign(db, params)).toBe('changed');
  await setCampaignWait(db.pool, { campaignId: setup.id, now: later });
  expect((await readCampaign(db.pool, { name: 'camp' }))?.state).toEqual({});
  const audit = JSON.stringify(await listAudit(db.pool, { limit: 100 }));
  expect(audit).toContain('campaign.pause');
  expect(audit).toContain('(secret)');
  expect(audit).not.toContain('enc:v1:abc');
});
