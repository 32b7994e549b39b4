import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RecordingPage, RecordingSearch } from '../../contracts/http/recordings.ts';
import type { Grant, Role } from '../../contracts/model/role.ts';
import {
  NOON,
  ensureUser,
  seedCall,
  seedCampaign,
  startTestApi,
  type TestApi,
  type TestCampaign,
} from '../testing/test-api.ts';

let api: TestApi;
let oradea: TestCampaign;
let bihor: TestCampaign;
/** By name; the newest first is how they are found. */
const ids: Record<string, string> = {};

async function seed(
  name: string,
  minutesAgo: number,
  options: {
    campaign?: TestCampaign;
    status?: string;
    ms?: number;
    number?: string;
    agentId?: number;
    state?: 'ready' | 'none' | 'lost' | 'deleted';
    form?: 'opus';
  } = {},
): Promise<void> {
  const { campaign = oradea, status = 'success', ms = 60_000, state = 'ready', form } = options;
  const at = new Date(NOON.getTime() - minutesAgo * 60_000);
  const id = await seedCall(api.db, {
    campaign,
    number: options.number ?? `+4072210${String(minutesAgo).padStart(4, '0')}`,
    claimedAt: at,
    invitedAt: at,
    status,
    recording:
      state === 'lost' || state === 'none'
        ? { state }
        : {
            state: 'ready',
            path: `${name}.${form === 'opus' ? 'ogg' : 'wav'}`,
            sha256: name.padEnd(64, '0'),
          },
  });
  ids[name] = id;
  // As the agent's claim and the upkeep would have left them.
  await api.db.pool.query('alter table calls disable trigger calls_outcome_is_final');
  await api.db.pool.query(
    `update calls set kind = 'outbound', answered_at = invited_at, agent_id = $2, recording_ms = $3, recording_state = $4,
       recording_archived_at = case when $5 then now() end, recording_deleted_at = case when $4 = 'deleted' then now() end
     where id = $1`,
    [
      id,
      options.agentId ?? null,
      state === 'ready' || state === 'deleted' ? ms : null,
      state,
      form === 'opus',
    ],
  );
  await api.db.pool.query('alter table calls enable trigger calls_outcome_is_final');
  await api.db.pool.query('update recording_index set agent_id = $2 where call_id = $1', [
    id,
    options.agentId ?? null,
  ]);
}

beforeAll(async () => {
  api = await startTestApi();
  oradea = await seedCampaign(api.db);
  bihor = await seedCampaign(api.db, 'bihor');
  const ana = await ensureUser(api.db, 'agent');
  await seed('short', 10, { ms: 8_500, status: 'not-interested' });
  await seed('ana', 20, { agentId: ana, number: '+40722555001' });
  await seed('archived', 30, { form: 'opus', ms: 600_000 });
  await seed('deleted', 40, { state: 'deleted', ms: 90_000 });
  await seed('lost', 50, { state: 'lost' });
  await seed('none', 55, { state: 'none' });
  await seed('bihor', 60, { campaign: bihor });
  await seed('lastWeek', 7 * 24 * 60, { number: '+40722555001' });
  const open = await seedCall(api.db, { campaign: oradea, number: '+40722555009', claimedAt: NOON });
  ids['pending'] = open;
  await api.db.pool.query('update live_calls set answered_at = $2 where call_id = $1', [open, NOON]);
  const ringing = await seedCall(api.db, { campaign: oradea, number: '+40722555010', claimedAt: NOON });
  ids['ringing'] = ringing;
});
afterAll(() => api.close());

async function search(
  query: RecordingSearch = {},
  role: 'supervisor' | 'agent' = 'supervisor',
): Promise<RecordingPage> {
  const response = await api.post(role, '/api/recordings/search', query);
  expect(response.status).toBe(200);
  return (await response.json()) as RecordingPage;
}

async function namesOf(query: RecordingSearch = {}): Promise<string[]> {
  const names = new Map(Object.entries(ids).map(([name, id]) => [id, name]));
  return (await search(query)).recordings.map(({ callId }) => names.get(callId) ?? callId);
}

async function grant(role: Role, grants: readonly Grant[]): Promise<void> {
  await api.db.pool.query('update users set grants = $2 where name = $1', [role, grants]);
}

