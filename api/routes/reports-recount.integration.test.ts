/**
 * Every report, with filters by chance, against a recount of the calls: not by our clock rules but by those of Intl, and not
 * by our sums but call by call. The list behind a cell has as many calls as the cell, and the files have the same figures.
 */
import { randomUUID } from 'node:crypto';
import readExcelFile from 'read-excel-file/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CallsPage } from '../../contracts/http/calls.ts';
import type { CallsReport, PeriodReport, ReportSumsView } from '../../contracts/http/reports.ts';
import { CALL_KINDS, type CallKind } from '../../contracts/model/call.ts';
import { keepReportDays } from '../../db/report-days.ts';
import { foldRollups, WAIT_SUMS, waitsOfCall } from '../../db/rollups.ts';
import { seedCampaign, startTestApi, type TestApi, type TestCampaign } from '../testing/test-api.ts';

const SITE_ZONE = 'Europe/Bucharest';
const AZORES = 'Atlantic/Azores';
const HOUR_MS = 3_600_000;
const CALLS = 2_400;
/** Of an interval: by days, by weeks and, some of them, by months. */
const MOST_DAYS = 900;
/** So many are asked for in each way; each is another filter. */
const ROUNDS = 40;
const STATUSES = ['busy', 'no-answer', 'message-heard', 'success', 'declined', 'skipped'];
/** Nights of 23 and of 25 hours, a turn of the year, an ordinary week that two months share. */
const BEGINS = ['2026-03-28T14:00Z', '2026-10-24T14:00Z', '2025-12-30T09:00Z', '2026-06-29T06:00Z'];

interface RawCall {
  kind: CallKind;
  campaign: string;
  list: number | null;
  /** Null: under way. */
  status: string | null;
  at: Date;
  answered: boolean;
  talkMs: number;
}

let api: TestApi;
let calls: RawCall[];
let campaigns: Record<string, TestCampaign>;
const dice = mulberry32(20_261_122);

beforeAll(async () => {
  api = await startTestApi();
  campaigns = { oradea: await seedCampaign(api.db, 'oradea'), acores: await seedCampaign(api.db, 'acores') };
  await api.db.pool.query(
    `update config_objects set body = jsonb_set(body::jsonb, '{zone}', to_jsonb($1::text)) where name = 'acores-cal'`,
    [AZORES],
  );
  await api.db.pool.query(`insert into numbers (e164) values ('+40722000001')`);
  calls = Array.from({ length: CALLS }, makeCall);
  await write(calls);
  // Most are folded into hours and days, the others still wait.
  await foldRollups(api.db);
  await keepReportDays(api.db, { siteZone: SITE_ZONE });
  const late = Array.from({ length: 60 }, makeCall);
  await write(late);
  calls.push(...late);
});
afterAll(() => api.close());

describe('every report equals a recount', () => {
  it.each(['daily', 'weekly', 'monthly', 'yearly', 'interval'] as const)(
    '%s',
    { timeout: 300_000 },
    async (name) => {
      let seen = 0;
      for (let round = 0; round < ROUNDS; round++) {
        const asked = askedByChance(name);
        const report = await get<PeriodReport>(`/api/reports/${name}?${asked}`);
        seen += report.totals.total;
        expectRecounted(report, `${name}?${asked}`);
      }
      expect(seen).toBeGreaterThan(0);
    },
  );

  it('calls by kind', { timeout: 300_000 }, async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const asked = askedByChance('interval');
      const report = await get<CallsReport>(`/api/reports/calls?${asked}`);
      const filters = { ...report.filters, kind: new URLSearchParams(asked).get('kind') ?? 'all' };
      for (const row of report.kinds) {
        const found = recount(report, { ...report, slot: null }).filter(({ kind }) => kind === row.kind);
        expect(sumsOf(row), asked).toEqual(sumsOf(sum(found, report.statuses)));
      }
      expect(report.filters).toEqual(filters);
      expect(report.totals.total).toBe(report.kinds.reduce((n, { total }) => n + total, 0));
      for (const wait of report.waits) {
        const found = recount(report, { ...report, slot: null }).filter(({ kind }) => kind === wait.kind);
        // What was not sent did not ring; a call that came in counts from its arrival.
        const rang = found.filter(({ at, kind }) => sent(at) || kind === 'inbound');
        const answered = rang.filter((call) => call.answered).length;
        expect(wait, asked).toEqual({
          kind: wait.kind,
          answered,
          answeredMs: answered === 0 ? null : 8_000,
          unanswered: rang.length - answered,
          unansweredMs: rang.length === answered ? null : 40_000,
        });
      }
    }
  });
});

