import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CampaignList, PauseResult } from '../../contracts/http/campaigns.ts';
import { liveSnapshotSchema, type LiveSnapshot } from '../../contracts/http/live.ts';
import { openDatabase } from '../../db/client.ts';
import { DIALER_APPLICATION } from '../queries/live.ts';
import {
  NOON,
  seedCall,
  seedCampaign,
  startTestApi,
  type TestApi,
  type TestCampaign,
} from '../testing/test-api.ts';

let api: TestApi;
let campaign: TestCampaign;

async function live(): Promise<LiveSnapshot> {
  const response = await api.get('supervisor', '/api/campaigns/oradea/live');
  expect(response.status).toBe(200);
  return liveSnapshotSchema.parse(await response.json());
}

beforeAll(async () => {
  api = await startTestApi();
  campaign = await seedCampaign(api.db);
});
afterAll(() => api.close());

describe('campaigns', () => {
  it('are listed by name with what a filter needs', async () => {
    const found = (await (await api.get('management', '/api/campaigns')).json()) as CampaignList;
    expect(found.campaigns).toEqual([
      {
        name: 'oradea',
        label: 'Campania Oradea',
        mode: 'robot',
        zone: 'Europe/Bucharest',
        paused: null,
        retired: false,
        simulated: true,
        callsInProgress: 0,
        today: { date: '2026-11-21', total: 0, answered: 0, byHour: [] },
      },
    ]);
    const lists = await (await api.get('management', '/api/lists?campaign=oradea')).json();
    expect(lists).toMatchObject({ lists: [{ id: campaign.listId, kind: 'priority', campaign: 'oradea' }] });
  });

  it('are paused and resumed once, with who and why', async () => {
    const pause = async (verb: string, reason: string) =>
      (await (await api.post('operator', `/api/campaigns/oradea/${verb}`, { reason })).json()) as PauseResult;
    expect(await pause('pause', 'listă greșită')).toEqual({
      name: 'oradea',
      changed: true,
      paused: { at: NOON.toISOString(), by: 'operator', reason: 'listă greșită', stopped: false },
    });
    expect(await pause('pause', 'alt motiv')).toMatchObject({
      changed: false,
      paused: { reason: 'listă greșită' },
    });
    expect((await live()).dialer).toMatchObject({ state: 'paused', reason: { code: 'paused' } });
    expect(await pause('stop', 'gata')).toMatchObject({ changed: true, paused: { stopped: true } });
    expect((await live()).paused).toMatchObject({ reason: 'gata', stopped: true });
    expect(await pause('resume', 'listă bună')).toMatchObject({ changed: true, paused: null });
    const audit = await api.db.pool.query(
      `select actor, action from audit_log where object_kind = 'campaign' order by id`,
    );
    expect(audit.rows).toEqual([
      { actor: 'operator', action: 'campaign.pause' },
      { actor: 'operator', action: 'campaign.stop' },
      { actor: 'operator', action: 'campaign.resume' },
    ]);
  });

  it('are not paused without a reason, nor when nobody knows them', async () => {
    expect((await api.post('operator', '/api/campaigns/oradea/pause', { reason: ' ' })).status).toBe(400);
    expect((await api.post('operator', '/api/campaigns/nimic/pause', { reason: 'motiv' })).status).toBe(404);
    expect((await api.get('operator', '/api/campaigns/nimic/live')).status).toBe(404);
  });
});