describe('the search', () => {
  it('finds every call of which there is, was, or should have been a recording, newest first', async () => {
    expect(await namesOf()).toEqual([
      'pending',
      'short',
      'ana',
      'archived',
      'deleted',
      'lost',
      'bihor',
      'lastWeek',
    ]);
  });

  it.each<[RecordingSearch, string[]]>([
    [{ state: 'ready' }, ['short', 'ana', 'archived', 'bihor', 'lastWeek']],
    [{ state: 'archived' }, ['archived']],
    [{ state: 'deleted' }, ['deleted']],
    [{ state: 'lost' }, ['lost']],
    [{ state: 'pending' }, ['pending']],
    [{ status: 'not-interested' }, ['short']],
    [{ campaign: 'bihor' }, ['bihor']],
    [{ campaign: 'nowhere' }, []],
    [{ minSeconds: 60 }, ['ana', 'archived', 'deleted', 'bihor', 'lastWeek']],
    [{ maxSeconds: 8 }, ['short']],
    [{ minSeconds: 61, maxSeconds: 90 }, ['deleted']],
    [{ from: '2026-11-21' }, ['pending', 'short', 'ana', 'archived', 'deleted', 'lost', 'bihor']],
    [{ to: '2026-11-20' }, ['lastWeek']],
    [{ number: '0722 555 001' }, ['ana', 'lastWeek']],
    [{ number: '0722 555 009' }, ['pending']],
    [{ number: '0722 999 999' }, []],
  ])('%j finds %j', async (query, names) => {
    expect(await namesOf(query)).toEqual(names);
  });

  it('is read page by page without a gap or a double', async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await search({ limit: 3, ...(cursor && { cursor }) });
      seen.push(...page.recordings.map(({ callId }) => callId));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toEqual((await search()).recordings.map(({ callId }) => callId));
  });

  it('tells of each what can be done with it', async () => {
    const { recordings } = await search();
    const of = (name: string) => recordings.find(({ callId }) => callId === ids[name])?.recording;
    expect(of('short')).toMatchObject({ state: 'ready', form: 'wav', archivedAt: null, durationMs: 8_500 });
    expect(of('archived')).toMatchObject({
      state: 'ready',
      form: 'opus',
      archivedAt: expect.any(String),
      url: `/api/calls/${ids['archived']}/recording`,
      downloadUrl: `/api/calls/${ids['archived']}/recording/download`,
    });
    expect(of('deleted')).toMatchObject({
      state: 'deleted',
      deletedAt: expect.any(String),
      durationMs: 90_000,
    });
    expect(of('lost')).toEqual({ state: 'lost', reason: 'pcap-missing' });
    expect(of('pending')).toEqual({ state: 'pending' });
  });

  it('follows a correction', async () => {
    const corrected = await api.post('supervisor', `/api/calls/${ids['lost']}/corrections`, {
      expected: 'success',
      status: 'not-interested',
      reason: 'ascultat încă o dată',
    });
    expect(corrected.status).toBe(200);
    expect(await namesOf({ status: 'not-interested' })).toEqual(['short', 'lost']);
  });

  it('finds an agent with the grant their own, and nobody else’s', async () => {
    expect((await api.post('agent', '/api/recordings/search', {})).status).toBe(403);
    await grant('agent', ['recording.play']);
    const { recordings } = await search({}, 'agent');
    expect(recordings.map(({ callId }) => callId)).toEqual([ids['ana']]);
    expect(recordings[0]).toMatchObject({ number: '+40722555001', recording: { downloadUrl: null } });
    expect((await api.post('agent', '/api/recordings/search', { agent: 999_999 })).status).toBe(403);
    await grant('agent', []);
  });

  it('finds management with the grant totals of calls, but by no number and no agent', async () => {
    await api.get('management', '/api/statuses');
    await grant('management', ['recording.play']);
    const response = await api.post('management', '/api/recordings/search', {});
    const page = (await response.json()) as RecordingPage;
    expect(page.recordings.length).toBeGreaterThan(5);
    for (const row of page.recordings) {
      expect([row.number, row.contactName, row.agent]).toEqual([null, null, null]);
    }
    for (const query of [{ number: '0722555001' }, { agent: 1 }]) {
      expect((await api.post('management', '/api/recordings/search', query)).status).toBe(403);
    }
  });

  it.each([{ number: 'abc' }, { cursor: 'x' }, { from: '2026-02-31' }, { minSeconds: -1 }, { what: 1 }])(
    'refuses %j',
    async (query) => {
      expect((await api.post('supervisor', '/api/recordings/search', query)).status).toBe(400);
    },
  );

  it('has one row in its index for each recording, as the calls say', async () => {
    const { rows } = await api.db.pool.query(
      `select count(*)::int as wrong from (
         (select id, status_id, recording_ms,
            case when recording_state = 'ready' and recording_archived_at is not null then 'archived' else recording_state end
          from calls where recording_state <> 'none'
          except select call_id, status_id, ms, state from recording_index)
         union all
         (select call_id, status_id, ms, state from recording_index
          except select id, status_id, recording_ms,
            case when recording_state = 'ready' and recording_archived_at is not null then 'archived' else recording_state end
          from calls)) d`,
    );
    expect(rows).toEqual([{ wrong: 0 }]);
  });
});
