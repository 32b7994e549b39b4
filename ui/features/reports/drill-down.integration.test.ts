/**
 * Every figure of every report against the list that the page leads to: the addresses are the page's own, read back as the page
 * reads them, and the list has as many calls as the figure says.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AgentReport } from '../../../contracts/http/agent-report.ts';
import type { CallDetail, CallsPage } from '../../../contracts/http/calls.ts';
import type { CampaignReportView } from '../../../contracts/http/campaign-report.ts';
import type { CampaignList } from '../../../contracts/http/campaigns.ts';
import type { CallsReport, PeriodReport, ReportSumsView } from '../../../contracts/http/reports.ts';
import { contactPageSchema } from '../../../contracts/http/contacts.ts';
import type { Role } from '../../../contracts/model/role.ts';
import { foldRollups } from '../../../db/rollups.ts';
import { addContacts, mobile } from '../../../test/support/campaign-fixture.ts';
import { addRawCalls, type RawCall } from '../../../test/support/raw-calls.ts';
import { search } from '../../api/client.ts';
import { agentCellAddress } from '../agent-report/filter.ts';
import { apiFilters, parseFilter } from '../calls/filters.ts';
import {
  answerCalls,
  attemptCalls,
  contactsOf,
  failedCalls,
  listCalls,
  LIST_FIGURES,
  waitingContacts,
  type ListFigure,
} from '../campaign-report/addresses.ts';
import { parseContacts } from '../contacts/query.ts';
import { cellAddress, type FigureOf } from './filter.ts';
import {
  ensureUser,
  NOON,
  seedCampaign,
  startTestApi,
  type TestApi,
  type TestCampaign,
} from '../../../api/testing/test-api.ts';

const MONTH = 'from=2026-10-05&to=2026-11-08';
const STATUSES = ['busy', 'no-answer', 'success', 'not-interested', 'message-heard', 'skipped'] as const;
const REACHED = ['success', 'not-interested'];
const SCRIPT = {
  name: 'sondaj',
  label: 'Sondaj',
  pages: [
    {
      name: 'unu',
      title: { ro: 'Unu', en: 'One' },
      text: { ro: '', en: '' },
      fields: [
        { name: 'judet', type: 'county', labels: { ro: 'Județ', en: 'County' }, required: false },
        { name: 'vorbe', type: 'text', labels: { ro: 'Vorbe', en: 'Words' }, required: false },
      ],
    },
  ],
};

let api: TestApi;
let oradea: TestCampaign;
let agents: number[];
let listId: number;

beforeAll(async () => {
  api = await startTestApi();
  oradea = await seedCampaign(api.db, 'oradea');
  const other = await seedCampaign(api.db, 'cluj');
  await api.db.pool.query(
    `insert into config_objects (kind, name, version, body, origin, updated_by) values ('script', 'sondaj', 1, $1, 'file', 'test')`,
    [JSON.stringify(SCRIPT)],
  );
  await api.db.pool.query(
    `update config_objects set body = body || '{"desk": {"script": "sondaj"}}' where kind = 'campaign' and name = 'oradea'`,
  );
  agents = [await ensureUser(api.db, 'agent', 'ana'), await ensureUser(api.db, 'agent', 'dan')];
  for (const [index, id] of agents.entries()) {
    await api.db.pool.query(`insert into agents (user_id, extension, state_since) values ($1, $2, $3)`, [
      id,
      String(101 + index),
      NOON,
    ]);
  }
  const contacts = await addContacts(
    api.db,
    oradea.id,
    Array.from({ length: 9 }, (_, index) => ({ numbers: [mobile(index)] })),
  );
  const { rows } = await api.db.pool.query<{ list: number; trunk: number }>(
    `select (select list_id from contacts limit 1) as list, (select id from config_objects where name = 'oradea-trunk') as trunk`,
  );
  const list = rows[0]?.list ?? 0;
  const trunk = rows[0]?.trunk ?? 0;
  listId = list;
  // Five weeks around the night of 25 hours; each call differs from the one before in most ways.
  const calls = Array.from({ length: 90 }, (_, n): RawCall => {
    const status = STATUSES[(n + Math.floor(n / 6)) % STATUSES.length] ?? 'busy';
    const failed = n % 11 === 0;
    const kind = (['outbound', 'robot', 'inbound'] as const)[n % 3] ?? 'outbound';
    return {
      campaignId: n % 8 === 0 ? other.id : oradea.id,
      kind,
      status,
      invitedAt: new Date(Date.parse('2026-10-05T04:30:00Z') + n * 9.1 * 3_600_000),
      // Also by hand: of no list, once even to a contact that a list called.
      listId: n % 8 === 0 || n % 5 === 0 ? null : list,
      contactId: n % 8 === 0 || n % 10 === 0 ? null : (contacts[(n * n) % contacts.length] ?? null),
      attempt: n + 1,
      agentId: kind === 'outbound' ? (agents[n % 4 === 1 ? 0 : 1] ?? null) : null,
      talkMs: n % 13 !== 0 && (REACHED.includes(status) || n % 6 === 0) ? 20_000 + n : null,
      ...(n % 13 === 0 ? { unsent: true } : {}),
      ...(failed
        ? {
            result: n % 2 === 0 ? ('carrier' as const) : ('platform' as const),
            reason: n % 2 === 0 ? ('congestion' as const) : ('not-placed' as const),
            sipStatus: n % 2 === 0 ? 503 : null,
            trunkId: n % 33 === 0 ? trunk : null,
          }
        : status === 'skipped'
          ? { result: 'customer' as const, reason: 'skipped' as const }
          : {}),
    };
  });
  const ids = await addRawCalls(api.db, calls);
  await foldRollups(api.db);
  for (const [n, id] of ids.entries()) {
    await api.db.pool.query(`insert into call_answers (call_id, field, value) values ($1, $2, $3)`, [
      id,
      n % 2 === 0 ? 'judet' : 'vorbe',
      JSON.stringify(n % 4 === 0 ? 'Bihor' : n % 6 === 0 ? ['Cluj', 'Bihor'] : 'Cluj'),
    ]);
  }
});
afterAll(() => api.close());

async function get<T>(path: string, role: Role = 'supervisor'): Promise<T> {
  const response = await api.get(role, path);
  expect([path, response.status]).toEqual([path, 200]);
  return (await response.json()) as T;
}

let followed = 0;

/** The list at an address of the page has so many calls, and says so. */
async function follow(address: string, figure: number, role: Role = 'supervisor'): Promise<void> {
  // On the page a 0 leads nowhere.
  if (figure === 0) return;
  const url = new URL(address, 'http://page');
  expect(url.pathname).toBe('/apeluri');
  const filter = apiFilters(parseFilter(Object.fromEntries(url.searchParams)), '');
  const page = await get<CallsPage>(`/api/calls${search({ ...filter, limit: 200 })}`, role);
  expect([address, page.total, page.calls.length]).toEqual([address, figure, figure]);
  followed += 1;
}