describe('the live snapshot', () => {
  it('shows calls in progress, counts of today, the queue and what is wrong', async () => {
    const id = await seedCall(api.db, { campaign, number: '+40722000001', claimedAt: NOON });
    await api.db.pool.query(
      `insert into dial_queue (contact_id, campaign_id, list_id, rank, due_at)
       select contact_id, campaign_id, list_id, 0, $2 from calls where id = $1`,
      [id, NOON],
    );
    await api.db.pool.query(
      `insert into rollup_deltas (hour, campaign_id, list_id, agent_id, kind, status_id, calls, answered, talk_ms,
                                  hold_ms, wrap_up_ms)
       select '2026-11-21T09:00:00Z', $1, 0, 0, 'robot', id, 4, 3, 9000, 0, 0 from statuses where code = 'busy'`,
      [campaign.id],
    );
    const snapshot = await live();
    expect(snapshot.calls).toEqual([
      expect.objectContaining({ callId: id, stage: 'ringing', number: '+40722000001' }),
    ]);
    expect(snapshot.today).toEqual({
      date: '2026-11-21',
      zone: 'Europe/Bucharest',
      total: 4,
      answered: 3,
      talkMs: 9000,
      byStatus: { busy: 4 },
      byHour: [{ hour: 11, total: 4, answered: 3 }],
    });
    const overview = (await (await api.get('management', '/api/campaigns')).json()) as CampaignList;
    expect(overview.campaigns.map(({ today }) => today)).toEqual([
      { date: '2026-11-21', total: 4, answered: 3, byHour: [{ hour: 11, total: 4, answered: 3 }] },
    ]);
    expect(snapshot.queue).toMatchObject({ due: 1, duePriority: 1, later: 0, onCall: 0 });
    // Open day and night: the end of the day is no closing time.
    expect(snapshot.calendar).toEqual({ open: true, changesAt: null });
    expect(snapshot.health).toEqual([{ code: 'no-edge', params: {} }]);
  });

  it('says what the dialer waits for, with the numbers in it', async () => {
    await api.db.pool.query(
      `update campaigns set wait_reason = 'trunk-channels', wait_since = $1, wait_until = null`,
      [NOON],
    );
    expect((await live()).dialer).toMatchObject({ state: 'stopped', reason: null });
    const worker = openDatabase({ url: api.url, applicationName: DIALER_APPLICATION, max: 1 });
    await worker.pool.query('select 1');
    expect((await live()).dialer).toEqual({
      state: 'waiting',
      reason: { code: 'trunk-channels', params: { trunk: 'oradea-trunk', max: 30 } },
      since: NOON.toISOString(),
      until: null,
    });
    // The moment its process is gone.
    await worker.close();
    await expect
      .poll(async () => (await live()).dialer, { timeout: 60_000 })
      .toEqual({ state: 'stopped', reason: null, since: NOON.toISOString(), until: null });
    await api.db.pool.query('update campaigns set wait_reason = null, wait_since = null');
  });

  it('tells of a suspended trunk and of an edge that refuses', async () => {
    await api.db.pool.query(
      `insert into trunk_health (id, suspended_at, suspended_reason)
       select id, $1, 'unavailable' from config_objects where kind = 'trunk'`,
      [NOON],
    );
    await api.db.pool.query(
      `insert into edges (node, epoch, control_url, capacity, refusing)
       values ('edge-1', 1, 'http://127.0.0.1:1', 200, 'disk-full')`,
    );
    const snapshot = await live();
    expect(snapshot.trunk).toMatchObject({ state: 'suspended', reason: 'unavailable', maxChannels: 30 });
    expect(snapshot.health).toEqual([
      { code: 'edge-refusing', params: { node: 'edge-1', reason: 'disk-full' } },
      { code: 'trunk-suspended', params: { trunk: 'oradea-trunk', reason: 'unavailable' } },
    ]);
  });

  it('shows imports that run and those that ended today', async () => {
    await api.db.pool.query(
      `insert into imports (id, workflow_id, campaign_id, list_id, input, file_sha256, state, layout, bytes_total,
                            bytes_done, rows_done, accepted, invalid, started_at, finished_at)
       select gen_random_uuid(), 'import:' || w, $1, $2, '{"file":"oradea.csv","kind":"priority","campaign":"oradea"}',
              'x', case when ended is null then 'open' else 'done' end, '{}', 1000, 500, 20, 18, 2, $3, ended
       from (values ('a', null::timestamptz), ('b', $3::timestamptz - interval '1 hour'),
                    ('c', $3::timestamptz - interval '2 days')) v(w, ended)`,
      [campaign.id, campaign.listId, NOON],
    );
    const { imports } = await live();
    expect(imports.map((i) => `${i.workflowId} ${i.state}`).sort()).toEqual([
      'import:a open',
      'import:b done',
    ]);
    expect(imports[0]).toMatchObject({
      rows: 20,
      accepted: 18,
      invalid: 2,
      bytesDone: 500,
      file: 'oradea.csv',
    });
  });
});
