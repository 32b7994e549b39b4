import { afterAll, beforeAll, expect, it } from 'vitest';
import { addContacts, addEdge, createCampaign, mobile } from '../test/support/campaign-fixture.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/postgres.ts';
import { createClaimMemory } from './claim-memory.ts';
import { claimCalls } from './claim.ts';
import { openDatabase, type Database } from './client.ts';

const NOW = new Date('2026-11-23T10:00:00Z');
const CLOSES = new Date('2026-11-23T18:00:00Z');
const ago = (seconds: number) => new Date(NOW.getTime() - seconds * 1000);

let test: TestDatabase;
let db: Database;
let n = 0;
beforeAll(async () => {
  test = await createTestDatabase();
  db = openDatabase({ url: test.url, applicationName: 'test' });
  await addEdge(db, 'edge-1');
});
afterAll(async () => {
  await db.close();
  await test.drop();
});

const contacts = (count: number, secondsAgo: number) =>
  Array.from({ length: count }, () => ({ numbers: [mobile(n++)], dueAt: ago(secondsAgo) }));

it('goes on behind what it claimed, in order, and takes what came in before that place once it has nothing else', async () => {
  const setup = await createCampaign(db, 'order');
  const first = await addContacts(db, setup.id, contacts(4, 100));
  const second = await addContacts(db, setup.id, contacts(2, 50));
  const memory = createClaimMemory();
  const claim = async (maxCalls: number) => {
    const { calls, wait } = await claimCalls(db, { setup, now: NOW, closesAt: CLOSES, maxCalls, memory });
    return { contacts: calls.map((call) => call.contactId), wait: wait?.reason };
  };
  expect(await claim(2)).toEqual({ contacts: first.slice(0, 2), wait: undefined });
  expect(memory.places[2]?.contactId).toBe(first[1]);
  const late = await addContacts(db, setup.id, contacts(1, 200));
  expect(await claim(2)).toEqual({ contacts: first.slice(2), wait: undefined });
  // Fewer than asked for: it looks again at once, from the top.
  expect(await claim(3)).toEqual({ contacts: second, wait: undefined });
  expect(await claim(3)).toEqual({ contacts: late, wait: undefined });
  // When to look again is asked for only when nothing was claimed: that question must not lose calls by failing.
  expect(await claim(3)).toEqual({ contacts: [], wait: 'nothing-due' });
});

it('keeps concurrency when calls have ended since it looked', async () => {
  const setup = await createCampaign(db, 'full', { campaign: { concurrency: 3 } });
  await addContacts(db, setup.id, contacts(10, 100));
  const memory = createClaimMemory();
  const claim = () => claimCalls(db, { setup, now: NOW, closesAt: CLOSES, maxCalls: 2, memory });
  const [oldest] = (await claim()).calls;
  expect((await claim()).calls).toHaveLength(1);
  expect((await claim()).wait?.reason).toBe('concurrency');
  // The oldest lives on while younger ones come and go: it stays counted.
  await db.pool.query('delete from live_calls where call_id <> $1', [oldest?.callId]);
  expect((await claim()).calls).toHaveLength(2);
  expect(await claim()).toMatchObject({ calls: [], wait: { reason: 'concurrency' } });
  await db.pool.query('delete from live_calls where campaign_id = $1', [setup.id]);
  expect((await claim()).calls).toHaveLength(2);
  expect((await claim()).calls).toHaveLength(1);
  expect((await claim()).calls).toHaveLength(0);
});
