import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PeriodReport } from '../../contracts/http/reports.ts';
import { seedCampaign, startTestApi, type TestApi, type TestCampaign } from '../testing/test-api.ts';

let api: TestApi;
let oradea: TestCampaign;
let cluj: TestCampaign;

interface Sum {
  table?: 'rollup_hours' | 'rollup_deltas';
  hour: string;
  campaign?: TestCampaign;
  kind?: 'robot' | 'inbound';
  status: string;
  calls: number;
}

async function add(sum: Sum): Promise<void> {
  const campaign = sum.campaign ?? oradea;
  await api.db.pool.query(
    `insert into ${sum.table ?? 'rollup_hours'}
       (hour, campaign_id, list_id, agent_id, kind, status_id, calls, answered, talk_ms, hold_ms, wrap_up_ms)
     select $1, $2, $3, 0, $4, s.id, $6, $6, $6 * 1000, 0, 0 from statuses s where s.code = $5`,
    [sum.hour, campaign.id, campaign.listId, sum.kind ?? 'robot', sum.status, sum.calls],
  );
}

async function report(query: string): Promise<PeriodReport> {
  const response = await api.get('management', `/api/reports/daily?${query}`);
  expect(response.status).toBe(200);
  return (await response.json()) as PeriodReport;
}

const count = (r: PeriodReport, slot: string, status: string) =>
  r.tables[0]?.rows.find((row) => row.slot === slot)?.counts[status];

beforeAll(async () => {
  api = await startTestApi();
  oradea = await seedCampaign(api.db, 'oradea');
  cluj = await seedCampaign(api.db, 'cluj');
  // 21 November is UTC+2: local hour = UTC + 2.
  await add({ hour: '2026-11-21T05:00:00Z', status: 'busy', calls: 2 });
  await add({ hour: '2026-11-21T05:00:00Z', status: 'busy', calls: 3, table: 'rollup_deltas' });
  await add({ hour: '2026-11-21T17:00:00Z', status: 'message-heard', calls: 7 });
  await add({ hour: '2026-11-21T18:00:00Z', status: 'busy', calls: 11 });
  await add({ hour: '2026-11-21T04:00:00Z', status: 'declined', calls: 13, campaign: cluj });
  await add({ hour: '2026-11-21T10:00:00Z', status: 'busy', calls: 17, kind: 'inbound', campaign: cluj });
  // The days before and after, by one hour.
  await add({ hour: '2026-11-20T21:00:00Z', status: 'busy', calls: 1000 });
  await add({ hour: '2026-11-21T22:00:00Z', status: 'busy', calls: 1000, table: 'rollup_deltas' });
});
afterAll(() => api.close());

describe('Raport zilnic', () => {
  it('puts folded and unfolded calls into their local hour', async () => {
    const found = await report('date=2026-11-21&kind=all');
    expect(found.zone).toBe('Europe/Bucharest');
    expect(found.tables[0]?.rows).toHaveLength(14);
    expect(count(found, '7-8', 'busy')).toBe(5);
    expect(count(found, '19-20', 'message-heard')).toBe(7);
    expect(count(found, '12-13', 'busy')).toBe(17);
    expect(count(found, 'outside', 'busy')).toBe(11);
    expect(count(found, 'outside', 'declined')).toBe(13);
  });

  it('has totals that agree, by row and by column', async () => {
    const { tables, totals, statuses } = await report('date=2026-11-21&kind=all');
    const rows = tables[0]?.rows ?? [];
    expect(totals.total).toBe(53);
    for (const { code } of statuses) {
      expect(rows.reduce((sum, row) => sum + (row.counts[code] ?? NaN), 0)).toBe(totals.counts[code]);
    }
    expect(rows.reduce((sum, row) => sum + row.total, 0)).toBe(53);
    expect(totals.talkMs).toBe(53_000);
  });

  it('has a column for every status and says which are used', async () => {
    const { statuses } = await report('date=2026-11-21');
    const all = await api.db.pool.query<{ code: string }>('select code from statuses');
    // A contact that was passed over is no call.
    expect([...statuses.map((s) => s.code), 'skipped'].sort()).toEqual(
      all.rows.map((row) => row.code).sort(),
    );
    expect(
      statuses
        .filter((s) => s.used)
        .map((s) => s.code)
        .sort(),
    ).toEqual(['busy', 'declined', 'message-heard']);
  });

  it('can be asked for a kind, a campaign, a list', async () => {
    expect((await report('date=2026-11-21&kind=inbound')).totals.total).toBe(17);
    expect((await report('date=2026-11-21&campaign=oradea')).totals.total).toBe(23);
    expect((await report(`date=2026-11-21&list=${cluj.listId}`)).totals.total).toBe(13);
    expect((await report(`date=2026-11-21&list=${cluj.listId}&kind=all`)).totals.total).toBe(30);
    expect((await report('date=2026-11-23')).totals.total).toBe(0);
  });

  it('counts the hour that comes twice and knows none that is left out', async () => {
    // 25 October 2026: 03:00 local comes twice, at 00:00 and at 01:00 UTC. 29 March: 03:00 never comes.
    for (const hour of ['2026-10-25T00:00:00Z', '2026-10-25T01:00:00Z', '2026-10-25T21:00:00Z']) {
      await add({ hour, status: 'busy', calls: 1 });
    }
    expect((await report('date=2026-10-25')).totals.total).toBe(3);
    await add({ hour: '2026-03-29T05:00:00Z', status: 'busy', calls: 4 });
    expect(count(await report('date=2026-03-29'), '8-9', 'busy')).toBe(4);
  });

  it('refuses a date that does not exist and a campaign that nobody knows', async () => {
    expect((await api.get('management', '/api/reports/daily?date=2026-02-30')).status).toBe(400);
    expect((await api.get('management', '/api/reports/daily')).status).toBe(400);
    expect((await api.get('management', '/api/reports/daily?date=2026-11-21&campaign=x')).status).toBe(404);
  });
});
