import { describe, expect, it } from 'vitest';
import { decideCommit } from '../domain/decide-commit.ts';
import { localDay, localDayBounds } from '../domain/calendar.ts';
import { rowKeysOf } from '../domain/report-periods.ts';
import { slotOfHour } from '../domain/report-slots.ts';
import { buildTable } from '../domain/report-table.ts';
import { addContacts, addEdge, createCampaign, mobile } from '../test/support/campaign-fixture.ts';
import { useTestDatabase } from '../test/support/use-database.ts';
import type { CampaignSetup } from './campaigns.ts';
import { claimCalls } from './claim.ts';
import type { Database } from './client.ts';
import { commitCall, readCommitFacts } from './commit-call.ts';
import { readCampaignDays, readDay } from './report-sums.ts';
import { foldRollups, readRollups, recountCalls } from './rollups.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

let db: Database;
let campaigns = 0;
useTestDatabase(async (opened) => {
  db = opened;
  await addEdge(db, 'edge-1', 10_000);
});

/** One busy call at each instant, through claim and commit. */
async function callsAt(instants: readonly Date[], zone: string): Promise<CampaignSetup> {
  campaigns += 1;
  const calendar = { zone };
  const setup = await createCampaign(db, `d${campaigns}`, { calendar });
  const numbers = instants.map((_, i) => ({ numbers: [mobile(campaigns * 1_000 + i)] }));
  await addContacts(db, setup.id, numbers);
  for (const now of instants) {
    const closesAt = new Date(now.getTime() + HOUR_MS);
    const [call] = (await claimCalls(db, { setup, now, closesAt, maxCalls: 1 })).calls;
    const facts = await readCommitFacts(db.pool, call!.callId);
    const at = now.toISOString();
    const placed = {
      end: { result: 'customer', reason: 'busy' },
      edge: call!.edge,
      invitedAt: at,
      endedAt: at,
      talkMs: 0,
      recording: { state: 'none', reason: 'not-answered' },
      timeline: [{ at, kind: 'invite' }],
    } as const;
    await commitCall(
      db.pool,
      decideCommit({ facts: facts!, placed: { ...placed, timeline: [...placed.timeline] }, now }),
    );
  }
  return setup;
}

/** By Intl, which knows nothing of our rules: calls of each local hour of `day`. */
function expectedHours(instants: readonly Date[], zone: string, day: string): Map<number, number> {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    hour: '2-digit',
    hourCycle: 'h23',
    dateStyle: undefined,
  });
  const hours = new Map<number, number>();
  for (const at of instants) {
    if (localDay(zone, at) !== day) continue;
    const hour = Number(format.format(at));
    hours.set(hour, (hours.get(hour) ?? 0) + 1);
  }
  return hours;
}

describe.each([
  ['Europe/Bucharest', '2026-03-29', 23],
  ['Europe/Bucharest', '2026-10-25', 25],
  // Midnight itself is missing, and comes twice.
  ['Atlantic/Azores', '2026-03-29', 23],
  ['Atlantic/Azores', '2026-10-25', 25],
  ['America/Santiago', '2026-09-06', 23],
])('the report of a day in %s, %s, of %i hours', (zone, day, length) => {
  it('has every call of the day in the hour that the wall showed, and none twice', async () => {
    const { from, to } = localDayBounds(zone, day);
    expect(to.getTime() - from.getTime()).toBe(length * HOUR_MS);
    const instants: Date[] = [];
    for (let ms = from.getTime() - 3 * HOUR_MS; ms < to.getTime() + 3 * HOUR_MS; ms += 30 * MINUTE_MS) {
      instants.push(new Date(ms));
    }
    const { id } = await callsAt(instants, zone);
    const around = [-1, 0, 1].map((days) =>
      localDay(zone, new Date(from.getTime() + 12 * HOUR_MS + days * DAY_MS)),
    );
    for (const folded of [false, true]) {
      if (folded) await foldRollups(db);
      let total = 0;
      for (const date of around) {
        const cells = await readDay(db.pool, { date, zone, campaignId: id });
        const expected = expectedHours(instants, zone, date);
        const byHour = new Map(cells.map((cell) => [cell.localHour, cell.calls]));
        expect(byHour).toEqual(expected);
        const [summary] = [await readCampaignDays(db.pool, [{ campaignId: id, date, zone }])];
        expect(new Map(summary.map((hour) => [hour.localHour, hour.calls]))).toEqual(expected);
        const table = buildTable('slot', rowKeysOf('slot', { from: date, to: date }), cells, ['busy']);
        for (const row of table.rows) {
          const hours = [...expected].filter(([hour]) => slotOfHour(hour) === row.slot);
          expect(row.total).toBe(hours.reduce((sum, [, calls]) => sum + calls, 0));
        }
        total += table.rows.reduce((sum, row) => sum + row.total, 0);
      }
      expect(total).toBe(instants.length);
      expect(await readRollups(db.pool, { from, to })).toEqual(await recountCalls(db.pool, { from, to }));
    }
  });
});
