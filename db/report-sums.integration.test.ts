import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { localDay } from '../domain/calendar.ts';
import type { StatusCell } from '../domain/report-table.ts';
import { auditReportSums, auditRollups } from '../test/auditor/invariant-4-rollups.ts';
import { createCampaign } from '../test/support/campaign-fixture.ts';
import { addRawCalls } from '../test/support/raw-calls.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/postgres.ts';
import type { CampaignSetup } from './campaigns.ts';
import { openDatabase, type Database } from './client.ts';
import { keepReportDays } from './report-days.ts';
import { readPeriodDayHours } from './report-interval.ts';
import { readPeriodHours, readPeriodKinds, readPeriodMonths } from './report-months.ts';
import { PACKED, partsOf, readSums } from './report-rows.ts';
import { readCampaignDays, readDay, readPeriod, type PeriodCell, type PeriodFilter } from './report-sums.ts';
import { fillWaits } from './report-waits.ts';
import { FOLD_LOCK, foldRollups } from './rollups.ts';

const ZONE = 'Europe/Bucharest';
const AZORES = 'Atlantic/Azores';
const HOUR_MS = 3_600_000;
let test: TestDatabase;
let db: Database;
let one: CampaignSetup;
let two: CampaignSetup;
beforeAll(async () => {
  test = await createTestDatabase();
  db = openDatabase({ url: test.url, applicationName: 'test' });
  one = await createCampaign(db, 'one');
  two = await createCampaign(db, 'two');
});
beforeEach(async () => {
  await db.pool.query(
    `truncate rollup_hours, rollup_deltas, report_hours, report_days, report_zones, report_months, report_month_hours,
       report_agent_days, report_agent_months, agent_state_months, report_fills`,
  );
});
afterAll(async () => {
  await db.close();
  await test.drop();
});

interface Delta {
  hour: Date;
  campaign?: CampaignSetup;
  list?: number;
  agent?: number;
  kind?: 'robot' | 'outbound';
  status?: string;
}

/** As a commit leaves it: one call of a second. */
async function commit(...deltas: Delta[]): Promise<void> {
  for (const delta of deltas) {
    await db.pool.query(
      `insert into rollup_deltas (hour, campaign_id, list_id, agent_id, kind, status_id, calls, answered, talk_ms, hold_ms, wrap_up_ms,
         waited, waited_ms)
       select $1, $2, $3, $4, $5, id, 1, 1, 1000, 0, 0, 1, 5000 from statuses where code = $6`,
      [
        delta.hour,
        (delta.campaign ?? one).id,
        delta.list ?? 7,
        delta.agent ?? 0,
        delta.kind ?? 'robot',
        delta.status ?? 'busy',
      ],
    );
  }
}

/** Every hour of the night of 23 and of the night of 25 hours, some days around, over campaigns, lists, agents, kinds. */
function aroundClockChanges(): Delta[] {
  const deltas: Delta[] = [];
  for (const begin of ['2026-03-28T12:00:00Z', '2026-10-24T12:00:00Z']) {
    for (let n = 0; n < 48; n++) {
      deltas.push({
        hour: new Date(Date.parse(begin) + n * HOUR_MS),
        campaign: n % 2 === 0 ? one : two,
        list: 7 + (n % 3),
        agent: n % 5,
        kind: n % 4 === 0 ? 'outbound' : 'robot',
        status: n % 7 === 0 ? 'declined' : 'busy',
      });
    }
  }
  return deltas;
}

const FILTERS: Omit<PeriodFilter, 'from' | 'to' | 'zone'>[] = [];
for (const kinds of [undefined, ['robot'], ['outbound'], ['outbound', 'robot']] as const) {
  for (const listId of [undefined, 7, 8]) {
    for (const campaign of ['all', 'one', 'two']) {
      // The ids are known later.
      FILTERS.push({
        kinds,
        listId,
        campaignId: campaign === 'all' ? undefined : campaign === 'one' ? 1 : 2,
      });
    }
  }
}

/** `filter` without one of its parts counted by hand, in the zone of Intl and not by our rules. */
function byHand(deltas: readonly Delta[], filter: PeriodFilter): Map<string, number> {
  const days = new Map<string, number>();
  for (const delta of deltas) {
    const day = localDay(filter.zone, delta.hour);
    if (day < filter.from || day > filter.to) continue;
    if (filter.kinds !== undefined && !filter.kinds.includes(delta.kind ?? 'robot')) continue;
    if (filter.listId !== undefined && filter.listId !== delta.list) continue;
    if (filter.campaignId !== undefined && filter.campaignId !== delta.campaign?.id) continue;
    const key = `${day} ${delta.status}`;
    days.set(key, (days.get(key) ?? 0) + 1);
  }
  return days;
}