async function followSums(sums: ReportSumsView, addressOf: (of: FigureOf) => string): Promise<void> {
  for (const [status, calls] of Object.entries(sums.counts)) await follow(addressOf({ status }), calls);
  await follow(addressOf({}), sums.total);
  await follow(addressOf({ answered: 'answered' }), sums.answered);
}

describe('every figure leads to exactly its calls', () => {
  it.each([
    'daily?date=2026-10-25&kind=all',
    'weekly?date=2026-10-20',
    'monthly?date=2026-10-20&campaign=oradea',
    'yearly?date=2026-10-20&kind=inbound',
    'interval?from=2026-10-24&to=2026-10-26',
  ])('of %s', async (asked) => {
    const report = await get<PeriodReport>(`/api/reports/${asked}`);
    expect(report.totals.total).toBeGreaterThan(0);
    for (const row of report.tables.flatMap(({ rows }) => rows).filter(({ total }) => total > 0)) {
      await followSums(row, (of) => cellAddress(report.filters, row, of));
    }
    await followSums(report.totals, (of) => cellAddress(report.filters, report, of));
    const positive = report.statuses
      .filter((status) => status.positive)
      .reduce((n, { code }) => n + (report.totals.counts[code] ?? 0), 0);
    await follow(cellAddress(report.filters, report, { flag: 'positive' }), positive);
  });

  it('of the report of calls, with its waits', async () => {
    const report = await get<CallsReport>('/api/reports/calls?from=2026-10-12&to=2026-11-08');
    for (const row of report.kinds) {
      await followSums(row, (of) => cellAddress({ ...report.filters, kind: row.kind }, report, of));
    }
    expect(report.waits).toHaveLength(3);
    for (const { kind, answered, unanswered } of report.waits ?? []) {
      const of = (waited: FigureOf['answered'] & string) =>
        cellAddress({ ...report.filters, kind }, report, { answered: waited });
      await follow(of('answered'), answered);
      await follow(of('unanswered'), unanswered);
    }
  });

  it.each(['&by=week', '&campaign=oradea&status=success&kind=all', '&list=LIST&by=day'])(
    'of the agents%s',
    async (asked) => {
      const report = await get<AgentReport>(
        `/api/reports/agents?${MONTH}${asked.replace('LIST', String(listId))}`,
      );
      expect(report.totals.total).toBeGreaterThan(0);
      for (const { agent, ...row } of report.rows) {
        await followSums(row, (of) => agentCellAddress(report.filters, { ...row, agent: agent.id }, of));
      }
      await followSums(report.totals, (of) => agentCellAddress(report.filters, report, of));
    },
  );

  it('of a campaign: calls, and one call of each contact where contacts are counted', async () => {
    const report = await get<CampaignReportView>(`/api/reports/campaign?campaign=oradea&${MONTH}`);
    const { lists, listTotals, attempts, failures, answers } = report;
    const figures = Object.keys(LIST_FIGURES) as ListFigure[];
    for (const figure of figures) {
      for (const row of lists ?? []) await follow(listCalls(report, row.listId, figure), row[figure]);
      await follow(listCalls(report, undefined, figure), listTotals?.[figure] ?? -1);
    }
    // Some contacts were called by a list and by hand.
    const called = (lists ?? []).reduce((n, row) => n + row.called, 0);
    expect(called).toBeGreaterThan(listTotals?.called ?? 0);
    for (const { attempts: times, contacts } of attempts ?? [])
      await follow(attemptCalls(report, times), contacts);
    await follow(attemptCalls(report, undefined), listTotals?.called ?? -1);
    for (const failure of failures ?? []) await follow(failedCalls(report, failure), failure.calls);
    expect(failures?.length).toBeGreaterThan(2);
    await follow(failedCalls(report, undefined), failures?.reduce((n, { calls }) => n + calls, 0) ?? -1);
    const [county, words] = answers ?? [];
    expect(county?.values.map(({ value }) => value)).toEqual(expect.arrayContaining(['Bihor', 'Cluj']));
    for (const { value, calls } of county?.values ?? []) {
      const address = county && answerCalls(report, county, value);
      await follow(address ?? '', calls);
      await follow(address ?? '', calls, 'management');
    }
    // What somebody typed stands in no address, and management may not try words.
    expect(words && answerCalls(report, words, 'Cluj')).toBeUndefined();
    const tried = await api.get('management', '/api/calls?campaign=oradea&field=vorbe&value=Cluj');
    expect(tried.status).toBe(403);
    expect((await api.get('management', '/api/calls?field=judet&value=Cluj')).status).toBe(403);
    expect((await api.get('management', `/api/calls?agent=any`)).status).toBe(403);
  });

  it('of a campaign: contacts by state and reason, and by what they wait for', async () => {
    await api.db.pool.query(`
      with numbered as (select id, row_number() over (order by id) as n from contacts where campaign_id = ${oradea.id}),
      closed as (
        update contacts c set state = 'closed', closed_reason = case when n = 1 then 'final-status' else 'exhausted' end
        from numbered where numbered.id = c.id and n <= 3 returning c.id),
      gone as (delete from dial_queue where contact_id in (select id from closed))
      update dial_queue q set wait_reason = case when n < 7 then 'cap-day' end,
        due_at = case when n % 2 = 0 then '2099-01-01'::timestamptz else due_at end
      from numbered where numbered.id = q.contact_id and n > 3`);
    const report = await get<CampaignReportView>(`/api/reports/campaign?campaign=oradea&${MONTH}`);
    const rows = [
      ...(report.contacts ?? []).map((row) => ({ address: contactsOf(report, row), n: row.contacts })),
      ...(report.waits ?? []).map((row) => ({ address: waitingContacts(report, row), n: row.contacts })),
    ];
    const found = await Promise.all(
      rows.map(async ({ address, n }) => {
        const asked = parseContacts(Object.fromEntries(new URL(address, 'http://apel').searchParams));
        const answer = await api.post('supervisor', '/api/contacts/search', asked);
        return { address, n, contacts: contactPageSchema.parse(await answer.json()).contacts.length };
      }),
    );
    expect(found.filter(({ n, contacts }) => n !== contacts)).toEqual([]);
    // Open, closed for two reasons; passed over or not, due or not.
    expect(found).toHaveLength(3 + 4);
    followed += found.length;
  });

  it('and a call names its agent and what people call its campaign, to those who may know', async () => {
    const { calls } = await get<CallsPage>('/api/calls?agent=any&campaign=oradea');
    expect(new Set(calls.map(({ agent }) => agent))).toEqual(new Set(['ana', 'dan']));
    const { campaigns } = await get<CampaignList>('/api/campaigns');
    const label = campaigns.find(({ name }) => name === 'oradea')?.label;
    expect([...new Set(calls.map(({ campaignLabel }) => campaignLabel))]).toEqual([label]);
    const one = await get<CallDetail>(`/api/calls/${calls[0]?.id}`);
    expect(one).toMatchObject({ agent: calls[0]?.agent, campaignLabel: label });
    const hidden = await get<CallsPage>('/api/calls?campaign=oradea', 'management');
    expect([...new Set(hidden.calls.map(({ agent }) => agent))]).toEqual([null]);
  });

  it('and there were figures to follow', () => {
    expect(followed).toBeGreaterThan(100);
  });
});
