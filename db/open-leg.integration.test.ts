import { beforeEach, describe, expect, it } from 'vitest';
import { addEdge, createCampaign, mobile } from '../test/support/campaign-fixture.ts';
import { addPeople, claimRobotCalls } from '../test/support/claimed-call.ts';
import { emptyCalls, useTestDatabase } from '../test/support/use-database.ts';
import { pauseCampaign, type CampaignSetup } from './campaigns.ts';
import type { Database } from './client.ts';
import { applyConfig } from './config.ts';
import { endEpoch, isEpochOpen, listOpenEdges, openEpoch, setEdgeRefusing } from './edges.ts';
import { markStarted, openCallsOfEdge, readOpenCall, setStage, unstartedClaims } from './open-calls.ts';
import { openLeg } from './open-leg.ts';

const NOW = new Date('2026-11-23T10:00:00Z');
const after = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);
const EDGE = { node: 'edge-1', epoch: 1 };

let db: Database;
let setup: CampaignSetup;
let callId: string;
let n = 0;
useTestDatabase((opened) => {
  db = opened;
});
beforeEach(async () => {
  await emptyCalls(db);
  await addEdge(db, 'edge-1');
  n += 1;
  setup = await createCampaign(db, `leg${n}`);
  await addPeople(db, setup, n);
  const [call] = await claimRobotCalls(db, { setup, now: NOW, closesAt: after(100) });
  callId = call!.callId;
});

const open = (more: { edge?: typeof EDGE; now?: Date } = {}) =>
  openLeg(db.pool, { callId, edge: more.edge ?? EDGE, now: more.now ?? after(1) });
const refused = (reason: string) => ({ state: 'refused', reason });

describe('openLeg', () => {
  it('opens once, even for two at the same moment, and tells what to dial', async () => {
    const results = await Promise.all([open(), open(), open()]);
    const opened = results.filter((result) => result.state === 'opened');
    expect(opened).toEqual([
      {
        state: 'opened',
        leg: expect.objectContaining({
          number: mobile(n),
          campaign: setup.campaign,
          trunk: setup.trunk,
          attempt: 1,
        }),
      },
    ]);
    expect(await open()).toEqual(refused('opened-before'));
    expect(await readOpenCall(db.pool, callId)).toMatchObject({ stage: 'inviting', invitedAt: after(1) });
  });

  it('decides nothing by a time that is not that of Postgres, where it is told how far off it may be', async () => {
    const { rows } = await db.pool.query<{ now: Date }>('select clock_timestamp() as now');
    const now = rows[0]!.now;
    const at = (ms: number) =>
      openLeg(db.pool, {
        callId,
        edge: EDGE,
        now: new Date(now.getTime() + ms),
        clockToleranceMs: 60_000,
      });
    for (const ms of [-120_000, 120_000]) expect(await at(ms)).toEqual(refused('clock-off'));
    expect(await readOpenCall(db.pool, callId)).toMatchObject({ stage: 'claimed' });
    await db.pool.query('update live_calls set place_before = $1', [new Date(now.getTime() + 600_000)]);
    expect(await at(0)).toMatchObject({ state: 'opened' });
  });

  it('uses the definitions of the claim, not those applied since', async () => {
    const body = { ...setup.campaign, callerId: '+40259999999' };
    await applyConfig(db, { objects: [{ kind: 'campaign', body }], origin: 'file', actor: 'test', now: NOW });
    expect(await open()).toMatchObject({ leg: { campaign: { callerId: setup.campaign.callerId } } });
  });

  it('refuses another epoch, an ended epoch, closing time, a pause and an unknown call', async () => {
    expect(await open({ edge: { node: 'edge-1', epoch: 2 } })).toEqual(refused('not-ours'));
    expect(await open({ now: after(100) })).toEqual(refused('too-late'));
    await pauseCampaign(db, { campaign: setup.name, by: 'ana', now: NOW });
    expect(await open()).toEqual(refused('campaign-paused'));
    await endEpoch(db.pool, { edge: EDGE, by: 'settlement', now: NOW });
    expect(await open()).toEqual(refused('epoch-ended'));
    await db.pool.query('delete from live_calls');
    expect(await open()).toEqual(refused('not-ours'));
  });

  it.each([
    ['do_not_call_at = now()', 'do-not-call'],
    ['only_trunk_id = (select min(id) from config_objects)', 'trunk-bound'],
    ["rings_until = '2126-01-01'", 'number-rings'],
  ])('refuses a number with %s', async (change, reason) => {
    await db.pool.query(`update numbers set ${change} where e164 = $1`, [mobile(n)]);
    expect(await open()).toEqual(refused(reason));
  });

  it.each(['campaign', 'trunk'])(
    'refuses a call whose %s version is not there, and leaves its row',
    async (kind) => {
      await db.pool.query(
        `update calls set versions = jsonb_set(versions::jsonb, array[$2], '99') where id = $1`,
        [callId, kind],
      );
      expect(await open()).toEqual(refused('config-missing'));
      expect(await readOpenCall(db.pool, callId)).toMatchObject({ stage: 'claimed' });
    },
  );

  it('waits for the end of its epoch that is being written, and then refuses', async () => {
    const settlement = await db.pool.connect();
    await settlement.query('begin');
    await endEpoch(settlement, { edge: EDGE, by: 'settlement', now: NOW });
    const opening = open();
    const winner = await Promise.race([
      opening,
      settlement.query('select pg_sleep(0.2)').then(() => 'waiting'),
    ]);
    expect(winner).toBe('waiting');
    await settlement.query('commit');
    settlement.release();
    expect(await opening).toEqual(refused('epoch-ended'));
    expect(await readOpenCall(db.pool, callId)).toMatchObject({ stage: 'claimed' });
  });
});

