/// <reference types="node" />
/**
 * Made-up agents, a campaign's report, a person's history, corrections.
 * @module
 */
import type { AgentNames, AgentReport, AgentReportRow } from '../../contracts/http/agent-report.ts';
import type { CampaignReportView } from '../../contracts/http/campaign-report.ts';
import type { Corrections } from '../../contracts/http/corrections.ts';
import { SCRIPT } from './desk-fixtures.ts';
import type { FoundPerson, History, HistoryFound, Interaction } from '../../contracts/http/history.ts';
import { addDays } from '../../domain/local-dates.ts';
import { STATUSES } from './fixtures.ts';

const ZONE = 'Europe/Bucharest';
const MINUTE_MS = 60_000;
const NAMES = ['Ana Pop', 'Bogdan Ilieș', 'Cristina Mureșan', 'Dan Țurcanu', 'Elena Sabău', 'Ștefan Rus'];
const CODES = ['success', 'not-interested', 'no-answer', 'busy', 'callback', 'opted-out', 'nonexistent'];

/** The answer to a request of these pages, or undefined when the path is none of theirs. */
export function peopleFixture(
  path: string,
  query: URLSearchParams,
  now: number,
): AgentNames | AgentReport | CampaignReportView | Corrections | History | HistoryFound | undefined {
  if (path === '/api/agents') return { agents: NAMES.map((name, id) => ({ id: id + 1, name })) };
  if (path === '/api/reports/agents') return agentReport(query, now);
  if (path === '/api/reports/campaign') return campaignReport(query, now);
  if (path === '/api/history/search') return { numberId: null, people: PEOPLE, more: false };
  if (path === '/api/history') return history();
  if (/^\/api\/calls\/[^/]+\/corrections$/.test(path)) return corrections();
  return undefined;
}

type Sums = Omit<AgentReportRow, 'agent' | 'from' | 'to'>;

function none(): Sums {
  const counts = Object.fromEntries(STATUSES.map(({ code }) => [code, 0]));
  return { counts, total: 0, answered: 0, talkMs: 0, holdMs: 0, wrapUpMs: 0, states: {} };
}

function agentReport(query: URLSearchParams, now: number): AgentReport {
  const [from, to] = [query.get('from') ?? '', query.get('to') ?? ''];
  const daily = query.get('by') === 'day';
  const agent = query.get('agent');
  const totals = none();
  const rows: AgentReportRow[] = [];
  for (const [index, name] of NAMES.entries()) {
    if (agent !== null && Number(agent) !== index + 1) continue;
    for (let day = from; day <= to; day = addDays(day, daily ? 1 : 10_000)) {
      const sums = sumsOf(index + 3 * day.length + day.charCodeAt(9), daily ? 1 : 5);
      rows.push({ agent: { id: index + 1, name }, from: day, to: daily ? day : to, ...sums });
      addTo(totals, sums);
    }
  }
  return {
    from,
    to,
    zone: ZONE,
    generatedAt: new Date(now).toISOString(),
    filters: {
      by: daily ? 'day' : 'all',
      kind: 'dialed',
      campaign: query.get('campaign'),
      list: null,
      status: query.get('status'),
      agent: agent === null ? null : Number(agent),
    },
    statuses: STATUSES.filter(({ code }) => code !== 'skipped').map((status) => ({
      ...status,
      used: (totals.counts[status.code] ?? 0) > 0,
    })),
    rows,
    totals,
  };
}

function sumsOf(seed: number, days: number): Sums {
  const sums = none();
  for (const [at, code] of CODES.entries()) {
    const calls = Math.round(days * (((seed * (at + 7) * 13) % 19) / (1 + at / 2)));
    sums.counts[code] = calls;
    sums.total += calls;
    if (!['no-answer', 'busy', 'nonexistent'].includes(code)) sums.answered += calls;
  }
  sums.talkMs = sums.answered * (95_000 + (seed % 7) * 9_000);
  sums.holdMs = sums.answered * 4_200;
  sums.wrapUpMs = sums.total * 21_000;
  const shift = days * 8 * 60 * MINUTE_MS;
  sums.states = {
    'logged-in': Math.round(shift * 0.02),
    available: Math.round(shift * (0.18 + (seed % 5) / 50)),
    paused: Math.round(shift * 0.11),
    calling: Math.round(shift * 0.12),
    'in-call': sums.talkMs,
    'wrap-up': sums.wrapUpMs,
  };
  return sums;
}

