import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { addContacts, addEdge, createCampaign, mobile } from '../test/support/campaign-fixture.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/postgres.ts';
import type { CampaignSetup } from './campaigns.ts';
import { claimCalls } from './claim.ts';
import { openDatabase, type Database } from './client.ts';
import { liftDoNotCall, setDoNotCall } from './do-not-call.ts';
import { readNumber } from './numbers.ts';
import { liftStoppedNumber, stopNumber } from './stopped-numbers.ts';

const NOW = new Date('2026-11-23T10:00:00Z');
const closesAt = new Date(NOW.getTime() + 1000);
let test: TestDatabase;
let db: Database;
let next = 0;
beforeAll(async () => {
  test = await createTestDatabase();
  db = openDatabase({ url: test.url, applicationName: 'test' });
  await addEdge(db, 'edge-1');
});
afterAll(async () => {
  await db.close();
  await test.drop();
});

const who = (e164: string) => ({ e164, reason: 'a cerut la telefon', by: 'ana', now: NOW });
const claim = (setup: CampaignSetup) => claimCalls(db, { setup, now: NOW, closesAt, maxCalls: 5 });
const numbers = (count: number): string[] => Array.from({ length: count }, () => mobile((next += 1)));

/** A contact with these numbers that a claim has closed because the first is on do-not-call. */
async function closedContact(name: string, e164s: readonly string[]) {
  const setup = await createCampaign(db, name);
  const [contactId = 0] = await addContacts(db, setup.id, [{ numbers: [...e164s] }]);
  await setDoNotCall(db, who(e164s[0] ?? ''));
  expect(await claim(setup)).toMatchObject({ calls: [], closed: 1 });
  return { setup, contactId };
}

/** A committed call of the contact, as history. */
async function pastCall(contactId: number, campaignId: number, status: string, attempt = 4): Promise<void> {
  await db.pool.query(
    `insert into calls (id, kind, campaign_id, contact_id, attempt, number_id, node, epoch, versions, committed_at, status_id)
     select $1, 'robot', $2, $3, $4, (select number_id from contact_numbers where contact_id = $3 limit 1), 'edge-1', 1,
       '{}', now(), (select id from statuses where code = $5)`,
    [randomUUID(), campaignId, contactId, attempt, status],
  );
}

it('lifting do-not-call opens the contacts of every campaign, due now, with the next attempt, and wakes the dialers', async () => {
  const [number = ''] = numbers(1);
  const first = await closedContact('lift-a', [number]);
  const other = await createCampaign(db, 'lift-b');
  const [otherContact] = await addContacts(db, other.id, [{ numbers: [number] }]);
  expect(await claim(other)).toMatchObject({ closed: 1 });
  await pastCall(first.contactId, first.setup.id, 'no-answer');
  const listener = new Client({ connectionString: test.url });
  await listener.connect();
  const heard: (string | undefined)[] = [];
  listener.on('notification', ({ payload }) => heard.push(payload));
  await listener.query('listen apel_dial');
  try {
    expect(await liftDoNotCall(db, who(number))).toEqual({ reopened: 2 });
    await listener.query('select 1');
    expect(new Set(heard)).toEqual(new Set([String(first.setup.id), String(other.id)]));
  } finally {
    await listener.end();
  }
  expect((await claim(first.setup)).calls).toMatchObject([{ contactId: first.contactId, attempt: 5 }]);
  const { rows } = await db.pool.query('select state, closed_reason, closed_at from contacts where id = $1', [
    otherContact,
  ]);
  expect(rows).toEqual([{ state: 'open', closed_reason: null, closed_at: null }]);
});

it('a person with another number on do-not-call stays closed until that one is lifted, too', async () => {
  const [one = '', two = ''] = numbers(2);
  const { setup, contactId } = await closedContact('lift-two', [one, two]);
  await setDoNotCall(db, who(two));
  expect(await liftDoNotCall(db, who(one))).toEqual({ reopened: 0 });
  expect(await liftDoNotCall(db, who(two))).toEqual({ reopened: 1 });
  expect((await claim(setup)).calls).toMatchObject([{ contactId }]);
});

