import { beforeEach, describe, expect, it } from 'vitest';
import type { EndReason } from '../contracts/model/call.ts';
import { decideCommit } from '../domain/decide-commit.ts';
import { addEdge, createCampaign } from '../test/support/campaign-fixture.ts';
import { addPeople } from '../test/support/claimed-call.ts';
import { emptyCalls, useTestDatabase } from '../test/support/use-database.ts';
import type { CampaignSetup } from './campaigns.ts';
import { claimCalls, type ClaimedCall } from './claim.ts';
import type { Database } from './client.ts';
import { commitCall, readCommitFacts } from './commit-call.ts';

const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;
const NOW = new Date('2026-11-23T10:00:00Z');
const at = (ms: number) => new Date(NOW.getTime() + ms);

let db: Database;
let n = 0;
useTestDatabase((opened) => {
  db = opened;
});
beforeEach(async () => {
  await emptyCalls(db);
  await addEdge(db, 'edge-1');
  n += 1;
});

async function campaignWith(contacts: number, caps = {}): Promise<CampaignSetup> {
  const setup = await createCampaign(db, `s${n}`, { caps });
  await addPeople(db, setup, n * 1_000, contacts);
  return setup;
}

function claim(setup: CampaignSetup, now: Date, maxCalls = 1) {
  return claimCalls(db, { setup, now, closesAt: at(24 * HOUR_MS), maxCalls });
}

/** @param edgeOffMs how far the clock of the edge is off */
async function end(call: ClaimedCall, now: Date, reason: EndReason, edgeOffMs = 0): Promise<void> {
  const time = new Date(now.getTime() + edgeOffMs).toISOString();
  const facts = await readCommitFacts(db.pool, call.callId);
  const decision = decideCommit({
    facts: facts!,
    placed: {
      end: { result: reason === 'busy' ? 'customer' : 'carrier', reason },
      edge: call.edge,
      invitedAt: time,
      endedAt: time,
      talkMs: 0,
      recording: { state: 'none', reason: 'not-answered' },
      timeline: [{ at: time, kind: 'invite' }],
    },
    now,
  });
  expect(await commitCall(db.pool, decision)).toEqual({ first: true });
}

async function health(setup: CampaignSetup) {
  const { rows } = await db.pool.query('select * from trunk_health where id = $1', [setup.trunkId]);
  return rows[0];
}

describe.each([HOUR_MS, -HOUR_MS, -60 * SECOND_MS])('a clock that is set by %i ms', (step) => {
  it('takes no contact twice, and skips none', async () => {
    const setup = await campaignWith(6);
    const before = await claim(setup, NOW, 3);
    const after = await claim(setup, at(step), 20);
    const contacts = [...before.calls, ...after.calls].map((call) => call.contactId);
    expect(contacts).toHaveLength(6);
    expect(new Set(contacts).size).toBe(6);
  });

  it('paces on: the bucket neither stays full nor empties twice', async () => {
    const setup = await createCampaign(db, `s${n}`, { trunk: { callsPerSecond: 2 } });
    await addPeople(db, setup, n * 1_000, 9);
    expect((await claim(setup, NOW)).calls).toHaveLength(1);
    const set = at(step);
    const claimed = [];
    for (let ms = 0; ms <= 2_000; ms += 100) {
      claimed.push(...(await claim(setup, new Date(set.getTime() + ms), 20)).calls);
    }
    expect(claimed.length).toBeGreaterThanOrEqual(3);
    expect(claimed.length).toBeLessThanOrEqual(5);
  });
});

describe('a clock that is set back by an hour', () => {
  it('holds a trunk back no longer than its longest back-off', async () => {
    const setup = await campaignWith(3);
    const [call] = (await claim(setup, NOW)).calls;
    await end(call!, NOW, 'unavailable');
    expect((await claim(setup, at(SECOND_MS))).wait?.reason).toBe('trunk-backoff');
    const set = at(-HOUR_MS);
    const [probe] = (await claim(setup, set)).calls;
    expect(probe).toBeDefined();
    await end(probe!, set, 'busy');
    expect(await health(setup)).toMatchObject({ backoff_until: null, backoff_seconds: 0 });
  });

  it('still probes a suspended trunk once a minute, and a probe that gets through ends it', async () => {
    const setup = await campaignWith(15);
    const { calls } = await claim(setup, NOW, 10);
    for (const call of calls) await end(call, NOW, 'forbidden');
    expect((await health(setup)).suspended_at).toEqual(NOW);
    const set = -HOUR_MS;
    const [first] = (await claim(setup, at(set))).calls;
    expect(first).toBeDefined();
    expect((await claim(setup, at(set + 59 * SECOND_MS))).wait?.reason).toBe('trunk-suspended');
    const [second] = (await claim(setup, at(set + 60 * SECOND_MS))).calls;
    expect(second).toBeDefined();
    await end(first!, at(set + 61 * SECOND_MS), 'busy');
    expect(await health(setup)).toMatchObject({ suspended_at: null });
    // What failed in the future that was is no failure of this half minute.
    await end(second!, at(set + 62 * SECOND_MS), 'forbidden');
    expect(await health(setup)).toMatchObject({ suspended_at: null, failures: 1 });
  });

  it('over midnight: the caps of the day before go on counting', async () => {
    const setup = await campaignWith(1, { perNumberPerDay: 2 });
    const night = (ms: number) => new Date(Date.parse('2026-11-23T22:30:00Z') + ms);
    const [first] = (await claim(setup, night(0))).calls;
    await end(first!, night(0), 'busy');
    await db.pool.query('update dial_queue set due_at = $1', [NOW]);
    const [second] = (await claim(setup, night(-HOUR_MS))).calls;
    await end(second!, night(-HOUR_MS), 'busy');
    await db.pool.query('update dial_queue set due_at = $1', [NOW]);
    expect(await claim(setup, night(-HOUR_MS + 1_000))).toMatchObject({ calls: [], deferred: 1 });
  });
});

describe('an edge whose clock is an hour behind', () => {
  it('ends the suspension of its trunk with the call that gets through', async () => {
    const setup = await campaignWith(12);
    for (const call of (await claim(setup, NOW, 10)).calls) await end(call, NOW, 'forbidden', -HOUR_MS);
    const later = at(60 * SECOND_MS);
    const [probe] = (await claim(setup, later)).calls;
    await end(probe!, later, 'busy', -HOUR_MS);
    expect(await health(setup)).toMatchObject({ suspended_at: null });
  });

  it('doubles the back-off for each new failure, as any other', async () => {
    const setup = await campaignWith(3);
    const [first] = (await claim(setup, NOW)).calls;
    await end(first!, NOW, 'unavailable', -HOUR_MS);
    const [next] = (await claim(setup, at(2 * SECOND_MS))).calls;
    await end(next!, at(2 * SECOND_MS), 'unavailable', -HOUR_MS);
    expect((await health(setup)).backoff_seconds).toBe(4);
  });
});