describe('epochs and open calls', () => {
  it('each run of a node gets the next epoch, two at once two different ones', async () => {
    const params = { node: 'edge-1', controlUrl: 'http://127.0.0.1:1', capacity: 5, now: NOW };
    const epochs = await Promise.all([1, 2, 3].map(() => openEpoch(db.pool, params)));
    expect(epochs.map((edge) => edge.epoch).toSorted((a, b) => a - b)).toEqual([2, 3, 4]);
    await setEdgeRefusing(db.pool, { edge: { node: 'edge-1', epoch: 2 }, reason: 'disk-full' });
    const edges = await listOpenEdges(db.pool);
    expect(edges.map((edge) => [edge.epoch, edge.calls, edge.refusing])).toContainEqual([2, 0, 'disk-full']);
    expect(edges[0]).toMatchObject({ epoch: 1, calls: 1, capacity: 1000 });
    expect(await isEpochOpen(db.pool, EDGE)).toBe(true);
    expect(await endEpoch(db.pool, { edge: EDGE, by: 'x', now: NOW })).toBe(true);
    expect(await endEpoch(db.pool, { edge: EDGE, by: 'y', now: NOW })).toBe(false);
    expect(await isEpochOpen(db.pool, EDGE)).toBe(false);
    expect((await openCallsOfEdge(db.pool, EDGE)).map((call) => call.callId)).toEqual([callId]);
  });

  it('a claim is unstarted until its workflow is known', async () => {
    const look = (claimedBefore: Date) =>
      unstartedClaims(db.pool, { campaignId: setup.id, claimedBefore, limit: 10 });
    expect(await look(NOW)).toEqual([]);
    expect(await look(after(1))).toMatchObject([{ callId, attempt: 1, edge: EDGE, kind: 'robot' }]);
    await markStarted(db.pool, { callIds: [callId], now: NOW });
    expect(await look(after(1))).toEqual([]);
  });

  it('a late stage does not replace a newer one', async () => {
    await setStage(db.pool, { callId, stage: 'talking', at: after(9) });
    await setStage(db.pool, { callId, stage: 'ringing', at: after(8) });
    expect(await readOpenCall(db.pool, callId)).toMatchObject({ stage: 'talking' });
  });
});