it('a contact that was won, or closed for another reason, or whose import was undone, stays closed', async () => {
  const [won = '', final = '', undone = ''] = numbers(3);
  const a = await closedContact('stay-won', [won]);
  await pastCall(a.contactId, a.setup.id, 'interested');
  const b = await closedContact('stay-final', [final]);
  await db.pool.query(`update contacts set closed_reason = 'final-status' where id = $1`, [b.contactId]);
  const c = await closedContact('stay-undone', [undone]);
  await db.pool.query(
    `with i as (
       insert into imports (id, workflow_id, campaign_id, input, file_sha256, state, layout, bytes_total)
       values ($1, 'import:x', $2, '{}', '', 'undone', '{}', 0) returning id)
     update contacts set import_id = $1 where id = $3`,
    [randomUUID(), c.setup.id, c.contactId],
  );
  for (const number of [won, final, undone]) {
    expect(await liftDoNotCall(db, who(number))).toEqual({ reopened: 0 });
  }
});

it('resuming opens the contact of its campaign only, and only when it was closed for the stop', async () => {
  const [number = ''] = numbers(1);
  const here = await createCampaign(db, 'stop-here');
  const there = await createCampaign(db, 'stop-there');
  for (const setup of [here, there]) {
    await addContacts(db, setup.id, [{ numbers: [number] }]);
    expect(await stopNumber(db, { ...who(number), campaignId: setup.id })).toBe(true);
    expect(await claim(setup)).toMatchObject({ closed: 1 });
  }
  expect(await liftStoppedNumber(db, { ...who(number), campaignId: here.id })).toEqual({ reopened: 1 });
  expect((await claim(here)).calls).toHaveLength(1);
  expect((await readNumber(db.pool, { e164: number }))?.campaigns).toMatchObject([
    { campaign: 'stop-here', state: 'open', inCall: true, stopped: null, lifted: { by: 'ana' } },
    {
      campaign: 'stop-there',
      state: 'closed',
      closedReason: 'stopped',
      stopped: { by: 'ana' },
      lifted: null,
    },
  ]);
});

it('a claim that has begun is waited for: what it closes is opened again', async () => {
  const [number = ''] = numbers(1);
  const setup = await createCampaign(db, 'race');
  const [contactId] = await addContacts(db, setup.id, [{ numbers: [number] }]);
  await setDoNotCall(db, who(number));
  // The claim's first statement, then its last one.
  const claimer = await db.pool.connect();
  await claimer.query('begin');
  await claimer.query('select from campaigns where id = $1 for no key update', [setup.id]);
  const lifting = liftDoNotCall(db, who(number));
  await expect.poll(waitingForLocks).toBe(1);
  await claimer.query('delete from dial_queue where contact_id = $1', [contactId]);
  await claimer.query(`update contacts set state = 'closed', closed_reason = 'do-not-call' where id = $1`, [
    contactId,
  ]);
  await claimer.query('commit');
  claimer.release();
  expect(await lifting).toEqual({ reopened: 1 });
});

async function waitingForLocks(): Promise<number> {
  const { rows } = await db.pool.query<{ count: number }>(
    `select count(*)::int as count from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
  );
  return rows[0]?.count ?? 0;
}

it('a number that nobody knows has no facts; a blocked one has its reason', async () => {
  const [number = ''] = numbers(1);
  expect(await readNumber(db.pool, { e164: number })).toBeUndefined();
  await setDoNotCall(db, who(number));
  expect(await readNumber(db.pool, { e164: number })).toMatchObject({
    doNotCall: { at: NOW, reason: 'a cerut la telefon', by: 'ana' },
    campaigns: [],
  });
});