describe('the cells of every report', () => {
  it('lead to as many calls as they say', { timeout: 300_000 }, async () => {
    for (const name of ['daily', 'weekly', 'monthly', 'yearly', 'interval'] as const) {
      for (let round = 0; round < 3; round++) {
        const asked = askedByChance(name);
        const report = await get<PeriodReport>(`/api/reports/${name}?${asked}`);
        const rows = report.tables.flatMap((table) => table.rows).filter(({ total }) => total > 0);
        const row = rows[Math.floor(dice() * rows.length)];
        if (row === undefined) continue;
        const [code] = Object.entries(row.counts).find(([, count]) => count > 0) ?? [];
        expect(await listed(report, row, code), asked).toBe(row.counts[code ?? '']);
        expect(await listed(report, row, undefined), asked).toBe(row.total);
        expect(await listed(report, { ...report, slot: null }, undefined)).toBe(report.totals.total);
      }
    }
  });
});

describe('an exported report, opened again', () => {
  it.each([
    ['daily', 'date=2026-10-25&kind=all'],
    ['weekly', 'date=2026-10-25'],
    ['yearly', 'date=2026-10-25&kind=inbound'],
    ['monthly', 'date=2026-10-01&campaign=oradea'],
    ['interval', 'from=2026-10-20&to=2026-11-02&kind=all&lang=ro'],
  ])('%s has the figures of the page', async (name, query) => {
    const report = await get<PeriodReport>(`/api/reports/${name}?${query.replace('&lang=ro', '')}`);
    expect(report.totals.total).toBeGreaterThan(0);
    const csv = await file(`/api/reports/${name}.csv?${query}`);
    const text = csv.body.toString('utf8');
    expect(csv.type).toBe('text/csv; charset=utf-8');
    expect(text.startsWith('\ufeffRaport')).toBe(true);
    const lines = text.split('\r\n').map((line) => line.split(';'));
    const xlsx = await file(`/api/reports/${name}.xlsx?${query}`);
    const sheets = await readExcelFile(xlsx.body);
    expect(sheets).toHaveLength(report.tables.length);
    expect(csv.name.replace('.csv', '')).toBe(xlsx.name.replace('.xlsx', ''));
    const days = report.from === report.to ? report.from : `${report.from}_${report.to}`;
    expect(csv.name).toMatch(new RegExp(`^raport-[a-z]+_${days}\\.csv$`));
    for (const [index, table] of report.tables.entries()) {
      const expected = [...table.rows, report.totals].map((row) => [
        ...report.statuses.map(({ code }) => row.counts[code]),
        row.total,
        row.answered,
        Math.round(row.talkMs / 1000),
      ]);
      const width = expected[0]?.length ?? 0;
      const cells = sheets[index]?.data.slice(-expected.length).map((row) => row.slice(-width));
      expect(cells, sheets[index]?.sheet).toEqual(expected);
      const at = lines.findIndex(([first], place) => first === sheets[index]?.sheet && place > 3);
      const inCsv = lines.slice(at + 2, at + 2 + expected.length).map((row) => row.slice(-width).map(Number));
      expect(inCsv).toEqual(expected);
      for (const label of report.statuses.map((status) => status.labels.ro))
        expect(lines[at + 1]).toContain(label);
    }
    expect(text).toMatch(/Generat la 21\.11\.2026 12:00 \((Europe|Atlantic)\/\w+\)/);
  });

  it('calls by kind, in English', async () => {
    const query = 'from=2026-10-20&to=2026-11-02';
    const report = await get<CallsReport>(`/api/reports/calls?${query}`);
    const { body, name } = await file(`/api/reports/calls.xlsx?${query}&lang=en`);
    const [kinds, waits] = await readExcelFile(body);
    expect(name).toBe('calls-report_2026-10-20_2026-11-02.xlsx');
    expect(kinds?.data.slice(-4).map((row) => row.at(-4))).toEqual([
      ...report.kinds.map(({ total }) => total),
      report.totals.total,
    ]);
    expect(waits?.data.at(-1)?.[0]).toBe('Incoming');
  });
});

