import { expect, it } from 'vitest';
import type { CapsDef, ConfigBody, ConfigKind } from '../contracts/model/config.ts';
import type { StatusDef } from '../contracts/model/status.ts';
import { addContacts, addEdge, createCampaign, mobile } from '../test/support/campaign-fixture.ts';
import { useTestDatabase } from '../test/support/use-database.ts';
import { listAudit } from './audit.ts';
import { pauseCampaign, readCampaign, resumeCampaign, setCampaignWait, stopCampaign } from './campaigns.ts';
import type { Database } from './client.ts';
import { listConfigVersions, readConfig } from './config-read.ts';
import { removeConfig } from './config-remove.ts';
import { restoreConfig, retireConfig } from './config-retire.ts';
import { applyConfig, type ConfigOrigin } from './config.ts';
import { claimTrunkTest } from './trunk-test.ts';

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
  expect(await remove('trunk', 'used-trunk')).toMatchObject({ usage: { keep: ['used'], end: 'retire' } });
  expect(await remove('status', 'success')).toMatchObject({ usage: { keep: [], end: 'retire' } });
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
  expect(await remove('campaign', 'made')).toEqual({ state: 'removed', version: 2 });
  expect(await readCampaign(db.pool, { name: 'made' })).toBeUndefined();
});

it('what was never used goes, rows and all; the row of a status stays, offered to nobody', async () => {
  const remove = (kind: ConfigKind, name: string) =>
    removeConfig(db, { kind, name, expectedVersion: 1, actor: 'ana', now: NOW });
  const { trunk } = await createCampaign(db, 'mould');
  await apply([{ kind: 'trunk', body: { ...trunk, name: 'spare' } }]);
  expect(await remove('trunk', 'spare')).toEqual({ state: 'removed', version: 2 });
  expect(
    (
      await db.pool.query(
        `select 1 from trunk_health h left join config_objects o using (id) where o is null`,
      )
    ).rows,
  ).toEqual([]);
  await apply([{ kind: 'status', body: STATUS('unused') }]);
  expect(await remove('status', 'unused')).toMatchObject({ state: 'removed' });
  expect((await db.pool.query(`select retired_at from statuses where code = 'unused'`)).rows).toEqual([
    { retired_at: NOW },
  ]);
  await apply([{ kind: 'status', body: STATUS('unused') }], 'page');
  expect((await db.pool.query(`select retired_at from statuses where code = 'unused'`)).rows).toEqual([
    { retired_at: null },
  ]);
  // Nobody else takes a row away, whatever it is called.
  await expect(db.pool.query(`delete from campaigns`)).rejects.toThrow('is kept');
  await expect(db.pool.query(`delete from config_objects where kind = 'trunk'`)).rejects.toThrow('is kept');
});

it('a trunk over which anything was claimed is never removed, whatever campaigns name now; an open test call holds it', async () => {
  const { trunk } = await createCampaign(db, 'over');
  await apply(['quiet', 'busy'].map((name) => ({ kind: 'trunk' as const, body: { ...trunk, name } })));
  const params = (name: string) =>
    ({ kind: 'trunk', name, expectedVersion: 1, actor: 'ana', now: NOW }) as const;
  await addEdge(db, 'edge-over');
  const test = { e164: mobile(41), callerId: '+40259123456', by: 'ana', now: NOW };
  const claim = await claimTrunkTest(db, { ...test, trunk: 'busy' });
  if (claim.state === 'refused') throw new Error(claim.reason);
  const open = { state: 'kept', usage: { keep: ['open-calls'], openCalls: 1, end: 'retire' } };
  expect(await removeConfig(db, params('busy'))).toMatchObject(open);
  expect(await retireConfig(db, params('busy'))).toMatchObject(open);
  // As if it had been a call: nothing names the trunk, neither a campaign of today or before nor a test.
  await db.pool.query('delete from live_calls where call_id = $1', [claim.callId]);
  await db.pool.query('delete from trunk_tests where id = $1', [claim.callId]);
  expect(await removeConfig(db, params('busy'))).toMatchObject({
    state: 'kept',
    usage: { keep: [], end: 'retire' },
  });
  expect(await retireConfig(db, params('busy'))).toEqual({ state: 'retired' });
  expect(await removeConfig(db, params('quiet'))).toEqual({ state: 'removed', version: 2 });
});

