import readExcelFile from 'read-excel-file/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AgentReport } from '../../contracts/http/agent-report.ts';
import type { CallsPage } from '../../contracts/http/calls.ts';
import type { CampaignReportView } from '../../contracts/http/campaign-report.ts';
import type { Corrections } from '../../contracts/http/corrections.ts';
import type { History, HistoryFound } from '../../contracts/http/history.ts';
import type { Role } from '../../contracts/model/role.ts';
import { addContacts } from '../../test/support/campaign-fixture.ts';
import { addRawCalls } from '../../test/support/raw-calls.ts';
import {
  ensureUser,
  NOON,
  seedCampaign,
  startTestApi,
  type TestApi,
  type TestCampaign,
} from '../testing/test-api.ts';

const NUMBER = '+40722123456';
let api: TestApi;
let oradea: TestCampaign;
let agentId: number;
let contactId: number;
let calls: string[];

beforeAll(async () => {
  api = await startTestApi();
  oradea = await seedCampaign(api.db, 'oradea');
  agentId = await ensureUser(api.db, 'agent', 'ana');
  await api.db.pool.query(`insert into agents (user_id, extension, state_since) values ($1, '101', $2)`, [
    agentId,
    NOON,
  ]);
  for (const [at, from, to] of [
    ['06:00', 'logged-out', 'available'],
    ['08:00', 'available', 'paused'],
    ['09:00', 'paused', 'logged-out'],
  ]) {
    await api.db.pool.query(
      `insert into agent_states (user_id, at, from_state, to_state, cause, by) values ($1, $2, $3, $4, 'agent', 'x')`,
      [agentId, `2026-11-20T${at}:00Z`, from, to],
    );
  }
  [contactId = 0] = await addContacts(api.db, oradea.id, [{ numbers: [NUMBER] }]);
  await api.db.pool.query(
    `update contacts set last_name = 'Șerban', first_name = 'Ștefan', locality = 'Oradea', county = 'Bihor', age_band = '40-50'
     where id = $1`,
    [contactId],
  );
  const { rows } = await api.db.pool.query<{ id: number }>('select id from numbers where e164 = $1', [
    NUMBER,
  ]);
  const call = { campaignId: oradea.id, contactId, numberId: rows[0]?.id ?? 0, agentId };
  calls = await addRawCalls(api.db, [
    { ...call, attempt: 1, status: 'no-answer', invitedAt: new Date('2026-11-19T09:00:00Z') },
    {
      ...call,
      attempt: 2,
      status: 'success',
      invitedAt: new Date('2026-11-20T09:00:00Z'),
      talkMs: 60_000,
      wrapUpMs: 20_000,
      recording: 'ready',
    },
  ]);
});
afterAll(() => api.close());

async function get<T>(role: Role, path: string): Promise<T> {
  const response = await api.get(role, path);
  expect([path, response.status]).toEqual([path, 200]);
  return (await response.json()) as T;
}
const corrections = () => `/api/calls/${calls[1]}/corrections`;

describe('the agents', () => {
  it('have their calls and their time, by days or in all, and totals that agree', async () => {
    const report = await get<AgentReport>(
      'supervisor',
      '/api/reports/agents?from=2026-11-16&to=2026-11-22&by=day',
    );
    expect(report.rows.map(({ agent, from, total }) => [agent.name, from, total])).toEqual([
      ['ana', '2026-11-19', 1],
      ['ana', '2026-11-20', 1],
    ]);
    expect(report.rows[1]).toMatchObject({
      to: '2026-11-20',
      counts: { success: 1, 'no-answer': 0 },
      answered: 1,
      talkMs: 60_000,
      wrapUpMs: 20_000,
      states: { available: 7_200_000, paused: 3_600_000 },
    });
    expect(report.totals).toMatchObject({
      total: 2,
      counts: { success: 1, 'no-answer': 1 },
      states: { available: 7_200_000 },
    });
    const week = await get<AgentReport>(
      'supervisor',
      '/api/reports/agents?from=2026-11-16&to=2026-11-20&by=week',
    );
    expect(week.rows.map(({ from, to, total }) => [from, to, total])).toEqual([
      ['2026-11-16', '2026-11-20', 2],
    ]);
    expect(await get('supervisor', '/api/agents')).toEqual({ agents: [{ id: agentId, name: 'ana' }] });
    const own = await get<CallsPage>('supervisor', `/api/calls?agent=${agentId}&status=success`);
    expect(own.calls.map(({ id }) => id)).toEqual([calls[1]]);
    expect((await get<CallsPage>('supervisor', '/api/calls?agent=987')).calls).toEqual([]);
    expect((await api.get('management', `/api/calls?agent=${agentId}`)).status).toBe(403);
    const other = await api.get('supervisor', '/api/reports/agents?from=2026-11-22&to=2026-11-16');
    expect(other.status).toBe(400);
  });
});