async function expectRight(deltas: readonly Delta[], zone: string): Promise<void> {
  for (const { campaignId, ...rest } of FILTERS) {
    const id = campaignId === undefined ? undefined : [one.id, two.id][campaignId - 1];
    for (const [from, to] of [
      ['2026-03-28', '2026-03-31'],
      ['2026-10-25', '2026-10-25'],
      ['2026-01-01', '2026-12-31'],
      // Whole months between parts of others, at whose ends the clock changes.
      ['2026-02-15', '2026-10-25'],
      ['2026-02-20', '2026-10-10'],
      ['2026-03-10', '2026-03-29'],
    ] as const) {
      const filter = { ...rest, campaignId: id, from, to, zone };
      const cells = await readPeriod(db.pool, filter);
      const found = new Map(cells.map((cell) => [`${cell.date} ${cell.status}`, cell.calls]));
      expect(found, JSON.stringify(filter)).toEqual(byHand(deltas, filter));
      expect(cells.map((cell) => [cell.answered, cell.talkMs])).toEqual(
        cells.map((cell) => [cell.calls, cell.calls * 1000]),
      );
      if (from < '2026-03-20') await expectSameByMonths(cells, filter);
      if (from !== to) continue;
      const day = await readDay(db.pool, { ...filter, date: from });
      expect(day.reduce((sum, cell) => sum + cell.calls, 0)).toBe(
        cells.reduce((sum, cell) => sum + cell.calls, 0),
      );
    }
  }
}

/** What is read from the months is what the days say: by month, by hour of the day in all, by kind in all. */
async function expectSameByMonths(days: readonly PeriodCell[], filter: PeriodFilter): Promise<void> {
  const byMonth = (cells: readonly PeriodCell[]) =>
    countBy(cells, ({ date, status }) => `${date.slice(0, 'YYYY-MM'.length)} ${status}`);
  const byStatus = (cells: readonly StatusCell[]) => countBy(cells, ({ status }) => status);
  const months = await readPeriodMonths(db.pool, filter);
  expect(byMonth(months), JSON.stringify(filter)).toEqual(byMonth(days));
  expect(months.every(({ date }) => filter.from <= date && date <= filter.to)).toBe(true);
  expect(byStatus(await readPeriodHours(db.pool, filter))).toEqual(byStatus(days));
  const kinds = await readPeriodKinds(db.pool, filter);
  expect(byStatus(kinds)).toEqual(byStatus(days));
  expect(kinds.map(({ waited, waitedMs }) => [waited, waitedMs])).toEqual(
    kinds.map(({ calls }) => [calls, calls * 5_000]),
  );
}

function countBy<Cell extends StatusCell>(
  cells: readonly Cell[],
  key: (cell: Cell) => string,
): Map<string, number[]> {
  const counts = new Map<string, number[]>();
  for (const cell of cells) {
    const [calls = 0, talkMs = 0] = counts.get(key(cell)) ?? [];
    counts.set(key(cell), [calls + cell.calls, talkMs + cell.talkMs]);
  }
  return new Map([...counts].toSorted(([a], [b]) => a.localeCompare(b)));
}

const brokenSums = () => auditReportSums({ db: db.pool });
const brokenRollups = () => auditRollups({ db: db.pool });

