import { beforeAll, describe, expect, it } from 'vitest';
import type { AgentState } from '../contracts/model/agent.ts';
import { localDay } from '../domain/calendar.ts';
import { addUser } from '../test/support/agent-fixture.ts';
import { createCampaign } from '../test/support/campaign-fixture.ts';
import { addRawCalls, type RawCall } from '../test/support/raw-calls.ts';
import { useTestDatabase } from '../test/support/use-database.ts';
import { readAgentCalls, readAgentTime, type AgentReportFilter } from './agent-report.ts';
import type { Database } from './client.ts';
import { keepReportDays } from './report-days.ts';
import { foldRollups } from './rollups.ts';

const ZONE = 'Europe/Bucharest';
const HOUR_MS = 3_600_000;
const NOW = new Date('2026-10-27T09:20:00Z');
const STATES: AgentState[] = ['logged-in', 'available', 'paused', 'calling', 'in-call', 'wrap-up'];

/** Mulberry32: the same numbers each time. */
function seeded(seed: number): (below: number) => number {
  let a = seed;
  return (below) => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}

let db: Database;
const campaigns: number[] = [];
const agents: number[] = [];
const calls: (RawCall & { agentId: number })[] = [];
/** By hand: who was in which state, from when to when. */
const spans: { agentId: number; state: AgentState; from: number; to: number }[] = [];

useTestDatabase((opened) => {
  db = opened;
});
beforeAll(async () => {
  const pick = seeded(20261122);
  for (const name of ['one', 'two']) campaigns.push((await createCampaign(db, name)).id);
  for (let n = 0; n < 3; n++) agents.push((await addUser(db, NOW)).userId);
  // Half of it is there before the zone is: made by `keepReportDays`; half is added by the triggers.
  const begin = Date.parse('2026-10-23T18:00:00Z');
  for (const half of [0, 1]) {
    const from = begin + half * 40 * HOUR_MS;
    await addCalls(pick, from);
    await addStates(pick, from, half === 1);
    await foldRollups(db);
    if (half === 0) await keepReportDays(db, { siteZone: ZONE });
  }
  await addCalls(pick, begin + 80 * HOUR_MS);
});

/** Forty hours of calls, most with an agent, some by robots. */
async function addCalls(pick: (below: number) => number, from: number): Promise<void> {
  const made = Array.from({ length: 120 }, () => {
    const answered = pick(3) > 0;
    const call: RawCall = {
      campaignId: campaigns[pick(2)] ?? 0,
      status: (['success', 'no-answer', 'busy', 'not-interested'] as const)[pick(4)] ?? 'busy',
      invitedAt: new Date(from + pick(40 * HOUR_MS)),
      kind: pick(4) === 0 ? 'inbound' : 'outbound',
      agentId: agents[pick(4)] ?? null,
      talkMs: answered ? pick(300_000) : null,
      holdMs: pick(9_000),
      wrapUpMs: pick(60_000),
    };
    return call;
  });
  await addRawCalls(db, made);
  for (const call of made) {
    const { agentId } = call;
    if (agentId !== null && agentId !== undefined) calls.push({ ...call, agentId });
  }
}

/** A trail for each agent: log-on, states, log-off; at the end some stay on shift. */
async function addStates(pick: (below: number) => number, from: number, last: boolean): Promise<void> {
  for (const agentId of agents) {
    let at = from + pick(HOUR_MS);
    let state: AgentState = 'logged-out';
    const until = from + 39 * HOUR_MS;
    const move = async (to: AgentState) => {
      await db.pool.query(
        `insert into agent_states (user_id, at, from_state, to_state, cause, by) values ($1, $2, $3, $4, 'agent', 'x')`,
        [agentId, new Date(at), state, to],
      );
      state = to;
    };
    while (at < until) {
      const next = pick(6) === 0 ? 'logged-out' : (STATES[pick(STATES.length)] ?? 'available');
      if (next === state) continue;
      await move(next);
      const begun = at;
      at = Math.min(until, at + 1 + pick(5 * HOUR_MS));
      if (state !== 'logged-out') spans.push({ agentId, state, from: begun, to: at });
    }
    const stays = last && agentId === agents[0];
    if (stays) {
      const span = spans.at(-1);
      await move('available');
      if (span) spans.push({ agentId, state: 'available', from: at, to: NOW.getTime() });
      await db.pool.query(
        `insert into agents (user_id, extension, state, state_since) values ($1, '101', 'available', $2)`,
        [agentId, new Date(at)],
      );
    } else if (state !== 'logged-out') await move('logged-out');
  }
}

const day = (at: number | Date) => localDay(ZONE, new Date(at));