describe('the files, opened again', () => {
  /** Each sheet as rows, from both forms; both have the same cells. */
  async function opened(path: string, query: string): Promise<Record<string, (string | number)[][]>> {
    const [csv, xlsx] = await Promise.all(
      ['csv', 'xlsx'].map((format) => api.get('supervisor', `${path}.${format}?${query}`)),
    );
    expect([csv?.status, xlsx?.status]).toEqual([200, 200]);
    const text = await csv?.text();
    // `text()` takes the byte order mark away; the spreadsheet must see it.
    expect(csv?.headers.get('content-type')).toContain('text/csv');
    const lines = (text ?? '').split('\r\n').map((line) => line.split(';'));
    const sheets = await readExcelFile(Buffer.from((await xlsx?.arrayBuffer()) ?? new ArrayBuffer(0)));
    return Object.fromEntries(
      sheets.map(({ sheet, data }) => {
        const rows = data.slice(data.findIndex((row) => row.every((cell) => cell === null)) + 1);
        const at = lines.findLastIndex(([first, ...rest]) => first === sheet && rest.length === 0);
        const written = rows.map((row) => row.map((cell) => String(cell ?? '')));
        expect([sheet, lines.slice(at + 1, at + 1 + rows.length)]).toEqual([sheet, written]);
        return [
          sheet,
          rows.map((row) => row.map((cell) => (typeof cell === 'number' ? cell : String(cell ?? '')))),
        ];
      }),
    );
  }

  it('of the agents have the figures of the page', async () => {
    const query = 'from=2026-11-16&to=2026-11-22&by=day&status=success';
    const report = await get<AgentReport>('supervisor', `/api/reports/agents?${query}`);
    const { Agenți: rows = [] } = await opened('/api/reports/agents', query);
    const [head = [], ...lines] = rows;
    const column = (name: string) => lines.map((line) => line[head.indexOf(name)]);
    const all = [...report.rows, report.totals];
    expect(column('Agent')).toEqual([...report.rows.map(({ agent }) => agent.name), 'Total']);
    expect(column('Succes')).toEqual(all.map(({ counts }) => counts['success']));
    expect(head).not.toContain('Ocupat');
    expect(column('Total')).toEqual(all.map(({ total }) => total));
    expect(column('Au răspuns')).toEqual(all.map(({ answered }) => answered));
    expect(column('Convorbire (s)')).toEqual(all.map(({ talkMs }) => talkMs / 1000));
    expect(column('Pauză (s)')).toEqual(all.map(({ states }) => (states.paused ?? 0) / 1000));
  });

  it('of a campaign have its parts in words, with totals', async () => {
    const query = 'campaign=oradea&from=2026-11-01&to=2026-11-30';
    const report = await get<CampaignReportView>('supervisor', `/api/reports/campaign?${query}`);
    const file = await opened('/api/reports/campaign', query);
    const sum = report.listTotals;
    expect(file['Pe liste']?.at(-1)).toEqual([
      'Total',
      '',
      sum?.contacts,
      sum?.open,
      sum?.calls,
      sum?.called,
      sum?.reached,
      sum?.positive,
    ]);
    expect(file['Pe liste']?.slice(1, -1).map((row) => row[4])).toEqual(
      report.lists?.map(({ calls: n }) => n),
    );
    expect(file['Contacte după stare']).toEqual([
      ['Stare', 'Contacte'],
      ['De sunat', 1],
      ['Total', 1],
    ]);
    expect(file['De ce așteaptă contactele']?.[1]?.slice(0, 3)).toEqual(['Contact nou, neapelat încă', 1, 0]);
  });

  it('of a person have their calls, and are written down', async () => {
    const query = `contact=${contactId}`;
    const { Interacțiuni: rows = [] } = await opened('/api/history', query);
    expect(rows.slice(1).map((row) => [row[0], row[2], row[4], row[7]])).toEqual([
      ['19.11.2026', 'Nu a răspuns', '', '0722 123 456'],
      ['20.11.2026', 'Succes', 'Oradea', '0722 123 456'],
    ]);
    const { rows: audited } = await api.db.pool.query(
      `select object_kind, object_id, after from audit_log where action = 'history.export' order by id desc limit 1`,
    );
    expect(audited).toMatchObject([{ object_kind: 'contact', object_id: String(contactId) }]);
    expect((await api.get('management', `/api/history.csv?${query}`)).status).toBe(403);
    expect((await api.get('supervisor', '/api/history.csv')).status).toBe(400);
  });
});