function addTo(totals: Sums, sums: Sums): void {
  for (const key of ['total', 'answered', 'talkMs', 'holdMs', 'wrapUpMs'] as const) totals[key] += sums[key];
  for (const [code, calls] of Object.entries(sums.counts)) {
    totals.counts[code] = (totals.counts[code] ?? 0) + calls;
  }
  for (const [state, ms] of Object.entries(sums.states) as [keyof Sums['states'], number][]) {
    totals.states[state] = (totals.states[state] ?? 0) + ms;
  }
}

function campaignReport(query: URLSearchParams, now: number): CampaignReportView {
  const at = (ms: number) => new Date(now + ms).toISOString();
  return {
    campaign: { name: query.get('campaign') ?? '', label: 'Campania Oradea' },
    list: null,
    from: query.get('from') ?? '',
    to: query.get('to') ?? '',
    zone: ZONE,
    generatedAt: at(0),
    contacts: [
      { state: 'open', reason: null, contacts: 6_412 },
      { state: 'closed', reason: 'final-status', contacts: 4_959 },
      { state: 'closed', reason: 'exhausted', contacts: 1_020 },
      { state: 'closed', reason: 'stopped', contacts: 311 },
      { state: 'closed', reason: 'nonexistent', contacts: 204 },
      { state: 'closed', reason: 'do-not-call', contacts: 87 },
      { state: 'withdrawn', reason: 'import-undone', contacts: 12 },
    ],
    lists: [
      list(12, 'Oradea, noiembrie', 'priority', 2_100, 310, 3_020, 1_790, 1_102, 402),
      list(9, 'Bihor, octombrie', 'normal', 7_900, 4_800, 6_240, 3_100, 1_733, 561),
      list(4, 'Vara 2026', 'normal', 3_005, 1_302, 3_410, 1_703, 866, 214),
      { ...list(0, '', 'normal', 0, 0, 41, 0, 0, 0), listId: null, list: null, kind: null },
    ],
    listTotals: {
      contacts: 13_005,
      open: 6_412,
      calls: 12_711,
      called: 6_580,
      reached: 3_690,
      positive: 1_171,
    },
    attempts: [3_389, 1_744, 902, 388, 157].map((contacts, n) => ({ attempts: n + 1, contacts })),
    answers: [
      {
        field: 'age-group',
        labels: { ro: 'Grupa de vârstă', en: 'Age group' },
        type: 'choice',
        values: [
          { value: '40-50', labels: { ro: '40-50 ani', en: '40-50' }, calls: 402 },
          { value: '30-40', labels: { ro: '30-40 ani', en: '30-40' }, calls: 361 },
          { value: '50-60', labels: { ro: '50-60 ani', en: '50-60' }, calls: 214 },
        ],
      },
      {
        field: 'county',
        labels: { ro: 'Județul', en: 'County' },
        type: 'county',
        values: [
          { value: 'Bihor', labels: null, calls: 811 },
          { value: 'Cluj', labels: null, calls: 120 },
          { value: 'Satu Mare', labels: null, calls: 46 },
        ],
      },
    ],
    failures: [
      { trunk: 'principal', result: 'carrier', reason: 'congestion', sipStatus: 503, calls: 31 },
      { trunk: 'principal', result: 'carrier', reason: 'no-response', sipStatus: null, calls: 9 },
      { trunk: 'rezerva', result: 'platform', reason: 'not-placed', sipStatus: null, calls: 4 },
    ],
    waits: [
      { reason: 'retry', due: false, contacts: 3_902, nextDueAt: at(25 * MINUTE_MS) },
      { reason: null, due: true, contacts: 1_844, nextDueAt: at(-90 * MINUTE_MS) },
      { reason: 'cap-day', due: false, contacts: 640, nextDueAt: at(20 * 60 * MINUTE_MS) },
      { reason: 'on-call', due: true, contacts: 14, nextDueAt: at(-MINUTE_MS) },
      { reason: 'number-busy', due: false, contacts: 12, nextDueAt: at(MINUTE_MS) },
    ],
  };
}