describe('the sums that reports read', () => {
  it.each([ZONE, AZORES])(
    'are right in %s by hours, by days, folded and not',
    { timeout: 300_000 },
    async (zone) => {
      const deltas = aroundClockChanges();
      const late = deltas.splice(60);
      await commit(...deltas);
      // Nothing folded, no days: all from the tail.
      await expectRight(deltas, zone);
      await foldRollups(db);
      // Folded, no days yet: from the hours.
      await expectRight(deltas, zone);
      expect(await keepReportDays(db, { siteZone: zone })).toMatchObject({ forgotten: [] });
      await expectRight(deltas, zone);
      // Late deltas of days long folded: first in the tail, then added to their days.
      await commit(...late);
      await expectRight([...deltas, ...late], zone);
      await foldRollups(db);
      await expectRight([...deltas, ...late], zone);
      expect(await brokenSums()).toEqual([]);
    },
  );

  it('read the days where the zone has them, not the hours', async () => {
    const hour = new Date('2026-05-05T09:00:00Z');
    await commit({ hour });
    await foldRollups(db);
    await keepReportDays(db, { siteZone: ZONE });
    await db.pool.query('update report_days set calls = calls + 41');
    const filter = { from: '2026-05-05', to: '2026-05-05' };
    expect((await readPeriod(db.pool, { ...filter, zone: ZONE }))[0]?.calls).toBe(42);
    expect((await readPeriod(db.pool, { ...filter, zone: AZORES }))[0]?.calls).toBe(1);
    expect(await brokenSums()).not.toEqual([]);
    await db.pool.query('update report_days set calls = calls - 41');
    expect(await brokenSums()).toEqual([]);
    for (const [table, sum] of [
      ['report_hours', 'talk_ms'],
      ['report_days', 'waited_ms'],
      ['report_months', 'given_up'],
      ['report_month_hours', 'calls'],
    ]) {
      await db.pool.query(`update ${table} set ${sum} = ${sum} + 1 where campaign_id = -1`);
      expect(await brokenSums(), table).not.toEqual([]);
      await db.pool.query(`update ${table} set ${sum} = ${sum} - 1 where campaign_id = -1`);
    }
    expect(await brokenSums()).toEqual([]);
  });

  it('read the months that are nearest, without the days before and after', async () => {
    for (const day of ['05-02', '05-05', '06-05', '06-20', '07-03']) {
      await commit({ hour: new Date(`2026-${day}T09:00:00Z`) });
    }
    await foldRollups(db);
    await keepReportDays(db, { siteZone: ZONE });
    await db.pool.query('update report_months set calls = calls + 40');
    await db.pool.query('update report_month_hours set calls = calls + 500');
    const filter = { from: '2026-05-05', to: '2026-06-30', zone: ZONE };
    const months = await readPeriodMonths(db.pool, filter);
    expect(new Map(months.map(({ date, calls }) => [date, calls]))).toEqual(
      new Map([
        ['2026-05-05', 41],
        ['2026-06-01', 42],
      ]),
    );
    expect((await readPeriodHours(db.pool, filter)).map(({ calls }) => calls)).toEqual([1003]);
    expect((await readPeriodKinds(db.pool, filter)).map(({ calls }) => calls)).toEqual([83]);
    // A list has no months; nor has a zone that is not kept.
    expect((await readPeriodHours(db.pool, { ...filter, listId: 7 }))[0]?.calls).toBe(3);
    expect((await readPeriodMonths(db.pool, { ...filter, zone: AZORES })).map(({ calls }) => calls)).toEqual([
      1, 1, 1,
    ]);
    expect((await readPeriodKinds(db.pool, { ...filter, zone: AZORES }))[0]?.waited).toBe(3);
  });

  it('follow whoever writes the hours, also downwards and from one hour to another', async () => {
    await keepReportDays(db, { siteZone: ZONE });
    await commit(...aroundClockChanges());
    await foldRollups(db);
    await db.pool.query('update rollup_hours set calls = calls + 3 where agent_id = 1');
    await db.pool.query(
      `update rollup_hours set hour = hour + interval '10 days', list_id = 99 where agent_id = 2`,
    );
    await db.pool.query('delete from rollup_hours where agent_id = 3');
    expect(await brokenSums()).toEqual([]);
    const cells = await readPeriod(db.pool, { from: '2026-01-01', to: '2026-12-31', zone: ZONE, listId: 99 });
    const { rows } = await db.pool.query<{ n: number }>(
      'select sum(calls)::int as n from rollup_hours where list_id = 99',
    );
    expect(cells.reduce((sum, cell) => sum + cell.calls, 0)).toBe(rows[0]?.n);
    expect(rows[0]?.n).toBeGreaterThan(0);
  });

  it('are what the migration makes of hours that are there already', async () => {
    await commit(...aroundClockChanges());
    await foldRollups(db);
    await db.pool.query('truncate report_hours');
    expect(await brokenSums()).not.toEqual([]);
    const file = new URL('./migrations/0005_reports-in-their-order.sql', import.meta.url);
    const backfill = readFileSync(file, 'utf8').split('--> statement-breakpoint').at(-1) ?? '';
    await db.pool.query(backfill);
    expect(await brokenSums()).toEqual([]);
  });

  it('give each campaign its day in its own zone, and no hour of the day of another', async () => {
    const at = (hour: string) => new Date(`2026-05-${hour}:00:00Z`);
    // One's day is 05-05T21 to 05-06T21 in UTC, two's 05-05T00 to 05-06T00.
    await commit({ hour: at('05T21'), campaign: one }, { hour: at('05T21'), campaign: two });
    await commit({ hour: at('05T21'), campaign: two, list: 8, kind: 'outbound', status: 'declined' });
    await commit({ hour: at('05T20'), campaign: one }, { hour: at('06T00'), campaign: two });
    await commit({ hour: at('06T20'), campaign: one }, { hour: at('05T00'), campaign: two });
    const days = [
      { campaignId: two.id, zone: AZORES, date: '2026-05-05' },
      { campaignId: one.id, zone: ZONE, date: '2026-05-06' },
    ];
    const expected = [
      { campaignId: one.id, localHour: 0, calls: 1, answered: 1 },
      { campaignId: one.id, localHour: 23, calls: 1, answered: 1 },
      { campaignId: two.id, localHour: 0, calls: 1, answered: 1 },
      { campaignId: two.id, localHour: 21, calls: 2, answered: 2 },
    ];
    expect(await readCampaignDays(db.pool, days)).toEqual(expected);
    await foldRollups(db);
    expect(await readCampaignDays(db.pool, days)).toEqual(expected);
    expect(await readCampaignDays(db.pool, [])).toEqual([]);
  });

  it('have one cell for the hour that comes twice, one of it folded and the other not', async () => {
    // 03:00 in Bucharest is 00:00 UTC and, an hour later, 01:00 UTC.
    await commit({ hour: new Date('2026-10-25T00:00:00Z') });
    await foldRollups(db);
    await keepReportDays(db, { siteZone: ZONE });
    const second = new Date('2026-10-25T01:00:00Z');
    await commit({ hour: second, kind: 'outbound' }, { hour: second, status: 'declined' });
    const cell = { localHour: 3, status: 'busy', calls: 2, answered: 2, talkMs: 2_000 };
    const declined = { ...cell, status: 'declined', calls: 1, answered: 1, talkMs: 1_000 };
    const day = { date: '2026-10-25', zone: ZONE };
    const byStatus = (cells: { status: string }[]) =>
      cells.toSorted((a, b) => a.status.localeCompare(b.status));
    for (const folded of [false, true]) {
      if (folded) await foldRollups(db);
      expect(byStatus(await readDay(db.pool, day))).toEqual([cell, declined]);
      expect(await readCampaignDays(db.pool, [{ campaignId: one.id, ...day }])).toEqual([
        { campaignId: one.id, localHour: 3, calls: 3, answered: 3 },
      ]);
      const period = await readPeriod(db.pool, { from: day.date, to: day.date, zone: ZONE });
      expect(byStatus(period)).toEqual(
        [cell, declined].map(({ status, calls, answered, talkMs }) => ({
          date: day.date,
          status,
          calls,
          answered,
          talkMs,
        })),
      );
    }
  });

  it('name a status that came after the first report', async () => {
    const hour = new Date('2026-05-05T09:00:00Z');
    const day = { date: '2026-05-05', zone: ZONE };
    await commit({ hour });
    expect((await readDay(db.pool, day)).map(({ status }) => status)).toEqual(['busy']);
    await db.pool.query(
      `insert into statuses overriding system value
       select (jsonb_populate_record(s, '{"id": 30000, "code": "came-later"}')).*
       from statuses s where code = 'busy'`,
    );
    await commit({ hour, status: 'came-later' });
    expect((await readDay(db.pool, day)).map(({ status }) => status).toSorted()).toEqual([
      'busy',
      'came-later',
    ]);
    const period = await readPeriod(db.pool, { from: day.date, to: day.date, zone: ZONE });
    expect(period.map(({ status }) => status).toSorted()).toEqual(['busy', 'came-later']);
  });

  it('are planned once a connection, whatever they are asked for', async () => {
    // One that has seen no smaller tables: what plans cost then is remembered.
    const own = openDatabase({ url: test.url, applicationName: 'test', max: 1 });
    const client = own.pool;
    try {
      // Many hours of one campaign, few of the other: what makes a planner that sees its values plan for just these.
      await client.query(
        `insert into rollup_hours (hour, campaign_id, list_id, agent_id, kind, status_id, calls, answered, talk_ms, hold_ms, wrap_up_ms)
         select '2026-01-01T00:00:00Z'::timestamptz + n * interval '1 hour', case n % 50 when 0 then $2::int else $1::int end, 7, 0, 'robot',
           s.id, 1, 1, 1, 0, 0
         from generate_series(1, 2000) n, statuses s where s.code in ('busy', 'declined')`,
        [one.id, two.id],
      );
      await keepReportDays(db, { siteZone: ZONE });
      await client.query('analyze rollup_hours; analyze report_hours; analyze report_days');
      const date = '2026-02-05';
      const zone = ZONE;
      for (let n = 0; n < 12; n++) {
        for (const filter of [{}, { campaignId: two.id }, { listId: 7 }, { kinds: ['robot' as const] }]) {
          await readDay(client, { date, zone, ...filter });
          await readPeriod(client, { from: date, to: date, zone, ...filter });
          await readPeriodDayHours(client, { from: date, to: date, zone, ...filter });
          for (const read of [readPeriodHours, readPeriodKinds, readPeriodMonths]) {
            await read(client, { from: date, to: date, zone, ...filter });
          }
        }
        await readCampaignDays(client, [{ campaignId: two.id, date, zone }]);
      }
      // The first five times Postgres always plans anew.
      const { rows } = await client.query(
        `select name from pg_prepared_statements where name like 'report-%' and generic_plans < 7`,
      );
      expect(rows).toEqual([]);
    } finally {
      await own.close();
    }
  });
});