describe('reports', () => {
  it('have a column for a status that was added at noon, in every one of them', async () => {
    await api.db.pool.query(
      `insert into statuses overriding system value
       select (jsonb_populate_record(s, '{"id": 30001, "code": "la-pranz", "label_ro": "De la prânz"}')).*
       from statuses s where code = 'busy'`,
    );
    const call: RawCall = {
      kind: 'outbound',
      campaign: 'oradea',
      list: campaigns['oradea']?.listId ?? null,
      status: 'la-pranz',
      at: new Date('2026-11-20T10:00:00Z'),
      answered: true,
      talkMs: 5_000,
    };
    await write([call]);
    calls.push(call);
    for (const name of ['daily', 'weekly', 'monthly', 'yearly']) {
      const report = await get<PeriodReport>(`/api/reports/${name}?date=2026-11-20`);
      expect(report.totals.counts['la-pranz'], name).toBe(1);
      expect(report.statuses.find(({ code }) => code === 'la-pranz')).toMatchObject({ used: true });
    }
    for (const name of ['interval', 'calls']) {
      const report = await get<PeriodReport>(`/api/reports/${name}?from=2026-11-01&to=2026-11-30`);
      expect(report.totals.counts['la-pranz'], name).toBe(1);
    }
    const { body } = await file('/api/reports/yearly.csv?date=2026-11-20');
    expect(body.toString('utf8')).toContain('De la prânz');
  });

  it('refuse an interval that ends before it begins or is longer than ten years', async () => {
    for (const range of [
      'from=2026-02-02&to=2026-02-01',
      'from=2010-01-01&to=2026-01-01',
      'from=2026-02-02',
    ]) {
      expect((await api.get('management', `/api/reports/interval?${range}`)).status, range).toBe(400);
    }
  });
});

function makeCall(): RawCall {
  const pick = <T>(of: readonly T[]): T => of[Math.floor(dice() * of.length)] as T;
  const campaign = pick(['oradea', 'acores']);
  const at = new Date(Date.parse(pick(BEGINS)) + Math.floor(dice() * 60 * HOUR_MS));
  // Nobody answers a call that was not sent.
  const answered = sent(at) && dice() < 0.5;
  return {
    kind: pick(CALL_KINDS),
    campaign,
    list: dice() < 0.2 ? null : (campaigns[campaign]?.listId ?? 0),
    status: dice() < 0.05 ? null : pick(STATUSES),
    at,
    answered,
    talkMs: answered ? Math.floor(dice() * 100_000) : 0,
  };
}

function sent(at: Date): boolean {
  return at.getTime() % 3 !== 0;
}

const WAITS = waitsOfCall({
  kind: 'kind',
  invitedAt: 'invited_at',
  claimedAt: 'claimed_at',
  answeredAt: `case when answered then at + interval '8 seconds' end`,
  endedAt: `at + interval '40 seconds'`,
});

/** As claim and commit leave them; a contact that was passed over and a call under way are in no rollup. */
async function write(rows: readonly RawCall[]): Promise<void> {
  const columns = rows.map((row) => ({
    ...row,
    id: randomUUID(),
    campaign_id: campaigns[row.campaign]?.id,
    // Without an INVITE the claim counts; with one the claim may be in the hour before.
    invited_at: sent(row.at) ? row.at : null,
    claimed_at: sent(row.at) ? new Date(row.at.getTime() - 900) : row.at,
  }));
  await api.db.pool.query(
    `with raw as (
       select * from jsonb_to_recordset($1::jsonb) as r(id uuid, kind text, campaign_id int, list int, status text, at timestamptz,
         answered boolean, "talkMs" int, invited_at timestamptz, claimed_at timestamptz)),
     written as (
       insert into calls (id, kind, campaign_id, list_id, attempt, number_id, node, epoch, versions, claimed_at, committed_at,
         status_id, invited_at, answered_at, ended_at, talk_ms)
       select r.id, kind, campaign_id, list, 1, n.id, 'edge-1', 1, '{}', claimed_at,
         case when status is not null then at + interval '1 minute' end, s.id, invited_at,
         case when answered then at + interval '8 seconds' end, at + interval '40 seconds', "talkMs"
       from raw r cross join (select id from numbers limit 1) n left join statuses s on s.code = r.status)
     insert into rollup_deltas (hour, campaign_id, list_id, agent_id, kind, status_id, calls, answered, talk_ms, hold_ms, wrap_up_ms, ${WAIT_SUMS})
     select date_trunc('hour', at, 'UTC'), campaign_id, coalesce(list, 0), 0, kind, s.id, 1, answered::int, "talkMs", 0, 0, ${WAITS}
     from raw r join statuses s on s.code = r.status where r.status <> 'skipped'`,
    [JSON.stringify(columns)],
  );
}

function askedByChance(name: string): string {
  const pick = <T>(of: readonly T[]): T => of[Math.floor(dice() * of.length)] as T;
  const day = (around: string, days: number): string =>
    new Date(Date.parse(around) + days * 24 * HOUR_MS).toISOString().slice(0, 10);
  const from = day(pick(BEGINS), Math.floor(dice() * 4) - 1);
  const asked = new URLSearchParams(
    name === 'interval' ? { from, to: day(from, Math.floor(dice() ** 3 * MOST_DAYS)) } : { date: from },
  );
  const campaign = pick([undefined, undefined, 'oradea', 'acores']);
  if (campaign !== undefined) asked.set('campaign', campaign);
  const kind = pick([undefined, 'dialed', 'outbound', 'robot', 'inbound', 'all']);
  if (kind !== undefined) asked.set('kind', kind);
  if (dice() < 0.3) asked.set('list', String(campaigns[pick(['oradea', 'acores'])]?.listId));
  if (dice() < 0.25) asked.set('status', pick(['busy', 'success']));
  return String(asked);
}

