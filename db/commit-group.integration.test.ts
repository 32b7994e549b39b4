import { Pool } from 'pg';
import { beforeEach, describe, expect, it } from 'vitest';
import type { PlacedCall } from '../contracts/model/placed-call.ts';
import type { CommitDecision } from '../domain/commit-facts.ts';
import { decideCommit } from '../domain/decide-commit.ts';
import { addEdge, createCampaign } from '../test/support/campaign-fixture.ts';
import { addPeople, claimRobotCalls } from '../test/support/claimed-call.ts';
import { emptyCalls, useTestDatabase } from '../test/support/use-database.ts';
import type { CampaignSetup } from './campaigns.ts';
import { openDatabase, type Database } from './client.ts';
import { readCommitFacts } from './commit-facts.ts';
import { createCommitGroup } from './commit-group.ts';

const NOW = new Date('2026-11-23T10:00:00Z');
const CLOSES = new Date('2026-11-23T18:00:00Z');

let db: Database;
let url: string;
let n = 0;
let setup: CampaignSetup;
useTestDatabase((opened, address) => {
  db = opened;
  url = address;
});
beforeEach(async () => {
  await emptyCalls(db);
  await db.pool.query('update numbers set cap_total = 0, cap_day_count = 0');
  await addEdge(db, 'edge-1');
  n += 1;
  setup = await createCampaign(db, `g${n}`);
});

/** Claimed, called and decided. */
async function ended(count: number, end: PlacedCall['end'] = NO_ANSWER): Promise<CommitDecision[]> {
  await addPeople(db, setup, n * 1000, count);
  const calls = await claimRobotCalls(db, { setup, now: NOW, closesAt: CLOSES, count });
  return Promise.all(calls.map(({ callId }) => decide(callId, end)));
}

const NO_ANSWER = { result: 'customer', reason: 'no-answer' } as const;

async function decide(callId: string, end: PlacedCall['end']): Promise<CommitDecision> {
  const facts = await readCommitFacts(db.pool, callId);
  if (!facts) throw new Error('no such call');
  const placed: PlacedCall = {
    end,
    edge: { node: 'edge-1', epoch: 1 },
    invitedAt: NOW.toISOString(),
    endedAt: NOW.toISOString(),
    talkMs: 0,
    recording: { state: 'none', reason: 'not-answered' },
    timeline: [],
  };
  return decideCommit({ facts, placed, now: NOW });
}

const one = async (sql: string, values: unknown[] = []) => (await db.pool.query(sql, values)).rows[0];
const counted = () =>
  one(`select (select count(*) from calls where committed_at is not null) as calls,
         (select count(*) from live_calls) as live,
         (select sum(calls)::int from rollup_deltas) as deltas,
         (select sum(cap_total)::int from numbers) as caps,
         (select sum(unanswered)::int from campaign_numbers) as unanswered,
         (select count(*) from dial_queue where call_id is null and due_at > now()) as waiting`);
const allOf = (count: number) => ({
  calls: count,
  live: 0,
  deltas: count,
  caps: count,
  unanswered: count,
  waiting: count,
});
/** How many transactions committed these calls, by the newest version of their rows. */
const transactionsOf = async (decisions: readonly CommitDecision[]) =>
  (
    await one('select count(distinct xmin::text)::int as n from calls where id = any($1)', [
      decisions.map(({ callId }) => callId),
    ])
  ).n as number;
const splits: { error: Error; calls: number }[] = [];
beforeEach(() => void splits.splice(0));
/** Patient by default, so that a slow machine splits no group; long enough for Postgres to find a deadlock (1 s) and say so. */
const groupOn = (pool: Pool, more: { lockTimeoutMs?: number } = { lockTimeoutMs: 5_000 }) =>
  createCommitGroup({ pool, onSplit: (error, calls) => void splits.push({ error, calls }), ...more });