describe('fillWaits', () => {
  it('recounts how long the calls of former times rang, day by day, and leaves the others alone', async () => {
    const now = new Date('2026-05-05T12:30:00Z');
    // An answer after 5 s, none after 60; what is written after the migration has its own.
    const add = (day: string) =>
      addRawCalls(db, [
        { campaignId: one.id, status: 'success', invitedAt: new Date(`${day}T09:59:59.500Z`), talkMs: 9_000 },
        { campaignId: one.id, status: 'busy', invitedAt: new Date(`${day}T10:00:00Z`) },
      ]);
    for (const day of ['2026-04-01', '2026-05-04', '2026-05-05']) await add(day);
    await db.pool.query('update rollup_deltas set waited = 0, waited_ms = 0, given_up = 0, given_up_ms = 0');
    await foldRollups(db);
    await keepReportDays(db, { siteZone: ZONE });
    await add('2026-05-05');
    expect(await brokenRollups()).not.toEqual([]);
    await db.pool.query(`insert into report_fills (name, before) values ('waits', '2026-05-05T13:00:00Z')`);
    // Not yet: a former build may still commit.
    expect(await fillWaits(db, { now })).toEqual({ days: 0, more: true });
    const later = { now: new Date('2026-05-05T13:00:00Z') };
    expect(await fillWaits(db, later)).toEqual({ days: 20, more: true });
    expect((await fillWaits(db, later))?.more).toBe(false);
    expect(await fillWaits(db, later)).toEqual({ days: 0, more: false });
    expect(await brokenRollups()).toEqual([]);
    await foldRollups(db);
    expect(await brokenRollups()).toEqual([]);
    const kinds = await readPeriodKinds(db.pool, { from: '2026-03-20', to: '2026-05-05', zone: ZONE });
    const found = kinds.map(({ status, waited, waitedMs, givenUp, givenUpMs }) => ({
      [status]: [waited, waitedMs, givenUp, givenUpMs],
    }));
    expect(Object.assign({}, ...found)).toEqual({ success: [4, 20_000, 0, 0], busy: [0, 0, 4, 240_000] });
  });
});

