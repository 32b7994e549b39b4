import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CallDetail, CallsPage } from '../../contracts/http/calls.ts';
import type { Role } from '../../contracts/model/role.ts';
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
const ids: string[] = [];

async function page(query: string, role: Role = 'supervisor'): Promise<CallsPage> {
  const response = await api.get(role, `/api/calls?${query}`);
  expect(response.status).toBe(200);
  return (await response.json()) as CallsPage;
}
const idsOf = (found: CallsPage): string[] => found.calls.map((call) => call.id);

beforeAll(async () => {
  api = await startTestApi();
  campaign = await seedCampaign(api.db);
  // Seven calls, two of them claimed in the same microsecond.
  for (let i = 0; i < 7; i += 1) {
    const claimedAt = new Date(NOON.getTime() + Math.floor(i / 2) * 60_000);
    ids.push(
      await seedCall(api.db, {
        campaign,
        number: `+4072200000${i}`,
        claimedAt,
        invitedAt: claimedAt,
        ...(i === 6 ? {} : { status: i % 2 === 0 ? 'busy' : 'message-heard' }),
      }),
    );
  }
});
afterAll(() => api.close());

describe('the calls list', () => {
  it('shows open and ended calls, newest first', async () => {
    const found = await page('');
    expect(found.calls).toHaveLength(7);
    expect(found.calls[0]).toMatchObject({
      id: ids[6],
      stage: 'ringing',
      status: null,
      number: '+40722000006',
      contactName: 'Popescu Ana',
    });
    expect(found.calls.at(-1)).toMatchObject({ stage: null });
  });

  it('pages through all of them once, whatever the page size', async () => {
    for (const limit of [1, 2, 3]) {
      const seen: string[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const found: CallsPage = await page(`limit=${limit}${cursor && `&cursor=${cursor}`}`);
        expect(found.calls.length).toBeLessThanOrEqual(limit);
        seen.push(...idsOf(found));
        cursor = found.nextCursor;
      }
      expect(seen).toHaveLength(7);
      expect(new Set(seen)).toEqual(new Set(ids));
    }
  });

  it.each([
    ['status=busy', 3],
    ['status=busy&campaign=oradea', 3],
    ['campaign=cluj', 0],
    ['kind=robot', 7],
    ['kind=inbound', 0],
    ['result=success', 6],
    ['from=2026-11-21&to=2026-11-21', 7],
    ['from=2026-11-22', 0],
    ['to=2026-11-20', 0],
    ['number=%2B40722000003', 1],
    ['number=0722%20000%20003', 1],
    ['number=0722000099', 0],
  ])('filtered by %s has %i', async (query, count) => {
    expect((await page(query)).calls).toHaveLength(count);
  });

  it('counts a call on the local day of its INVITE', async () => {
    const beforeMidnight = new Date('2026-11-24T21:59:58Z');
    const id = await seedCall(api.db, {
      campaign,
      number: '+40733000001',
      claimedAt: beforeMidnight,
      invitedAt: new Date('2026-11-24T22:00:01Z'),
      status: 'busy',
    });
    expect(idsOf(await page('from=2026-11-25&to=2026-11-25'))).toEqual([id]);
    expect(idsOf(await page('from=2026-11-24&to=2026-11-24'))).toEqual([]);
  });

  it.each([
    ['number=12', 'number'],
    ['cursor=abc', 'cursor'],
    ['from=2026-02-30', 'from'],
    ['limit=0', 'limit'],
    ['kind=fax', 'kind'],
  ])('refuses %s and names the field', async (query, path) => {
    const response = await api.get('supervisor', `/api/calls?${query}`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'invalid-request', params: { issues: [{ path }] } });
  });

  it('shows management no numbers and no names, and does not let them search by number', async () => {
    const found = await page('', 'management');
    expect(found.calls.every((call) => call.number === null && call.contactName === null)).toBe(true);
    expect(JSON.stringify(found)).not.toMatch(/\+407|Popescu/);
    expect((await api.get('management', '/api/calls?number=0722000003')).status).toBe(403);
  });
});

describe('a call', () => {
  it('has all its facts', async () => {
    const response = await api.get('supervisor', `/api/calls/${ids[1]}`);
    const call = (await response.json()) as CallDetail;
    expect(call).toMatchObject({
      status: 'message-heard',
      reason: 'hang-up-by-us',
      zone: 'Europe/Bucharest',
      versions: { campaign: 1 },
      recordingInfo: { state: 'pending' },
      contact: { lastName: 'Popescu', locality: 'Oradea' },
    });
    expect(call.workflowId).toBe(`call:${call.contact?.id}:1`);
  });

  it('hides the person from management', async () => {
    const text = await (await api.get('management', `/api/calls/${ids[1]}`)).text();
    expect(text).not.toMatch(/\+407|Popescu|Ana/);
    expect(text).toContain('Oradea');
  });

  it('that does not exist is 404, and no id at all is 400', async () => {
    const unknown = '00000000-0000-4000-8000-000000000000';
    expect((await api.get('supervisor', `/api/calls/${unknown}`)).status).toBe(404);
    expect((await api.get('supervisor', '/api/calls/x')).status).toBe(400);
  });
});

describe('the cells of Raport zilnic', () => {
  it('lead to their calls: those with an outcome, in the hour of the row in the local zone', async () => {
    const cells = await seedCampaign(api.db, 'celule');
    const call = (time: string, status?: string): Promise<string> =>
      seedCall(api.db, {
        campaign: cells,
        number: `+407220001${time.slice(0, 2)}`,
        claimedAt: new Date(`2026-11-20T${time}Z`),
        invitedAt: new Date(`2026-11-20T${time}Z`),
        ...(status === undefined ? {} : { status }),
      });
    // Two hours behind Bucharest.
    const early = await call('04:59:59', 'busy');
    const seven = await call('05:00:00', 'busy');
    const noon = await call('10:30:00');
    const late = await call('18:00:00', 'busy');
    const found = async (query: string) => idsOf(await page(`campaign=celule&${query}`));
    expect(await found('slot=7-8')).toEqual([seven]);
    expect(await found('slot=outside')).toEqual([late, early]);
    expect(await found('slot=outside&from=2026-11-20&to=2026-11-20&status=busy')).toEqual([late, early]);
    expect(await found('slot=12-13')).toEqual([noon]);
    expect(await found('slot=12-13&state=committed')).toEqual([]);
    expect(await found('state=open')).toEqual([noon]);
    expect(await found('state=committed')).toEqual([late, seven, early]);
    expect((await api.get('supervisor', '/api/calls?slot=3-4')).status).toBe(400);
  });
});
