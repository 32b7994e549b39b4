import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { CallResult, EndReason } from '../contracts/model/call.ts';
import type { PlacedCall } from '../contracts/model/placed-call.ts';
import { localDay } from '../domain/calendar.ts';
import { decideCommit } from '../domain/decide-commit.ts';
import { addContacts, addEdge, createCampaign, mobile } from '../test/support/campaign-fixture.ts';
import { useTestDatabase } from '../test/support/use-database.ts';
import type { CampaignSetup } from './campaigns.ts';
import { claimCalls } from './claim.ts';
import type { Database } from './client.ts';
import { commitCall, readCommitFacts } from './commit-call.ts';
import { foldRollups, readRollups, recountCalls } from './rollups.ts';

const ALL = { from: new Date(0), to: new Date('2100-01-01T00:00:00Z') };
const ZONE = 'Europe/Bucharest';
let db: Database;
let setups: CampaignSetup[];
let used = 0;
useTestDatabase(async (opened) => {
  db = opened;
  await addEdge(db, 'edge-1', 100_000);
  setups = [await createCampaign(db, 'one'), await createCampaign(db, 'two')];
});

interface Sample {
  campaign: number;
  invitedAt: Date;
  end: [CallResult, EndReason];
  invited: boolean;
  answered: boolean;
  talkMs: number;
}

const ENDS: [CallResult, EndReason][] = [
  ['customer', 'busy'],
  ['customer', 'no-answer'],
  ['customer', 'nonexistent'],
  ['carrier', 'forbidden'],
  ['platform', 'edge-lost'],
];
/** The days around both clock changes of 2026, in every hour. */
const instants = fc
  .tuple(
    fc.constantFrom('2026-03-28T12:00:00Z', '2026-10-24T12:00:00Z'),
    fc.integer({ min: 0, max: 48 * 60 }),
  )
  .map(([base, minutes]) => new Date(Date.parse(base) + minutes * 60_000));
const samples: fc.Arbitrary<Sample> = fc.record({
  campaign: fc.integer({ min: 0, max: 1 }),
  invitedAt: instants,
  end: fc.constantFrom(...ENDS),
  invited: fc.boolean(),
  answered: fc.boolean(),
  talkMs: fc.integer({ min: 0, max: 600_000 }),
});

function placedCall(sample: Sample): PlacedCall {
  const at = sample.invitedAt.toISOString();
  const answered = sample.invited && sample.answered;
  const [result, reason] = answered ? (['success', 'hang-up-by-customer'] as const) : sample.end;
  return {
    end: { result, reason },
    edge: { node: 'edge-1', epoch: 1 },
    ...(sample.invited && { invitedAt: at }),
    ...(answered && { answeredAt: at }),
    endedAt: at,
    talkMs: answered ? sample.talkMs : 0,
    recording: { state: 'none', reason: 'recording-off' },
    timeline: [],
  };
}

async function run(sample: Sample): Promise<void> {
  const setup = setups[sample.campaign]!;
  used += 1;
  await addContacts(db, setup.id, [{ numbers: [mobile(used)], rank: 0 }]);
  const now = sample.invitedAt;
  const { calls } = await claimCalls(db, { setup, now, closesAt: new Date(now.getTime() + 1), maxCalls: 1 });
  const facts = await readCommitFacts(db.pool, calls[0]!.callId);
  const decision = decideCommit({ facts: facts!, placed: placedCall(sample), now });
  await commitCall(db.pool, decision);
  await commitCall(db.pool, decision);
}

it('rollups, folded or not, equal a recount of the calls', async () => {
  let folds = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(samples, { maxLength: 8 }), fc.boolean(), async (batch, fold) => {
      for (const sample of batch) await run(sample);
      if (fold) folds += (await foldRollups(db))?.folded ?? 0;
      expect(await readRollups(db.pool, ALL)).toEqual(await recountCalls(db.pool, ALL));
    }),
    { numRuns: 25 },
  );
  expect(folds).toBeGreaterThan(0);
});

it('a reader sees every commit exactly once while others commit and fold', async () => {
  const total = async () => {
    const rows = await readRollups(db.pool, ALL);
    return rows.reduce((sum, row) => sum + row.calls, 0);
  };
  const before = await total();
  let committed = 0;
  const work = { busy: true };
  const commits = (async () => {
    for (let i = 0; i < 60; i += 1) {
      const [sample] = fc.sample(samples, 1);
      await run(sample!);
      committed += 1;
    }
    work.busy = false;
  })();
  const folding = [1, 2].map(async () => {
    while (work.busy) await foldRollups(db);
  });
  const reading = (async () => {
    while (work.busy) {
      const atLeast = before + committed;
      const seen = await total();
      // One more may have been committed while this was read.
      expect(seen).toBeGreaterThanOrEqual(atLeast);
      expect(seen).toBeLessThanOrEqual(before + committed + 1);
    }
  })();
  await Promise.all([commits, reading, ...folding]);
  expect(await total()).toBe(before + 60);
  expect(await readRollups(db.pool, ALL)).toEqual(await recountCalls(db.pool, ALL));
});

it('only one process folds at a time', async () => {
  const client = await db.pool.connect();
  await client.query('begin; select pg_advisory_xact_lock(4027100004)');
  expect(await foldRollups(db)).toBeUndefined();
  await client.query('rollback');
  client.release();
  expect(await foldRollups(db)).toBeDefined();
});

it('UTC hours give the local days of 23 and 25 hours whole', async () => {
  for (const day of ['2026-03-29', '2026-10-25']) {
    const rows = await readRollups(db.pool, ALL);
    const fromRollups = rows
      .filter((row) => localDay(ZONE, row.hour) === day)
      .reduce((sum, row) => sum + row.calls, 0);
    const { rows: counted } = await db.pool.query<{ n: number }>(
      `select count(*) as n from calls
       where (coalesce(invited_at, claimed_at) at time zone '${ZONE}')::date = $1`,
      [day],
    );
    expect(fromRollups).toBe(counted[0]?.n);
    expect(fromRollups).toBeGreaterThan(0);
  }
});