describe('keepReportDays', () => {
  it('makes the days of the site and of every calendar, and forgets a zone that nobody has any more', async () => {
    await commit(...aroundClockChanges());
    await foldRollups(db);
    expect(await keepReportDays(db, { siteZone: AZORES })).toEqual({ made: [AZORES, ZONE], forgotten: [] });
    expect(await brokenSums()).toEqual([]);
    expect(await keepReportDays(db, { siteZone: AZORES })).toEqual({ made: [], forgotten: [] });
    expect(await keepReportDays(db, { siteZone: ZONE })).toEqual({ made: [], forgotten: [AZORES] });
    const { rows } = await db.pool.query<{ zone: string }>('select distinct zone from report_days');
    expect(rows).toEqual([{ zone: ZONE }]);
    const months = await db.pool.query('select distinct zone from report_months');
    expect(months.rows).toEqual(rows);
  });

  it('makes a zone anew that was deleted from report_zones, whatever its days have become', async () => {
    await commit(...aroundClockChanges());
    await keepReportDays(db, { siteZone: ZONE });
    await db.pool.query(`delete from report_zones`);
    await foldRollups(db);
    await db.pool.query('update report_days set calls = 1000');
    expect(await keepReportDays(db, { siteZone: ZONE })).toEqual({ made: [ZONE], forgotten: [] });
    expect(await brokenSums()).toEqual([]);
  });

  it('makes a zone anew of which a fold has left sums behind', async () => {
    await commit(...aroundClockChanges());
    await foldRollups(db);
    await keepReportDays(db, { siteZone: ZONE });
    const tables = ['report_days', 'report_months', 'report_month_hours'];
    for (const table of tables) await db.pool.query(`create table left_${table} as table ${table}`);
    await db.pool.query('delete from report_zones');
    // As a fold leaves them that read the zones before they were deleted and committed after.
    await db.pool.query('delete from report_days');
    for (const table of tables) {
      await db.pool.query(`insert into ${table} select * from left_${table}`);
      await db.pool.query(`drop table left_${table}`);
    }
    expect(await keepReportDays(db, { siteZone: ZONE })).toEqual({ made: [ZONE], forgotten: [] });
    expect(await brokenSums()).toEqual([]);
  });

  it('waits for another time while somebody folds', async () => {
    const client = await db.pool.connect();
    await client.query(`begin; select pg_advisory_xact_lock(${FOLD_LOCK})`);
    expect(await keepReportDays(db, { siteZone: ZONE })).toBeUndefined();
    await client.query('rollback');
    client.release();
    expect(await keepReportDays(db, { siteZone: ZONE })).toEqual({ made: [ZONE], forgotten: [] });
  });

  it('loses no fold that runs at the same time, and none is seen twice', { timeout: 300_000 }, async () => {
    const hour = new Date('2026-05-05T09:00:00Z');
    const work = { busy: true };
    let committed = 0;
    const total = async () => {
      const [cell] = await readPeriod(db.pool, { from: '2026-05-05', to: '2026-05-05', zone: ZONE });
      return cell?.calls ?? 0;
    };
    const whileBusy = async (step: () => Promise<unknown>) => {
      while (work.busy) await step();
    };
    const committing = async () => {
      for (; committed < 150; committed++) await commit({ hour });
      work.busy = false;
    };
    const making = async () => {
      await keepReportDays(db, { siteZone: ZONE });
      await db.pool.query('delete from report_zones');
    };
    const reading = async () => {
      const atLeast = committed;
      const seen = await total();
      expect(seen).toBeGreaterThanOrEqual(atLeast);
      expect(seen).toBeLessThanOrEqual(committed + 1);
    };
    const parts = [whileBusy(() => foldRollups(db)), whileBusy(making), whileBusy(reading), committing()];
    try {
      await Promise.all(parts);
    } finally {
      work.busy = false;
      await Promise.allSettled(parts);
    }
    await foldRollups(db);
    await keepReportDays(db, { siteZone: ZONE });
    expect(await total()).toBe(150);
    expect(await brokenSums()).toEqual([]);
  });
});