it('what has history goes out of use and comes back: nothing new names it, no file changes it, nothing starts it', async () => {
  const { id, campaign, trunk } = await createCampaign(db, 'past');
  await addContacts(db, id, [{ numbers: [mobile(31)] }]);
  await apply([{ kind: 'status', body: STATUS('odd') }]);
  const change = (how: typeof retireConfig, kind: ConfigKind, name: string) =>
    how(db, { kind, name, expectedVersion: 1, actor: 'ana', now: NOW });
  expect(await change(retireConfig, 'caps', 'past-caps')).toEqual({ state: 'no-such-object' });
  expect(await change(retireConfig, 'trunk', trunk.name)).toMatchObject({
    state: 'kept',
    usage: { keep: ['used'] },
  });
  expect(
    await removeConfig(db, { kind: 'campaign', name: 'past', expectedVersion: 1, actor: 'ana', now: NOW }),
  ).toMatchObject({
    usage: { keep: [], end: 'retire' },
  });
  expect(await change(retireConfig, 'campaign', 'past')).toEqual({ state: 'retired' });
  expect(await change(retireConfig, 'campaign', 'past')).toEqual({ state: 'unchanged' });
  expect((await readCampaign(db.pool, { name: 'past' }))?.state.stoppedAt).toEqual(NOW);
  expect(await resumeCampaign(db, { campaign: 'past', by: 'ana', now: NOW })).toBe('retired');
  // Only what is in use is in the way of the trunk's end; what is out of use holds on to its calendar.
  expect(await change(retireConfig, 'trunk', trunk.name)).toEqual({ state: 'retired' });
  expect(
    await removeConfig(db, {
      kind: 'calendar',
      name: 'past-calendar',
      expectedVersion: 1,
      actor: 'ana',
      now: NOW,
    }),
  ).toMatchObject({
    usage: { keep: ['used'], uses: [{ name: 'past', retired: true }] },
  });
  expect(await apply([{ kind: 'campaign', body: campaign }])).toMatchObject({
    objects: [{ outcome: 'unchanged' }],
  });
  const changed: ConfigBody = { kind: 'campaign', body: { ...campaign, label: 'Alta' } };
  expect(await apply([changed], 'file', { force: true })).toMatchObject({
    problems: [{ problem: 'retired' }, { problem: 'missing-reference' }],
  });
  expect(await change(restoreConfig, 'campaign', 'past')).toMatchObject({ state: 'missing' });
  expect(await change(restoreConfig, 'trunk', trunk.name)).toEqual({ state: 'restored' });
  expect(await change(restoreConfig, 'campaign', 'past')).toEqual({ state: 'restored' });
  expect((await readCampaign(db.pool, { name: 'past' }))?.state.stoppedAt).toEqual(NOW);

  expect(await change(retireConfig, 'status', 'success')).toEqual({ state: 'retired' });
  const offered = await correctionsOffered();
  expect(offered).toContain('odd');
  expect(offered).not.toContain('success');
  expect(await change(restoreConfig, 'status', 'success')).toEqual({ state: 'restored' });
  expect(await correctionsOffered()).toContain('success');
  const actions = (await listAudit(db.pool, { objectId: 'past', limit: 20 })).map(({ action }) => action);
  expect(actions).toEqual(expect.arrayContaining(['config.retire', 'config.restore']));
});

/** What people may choose. */
async function correctionsOffered(): Promise<string[]> {
  const { rows } = await db.pool.query<{ code: string }>(
    'select code from statuses where retired_at is null',
  );
  return rows.map(({ code }) => code);
}

const STATUS = (code: string): StatusDef => ({
  code,
  labels: { ro: code, en: code },
  reachedPerson: true,
  countsAsNoAnswer: false,
  countsTowardsCaps: true,
  final: true,
  positive: false,
  system: false,
  allowedFor: ['outbound'],
  sort: 900,
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