describe('the history of a person', () => {
  it.each([
    { number: '0722 123 456' },
    { number: '+40722123456' },
    { name: 'stefan șerb' },
    { name: 'Şerban' },
  ])('is found by %j, and never by an address', async (asked) => {
    const response = await api.post('supervisor', '/api/history/search', asked);
    expect(response.status).toBe(200);
    const found = (await response.json()) as HistoryFound;
    expect(found.people).toMatchObject([
      { contactId, name: 'Șerban Ștefan', numbers: [NUMBER], calls: 2, list: 'fixture' },
    ]);
    const of = found.numberId === null ? `contact=${contactId}` : `number=${found.numberId}`;
    const history = await get<History>('operator', `/api/history?${of}`);
    expect(history.calls).toMatchObject([
      { status: 'no-answer', locality: null, recording: false },
      { status: 'success', locality: 'Oradea', county: 'Bihor', ageBand: '40-50', recording: true },
    ]);
  });

  it('is nobody’s for nonsense, and management’s never', async () => {
    expect((await api.post('supervisor', '/api/history/search', { number: 'abc' })).status).toBe(400);
    expect((await api.post('supervisor', '/api/history/search', {})).status).toBe(400);
    expect((await api.get('supervisor', '/api/history?contact=987654')).status).toBe(404);
    expect((await api.post('management', '/api/history/search', { name: 'x' })).status).toBe(403);
  });
});

describe('the report of a campaign', () => {
  it('tells of contacts, lists, attempts, answers and waits; free text only to who may see names', async () => {
    await api.db.pool.query(
      `insert into call_answers (call_id, field, value) values ($1, 'liber', '"vecinul Pop"')`,
      [calls[1]],
    );
    const path = '/api/reports/campaign?campaign=oradea&from=2026-11-01&to=2026-11-30';
    const report = await get<CampaignReportView>('supervisor', path);
    expect(report.contacts).toEqual([{ state: 'open', reason: null, contacts: 1 }]);
    expect(report.attempts).toEqual([{ attempts: 2, contacts: 1 }]);
    expect(report.waits).toEqual([
      { reason: null, due: true, contacts: 1, nextDueAt: '1970-01-01T00:00:00.000Z' },
    ]);
    expect(
      report.lists?.map(({ list, contacts, calls: made, reached, positive }) => [
        list,
        contacts,
        made,
        reached,
        positive,
      ]),
    ).toEqual([
      ['fixture', 1, 0, 0, 0],
      ['lista', 0, 0, 0, 0],
      [null, 0, 2, 1, 1],
    ]);
    expect(report.answers).toEqual([
      {
        field: 'liber',
        labels: null,
        type: null,
        values: [{ value: 'vecinul Pop', labels: null, calls: 1 }],
      },
    ]);
    expect((await get<CampaignReportView>('management', path)).answers).toEqual([]);
    const nothing = await get<CampaignReportView>(
      'supervisor',
      path.replace('oradea', 'oradea') + '&list=999',
    );
    expect(nothing.attempts).toEqual([]);
  });
});

describe('a correction', () => {
  it('is made by a supervisor with a reason, shown to who may read the call, and wins once', async () => {
    const body = { expected: 'success', status: 'not-interested', reason: 'a refuzat, se aude clar' };
    expect((await api.post('operator', corrections(), body)).status).toBe(403);
    expect((await api.post('supervisor', corrections(), { ...body, reason: '  ' })).status).toBe(400);
    expect((await api.post('supervisor', corrections(), { ...body, status: 'busy' })).status).toBe(400);
    const done = await api.post('supervisor', corrections(), body);
    expect(done.status).toBe(200);
    const again = await api.post('supervisor', corrections(), body);
    expect([again.status, await again.json()]).toMatchObject([
      409,
      { code: 'conflict', params: { status: 'not-interested' } },
    ]);
    const seen = await get<Corrections>('supervisor', corrections());
    expect(seen).toMatchObject({
      status: 'not-interested',
      trail: [{ before: 'success', after: 'not-interested', by: 'supervisor', reason: body.reason }],
    });
    expect(seen.allowed).toContain('success');
    const managed = await get<Corrections>('management', corrections());
    expect([managed.trail[0]?.by, managed.trail[0]?.reason, managed.allowed]).toEqual([null, null, []]);
    const report = await get<AgentReport>('supervisor', '/api/reports/agents?from=2026-11-20&to=2026-11-20');
    expect(report.totals.counts).toMatchObject({ success: 0, 'not-interested': 1 });
  });
});