function list(
  listId: number,
  name: string,
  kind: 'priority' | 'normal',
  contacts: number,
  open: number,
  calls: number,
  called: number,
  reached: number,
  positive: number,
): NonNullable<CampaignReportView['lists']>[number] {
  return { listId, list: name, kind, contacts, open, calls, called, reached, positive };
}

const PEOPLE: FoundPerson[] = [
  person(7, 'Șerban Ștefan', 'Oradea', ['+40722123456', '+40259123456'], 6),
  person(8, 'Șerbănescu Maria', 'Beiuș', ['+40744555666'], 2),
  person(9, 'Serban Ion', 'Salonta', ['+40766111222'], 0),
];

function person(
  contactId: number,
  name: string,
  locality: string,
  numbers: string[],
  calls: number,
): FoundPerson {
  return {
    contactId,
    name,
    locality,
    county: 'Bihor',
    ageBand: '40-50',
    campaign: 'Campania Oradea',
    list: 'Oradea, noiembrie',
    numbers,
    calls,
    lastCallAt: calls > 0 ? '2026-11-20T09:12:00.000Z' : null,
  };
}

function history(): History {
  const line = (n: number, at: string, status: string, more: Partial<Interaction> = {}): Interaction => ({
    callId: `00000000-0000-4000-8000-00000000000${n}`,
    at,
    zone: ZONE,
    kind: 'outbound',
    number: '+40722123456',
    campaign: 'Campania Oradea',
    list: 'Oradea, noiembrie',
    agent: 'Ana Pop',
    status,
    positive: false,
    locality: null,
    county: null,
    ageBand: null,
    talkMs: 0,
    recording: false,
    corrected: false,
    ...more,
  });
  return {
    people: PEOPLE.slice(0, 1),
    number: null,
    calls: [
      line(1, '2019-02-08T09:04:00Z', 'no-answer'),
      line(2, '2019-02-09T10:15:00Z', 'success', {
        positive: true,
        locality: 'Oradea',
        county: 'Bihor',
        ageBand: '40-50',
        talkMs: 184_000,
        recording: true,
      }),
      line(3, '2023-06-12T12:40:00Z', 'busy', { campaign: 'Vara 2023', list: 'Bihor', agent: null }),
      line(4, '2026-11-18T08:20:00Z', 'not-interested', { talkMs: 41_000, recording: true, corrected: true }),
      line(5, '2026-11-20T09:12:00Z', 'callback', { talkMs: 22_000, number: '+40259123456' }),
    ],
    more: false,
  };
}

const ANSWERS = {
  'age-group': '40-50',
  county: 'Bihor',
  locality: 'Oradea',
  name: 'Ilinca Țăranu',
  persons: 3,
  education: 'university',
};

function corrections(): Corrections {
  return {
    status: 'not-interested',
    trail: [
      {
        before: 'no-outcome',
        after: 'success',
        source: 'late-wrap-up',
        reason: '',
        by: 'ana.ionescu',
        at: '2026-11-20T16:02:00.000Z',
        answers: { before: {}, after: { ...ANSWERS, 'age-group': '30-40' } },
      },
      {
        before: 'success',
        after: 'not-interested',
        source: 'person',
        reason: 'Ascultat înregistrarea: persoana a refuzat oferta.',
        by: 'maria',
        at: '2026-11-21T09:40:00.000Z',
        answers: null,
      },
      {
        before: 'not-interested',
        after: 'not-interested',
        source: 'person',
        reason: 'La minutul 2 spune că a împlinit 41 de ani.',
        by: 'maria',
        at: '2026-11-21T09:44:00.000Z',
        answers: { before: { ...ANSWERS, 'age-group': '30-40' }, after: ANSWERS },
      },
    ],
    form: { script: SCRIPT, answers: ANSWERS },
    allowed: ['success', 'interested', 'wrong-age-group', 'opted-out', 'callback', 'no-outcome'],
  };
}