function bucketOf(filter: AgentReportFilter, date: string): string {
  const monday = new Date(`${date}T00:00:00Z`);
  monday.setUTCDate(monday.getUTCDate() - ((monday.getUTCDay() + 6) % 7));
  const first = {
    all: filter.from,
    day: date,
    week: monday.toISOString().slice(0, 10),
    month: `${date.slice(0, 7)}-01`,
    year: `${date.slice(0, 4)}-01-01`,
  }[filter.by];
  return first < filter.from ? filter.from : first;
}

const isIn = ({ from, to }: AgentReportFilter, date: string) => date >= from && date <= to;

function add(sums: Map<string, number[]>, key: string, values: number[]): void {
  const before = sums.get(key) ?? values.map(() => 0);
  sums.set(
    key,
    before.map((value, at) => value + (values[at] ?? 0)),
  );
}

function recountOfCalls(filter: AgentReportFilter): Map<string, number[]> {
  const sums = new Map<string, number[]>();
  for (const call of calls) {
    const date = day(call.invitedAt);
    if (!isIn(filter, date)) continue;
    if (filter.kinds && !filter.kinds.includes(call.kind ?? 'outbound')) continue;
    if (filter.campaignId !== undefined && filter.campaignId !== call.campaignId) continue;
    if (filter.agentId !== undefined && filter.agentId !== call.agentId) continue;
    const { talkMs = null, holdMs = 0, wrapUpMs = 0 } = call;
    add(sums, `${call.agentId} ${bucketOf(filter, date)} ${call.status}`, [
      1,
      talkMs === null ? 0 : 1,
      talkMs ?? 0,
      holdMs,
      wrapUpMs,
    ]);
  }
  return sums;
}

/** Minute by minute would be slow: cut at every hour of UTC, which are hours of the zone. */
function recountOfTime(filter: AgentReportFilter): Map<string, number[]> {
  const sums = new Map<string, number[]>();
  for (const { agentId, state, from, to } of spans) {
    if (filter.agentId !== undefined && filter.agentId !== agentId) continue;
    for (let at = from; at < to;) {
      const end = Math.min(to, (Math.floor(at / HOUR_MS) + 1) * HOUR_MS);
      const date = day(at);
      if (isIn(filter, date)) add(sums, `${agentId} ${bucketOf(filter, date)} ${state}`, [end - at]);
      at = end;
    }
  }
  return sums;
}

/** With whole months, that of the calls or the ones beside it. */
const AROUND_MONTHS = [
  { from: '2026-10-01', to: '2026-10-31' },
  { from: '2026-08-20', to: '2026-11-20' },
  { from: '2026-08-20', to: '2026-10-25' },
  { from: '2026-10-25', to: '2027-01-31' },
];

describe('the report of agents', () => {
  it('equals a recount of the raw rows, for whatever is asked, over the night of 25 hours', async () => {
    const pick = seeded(7);
    for (let round = 0; round < 60; round++) {
      const first = pick(6);
      const filter: AgentReportFilter = {
        zone: ZONE,
        from: `2026-10-${23 + first}`,
        to: `2026-10-${23 + first + pick(6 - first)}`,
        by: (['all', 'day', 'week', 'month', 'year'] as const)[pick(5)] ?? 'all',
        kinds: pick(2) === 0 ? undefined : ['outbound', 'robot'],
        campaignId: pick(2) === 0 ? undefined : campaigns[pick(2)],
        agentId: pick(2) === 0 ? undefined : agents[pick(3)],
        ...(pick(3) === 0 ? AROUND_MONTHS[pick(AROUND_MONTHS.length)] : {}),
      };
      const asked = JSON.stringify(filter);
      const found = await readAgentCalls(db.pool, filter);
      expect(
        new Map(
          found.map((cell) => [
            `${cell.agentId} ${cell.bucket} ${cell.status}`,
            [cell.calls, cell.answered, cell.talkMs, cell.holdMs, cell.wrapUpMs],
          ]),
        ),
        asked,
      ).toEqual(recountOfCalls(filter));
      const time = await readAgentTime(db.pool, { ...filter, now: NOW });
      expect(
        new Map(time.map(({ agentId, bucket, state, ms }) => [`${agentId} ${bucket} ${state}`, [ms]])),
        asked,
      ).toEqual(recountOfTime(filter));
    }
  });

  it('is the same in a zone that has no folded days', async () => {
    const filter: AgentReportFilter = { zone: ZONE, from: '2026-10-23', to: '2026-10-28', by: 'day' };
    const order = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).toSorted();
    const folded = [
      await readAgentCalls(db.pool, filter),
      await readAgentTime(db.pool, { ...filter, now: NOW }),
    ];
    await db.pool.query('delete from report_zones');
    const summed = [
      await readAgentCalls(db.pool, filter),
      await readAgentTime(db.pool, { ...filter, now: NOW }),
    ];
    expect(summed.map(order)).toEqual(folded.map(order));
    expect(folded.map((rows) => rows.length > 20)).toEqual([true, true]);
  });
});