type Place = { from: string; to: string; slot: string | null };
type Head = Pick<PeriodReport, 'filters' | 'zone'>;

/** The calls of a row, one by one. */
function recount({ filters, zone }: Head, place: Place, of: readonly RawCall[] = calls): RawCall[] {
  return of.filter((call) => {
    const { date, hour } = wallClock(zone, call.at);
    const outside = hour < 7 || hour >= 20;
    const slot = outside ? 'outside' : `${hour}-${hour + 1}`;
    const dialed = call.kind === 'outbound' || call.kind === 'robot';
    return (
      call.status !== null &&
      call.status !== 'skipped' &&
      place.from <= date &&
      date <= place.to &&
      (place.slot === null || place.slot === slot) &&
      (filters.kind === 'all' || (filters.kind === 'dialed' ? dialed : filters.kind === call.kind)) &&
      (filters.campaign === null || filters.campaign === call.campaign) &&
      (filters.list === null || filters.list === call.list) &&
      (filters.status === null || filters.status === call.status)
    );
  });
}

function expectRecounted(report: PeriodReport, asked: string): void {
  const found = recount(report, { from: report.from, to: report.to, slot: null });
  for (const { by, rows } of report.tables) {
    for (const row of rows) {
      const expected = sum(recount(report, row, found), report.statuses);
      expect(sumsOf(row), `${asked} ${by} ${row.from} ${row.slot}`).toEqual(sumsOf(expected));
    }
  }
  expect(sumsOf(report.totals), asked).toEqual(sumsOf(sum(found, report.statuses)));
  // The rows are all there are: together they are the totals.
  for (const { by, rows } of report.tables) {
    expect(
      rows.reduce((n, { total }) => n + total, 0),
      `${asked} ${by}`,
    ).toBe(report.totals.total);
  }
}

function sum(rows: readonly RawCall[], statuses: PeriodReport['statuses']): ReportSumsView {
  return {
    counts: Object.fromEntries(
      statuses.map(({ code }) => [code, rows.filter(({ status }) => status === code).length]),
    ),
    total: rows.length,
    answered: rows.filter(({ answered }) => answered).length,
    talkMs: rows.reduce((ms, call) => ms + call.talkMs, 0),
  };
}

function sumsOf({ counts, total, answered, talkMs }: ReportSumsView): ReportSumsView {
  return { counts, total, answered, talkMs };
}

/** How many calls the list has for a cell, page by page. */
async function listed({ filters }: Head, place: Place, code: string | undefined): Promise<number> {
  const query = new URLSearchParams({ from: place.from, to: place.to, state: 'counted', limit: '200' });
  const asked = {
    slot: place.slot,
    kind: filters.kind,
    campaign: filters.campaign,
    list: filters.list,
    status: code ?? filters.status,
  };
  for (const [name, value] of Object.entries(asked)) if (value !== null) query.set(name, String(value));
  let found = 0;
  for (;;) {
    const page = await get<CallsPage>(`/api/calls?${String(query)}`);
    found += page.calls.length;
    if (page.nextCursor === null) return found;
    query.set('cursor', page.nextCursor);
  }
}

async function get<T>(path: string): Promise<T> {
  const response = await api.get('supervisor', path);
  expect([path, response.status]).toEqual([path, 200]);
  return (await response.json()) as T;
}

async function file(path: string): Promise<{ body: Buffer; type: string | null; name: string }> {
  const response = await api.get('management', path);
  expect([path, response.status]).toEqual([path, 200]);
  const name = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1] ?? '';
  return {
    body: Buffer.from(await response.arrayBuffer()),
    type: response.headers.get('content-type'),
    name,
  };
}

const clocks = new Map<string, Intl.DateTimeFormat>();
const walls = new Map<string, { date: string; hour: number }>();

function wallClock(zone: string, at: Date): { date: string; hour: number } {
  const id = `${zone} ${at.getTime()}`;
  const known = walls.get(id);
  if (known) return known;
  const parts = {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    hourCycle: 'h23',
  } as const;
  const clock = clocks.get(zone) ?? new Intl.DateTimeFormat('sv-SE', { timeZone: zone, ...parts });
  clocks.set(zone, clock);
  const [date = '', hour = ''] = clock.format(at).split(' ');
  const wall = { date, hour: Number(hour) };
  walls.set(id, wall);
  return wall;
}

function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