describe('commits that meet', () => {
  it('go together in two transactions, each with all that it would have written alone', async () => {
    const decisions = await ended(10);
    const group = groupOn(db.pool);
    const results = await Promise.all(decisions.map((decision) => group.commit(decision)));
    expect(results).toEqual(decisions.map(() => ({ first: true })));
    expect(await counted()).toEqual(allOf(10));
    expect(await transactionsOf(decisions)).toBe(2);
    expect(splits).toEqual([]);
  });

  it('are sixteen at most; who comes later goes with the next', async () => {
    const decisions = await ended(50);
    const group = groupOn(db.pool);
    await Promise.all(decisions.map((decision) => group.commit(decision)));
    expect(await counted()).toEqual(allOf(50));
    // 16 and 16, the first to be back takes 16 more, the other the last two.
    expect(await transactionsOf(decisions)).toBeGreaterThanOrEqual(4);
    expect(await transactionsOf(decisions)).toBeLessThan(10);
  });

  it('write a call once, whether it comes twice in one group or again later', async () => {
    const decisions = await ended(3);
    const group = groupOn(db.pool);
    const twice = [...decisions, ...decisions, ...decisions, ...decisions];
    const results = await Promise.all(twice.map((decision) => group.commit(decision)));
    for (const at of decisions.keys()) {
      const ofOne = results.filter((_, index) => index % decisions.length === at);
      expect(ofOne.filter(({ first }) => first)).toHaveLength(1);
    }
    const again = await Promise.all(decisions.map((decision) => group.commit(decision)));
    expect(again).toEqual(decisions.map(() => ({ first: false })));
    expect(await counted()).toEqual(allOf(3));
  });

  it('answer each call with its own result, in whatever order their rows are taken', async () => {
    const decisions = await ended(8);
    const done = decisions.filter((_, at) => at % 3 === 0);
    const group = groupOn(db.pool);
    await Promise.all(done.map((decision) => group.commit(decision)));
    const shuffled = [5, 0, 7, 2, 3, 6, 1, 4].map((at) => decisions[at]!);
    const results = await Promise.all(shuffled.map((decision) => group.commit(decision)));
    expect(results).toEqual(shuffled.map((decision) => ({ first: !done.includes(decision) })));
  });

  it('do not fail with a neighbour that the database refuses', async () => {
    const decisions = await ended(6);
    const [bad, ...good] = decisions as [CommitDecision, ...CommitDecision[]];
    const group = groupOn(db.pool);
    // No such smallint.
    const refused = group.commit({ ...bad, status: { ...bad.status, id: 99_999 } });
    const others = good.map((decision) => group.commit(decision));
    await expect(refused).rejects.toThrow('out of range');
    expect(await Promise.all(others)).toEqual(good.map(() => ({ first: true })));
    expect(splits.map(({ calls }) => calls)).toEqual([3]);
    expect(await group.commit(bad)).toEqual({ first: true });
    expect(await counted()).toEqual(allOf(6));
  });

  it('do not wait for a neighbour whose row somebody holds', async () => {
    const decisions = await ended(6);
    const [held, ...free] = decisions as [CommitDecision, ...CommitDecision[]];
    const holder = await db.pool.connect();
    await holder.query('begin');
    await holder.query('select from numbers where id = $1 for update', [held.call.numberId]);
    // Without a limit of its own: only the group's ends the wait.
    const pool = new Pool({ connectionString: url });
    const group = groupOn(pool, {});
    const waits = group.commit(held);
    try {
      expect(await Promise.all(free.map((decision) => group.commit(decision)))).toEqual(
        free.map(() => ({ first: true })),
      );
    } finally {
      await holder.query('rollback');
      holder.release();
    }
    expect(await waits).toEqual({ first: true });
    await pool.end();
    expect(await counted()).toEqual(allOf(6));
  });

  it('leave no time limit behind on their connection', async () => {
    const single = openDatabase({ url, applicationName: 'test', max: 1 });
    try {
      const before = (await single.pool.query('show lock_timeout')).rows;
      const decisions = await ended(4);
      const group = groupOn(single.pool, { lockTimeoutMs: 4_000 });
      await Promise.all(decisions.map((decision) => group.commit(decision)));
      expect(await transactionsOf(decisions)).toBe(2);
      expect((await single.pool.query('show lock_timeout')).rows).toEqual(before);
    } finally {
      await single.close();
    }
  });

  it('leave those alone that touch the rows of others: a trunk, several numbers', async () => {
    const decisions = await ended(6);
    const failing = await decide(decisions[0]!.callId, { result: 'carrier', reason: 'unavailable' });
    const optedOut = { ...decisions[1]!, doNotCall: true };
    const group = groupOn(db.pool);
    const all = [failing, optedOut, ...decisions.slice(2)];
    await Promise.all(all.map((decision) => group.commit(decision)));
    expect(await transactionsOf(all)).toBe(4);
    expect(await transactionsOf([failing, optedOut])).toBe(2);
  });

  it('all fail when the database cannot be reached, and are not tried one by one', async () => {
    const gone = openDatabase({ url: 'postgres://x:x@127.0.0.1:1/x', applicationName: 'test' });
    const decisions = await ended(4);
    const group = groupOn(gone.pool);
    const results = await Promise.allSettled(decisions.map((decision) => group.commit(decision)));
    expect(results.map(({ status }) => status)).toEqual(decisions.map(() => 'rejected'));
    expect(splits).toEqual([]);
    await gone.close();
  });
});

describe('commits of two processes', () => {
  it('over the same calls, numbers and campaign never wait for each other in a circle', async () => {
    const other = openDatabase({ url, applicationName: 'test-2' });
    try {
      const decisions = await ended(60);
      // More calls than numbers, as no claim would allow: each group meets the other's rows again and again.
      const few = decisions.slice(0, 7).map(({ call }) => call.numberId);
      const crowded = decisions.map((decision, at) => ({
        ...decision,
        call: { ...decision.call, numberId: few[at % few.length]! },
      }));
      const groups = [groupOn(db.pool), groupOn(other.pool)];
      const runs = await Promise.all([
        ...crowded.map((decision) => groups[0]!.commit(decision)),
        ...crowded.toReversed().map((decision) => groups[1]!.commit(decision)),
      ]);
      expect(splits).toEqual([]);
      expect(runs.filter(({ first }) => first)).toHaveLength(crowded.length);
      expect(await counted()).toMatchObject({ calls: 60, live: 0, deltas: 60, caps: 60 });
    } finally {
      await other.close();
    }
  });
});