it('packed sums come back as they are, also below none and of hours before 2000', async () => {
  const sums = [
    [495_000, 3, 12, 5, 987_654_321],
    [495_001, 32_767, -1, -1, -4_200],
    [495_001, 1, 0, 0, 0],
    [262_967, 2, 2_147_483_647, 2_147_483_647, 137_438_953_471],
    [495_002, 4, -7, 0, -1],
    [495_002, 5, 1, -2, 65_536],
  ];
  const rows = sums.map(([hour, status, calls, answered, talk]) =>
    [
      `to_timestamp(${hour} * 3600)`,
      `${status}::int2`,
      `${calls}::int4`,
      `${answered}::int4`,
      `${talk}::int8`,
    ].join(),
  );
  const from = (more: string) =>
    `select ${PACKED} from (values (${rows.join('), (')})) v(hour, status_id, calls, answered, talk_ms)${more}`;
  const read = async (name: string, text: string) => {
    const seen: number[][] = [];
    await readSums(db.pool, { name, text: () => text, talk: true, packed: true }, [], (key, ...more) => {
      const { first, second } = partsOf(key);
      seen.push([first, second, ...more]);
    });
    return seen;
  };
  expect(await read('test-packed', from(''))).toEqual(sums);
  expect(await read('test-packed-none', from(' where false'))).toEqual([]);
});
