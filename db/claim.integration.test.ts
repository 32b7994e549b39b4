import { beforeEach, describe, expect, it } from 'vitest';
import {
  addContacts,
  addEdge,
  createCampaign,
  mobile,
  type CampaignOverrides,
} from '../test/support/campaign-fixture.ts';
import { emptyCalls, useTestDatabase } from '../test/support/use-database.ts';
import { pauseCampaign, type CampaignSetup } from './campaigns.ts';
import { claimCalls, type ClaimResult } from './claim.ts';
import type { Database } from './client.ts';

const NOW = new Date('2026-11-23T10:00:00Z');
const CLOSES = new Date('2026-11-23T18:00:00Z');
const after = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);

let db: Database;
let n = 0;
useTestDatabase(
  (opened) => {
    db = opened;
  },
  // As the dial loop's pool.
  { max: 10, pipeline: true },
);
beforeEach(async () => {
  await emptyCalls(db);
  await addEdge(db, 'edge-1');
  n += 1;
});

const campaign = (overrides?: CampaignOverrides) => createCampaign(db, `c${n}`, overrides);
/** Numbers nobody else in this file has. */
const fresh = (count: number) => Array.from({ length: count }, (_, i) => mobile(n * 10_000 + i));
const oneEach = (numbers: readonly string[]) => numbers.map((number) => ({ numbers: [number] }));

function claim(setup: CampaignSetup, more: { maxCalls?: number; now?: Date } = {}): Promise<ClaimResult> {
  return claimCalls(db, { setup, now: more.now ?? NOW, closesAt: CLOSES, maxCalls: more.maxCalls ?? 20 });
}

async function queueRow(contactId: number) {
  const { rows } = await db.pool.query('select * from dial_queue where contact_id = $1', [contactId]);
  return rows[0];
}
async function contactRow(contactId: number) {
  const { rows } = await db.pool.query('select state, closed_reason from contacts where id = $1', [
    contactId,
  ]);
  return rows[0];
}

describe('claimCalls', () => {
  it('takes nothing when its statement fails, and leaves no transaction behind', async () => {
    const setup = await campaign();
    await addContacts(db, setup.id, oneEach(fresh(2)));
    await db.pool.query(
      `create function refuse() returns trigger language plpgsql as 'begin raise exception ''no''; end'`,
    );
    await db.pool.query(
      'create trigger refuse before insert on calls for each row execute function refuse()',
    );
    await expect(claim(setup)).rejects.toThrow('no');
    await db.pool.query('drop trigger refuse on calls; drop function refuse');
    const { rows } = await db.pool.query(
      `select (select count(*) from dial_queue where call_id is not null) + (select count(*) from live_calls) as taken,
         (select count(*) from pg_stat_activity where datname = current_database() and xact_start is not null
            and pid <> pg_backend_pid()) as open`,
    );
    expect(rows).toEqual([{ taken: 0, open: 0 }]);
    expect((await claim(setup)).calls).toHaveLength(2);
  });

  it('leases a contact, writes the intent and the live call, and never takes it again', async () => {
    const setup = await campaign();
    const [contactId] = await addContacts(db, setup.id, oneEach(fresh(1)));
    const result = await claim(setup);
    expect(result.calls).toMatchObject([
      { contactId, attempt: 1, campaignId: setup.id, edge: { node: 'edge-1', epoch: 1 } },
    ]);
    const callId = result.calls[0]?.callId;
    expect(await queueRow(contactId!)).toMatchObject({ call_id: callId, attempts: 1 });
    const { rows } = await db.pool.query(
      `select c.claimed_at, c.committed_at, c.versions, c.kind, l.stage, l.place_before from calls c
       join live_calls l on l.call_id = c.id where c.id = $1`,
      [callId],
    );
    expect(rows).toEqual([
      {
        claimed_at: NOW,
        committed_at: null,
        versions: setup.versions,
        kind: 'robot',
        stage: 'claimed',
        place_before: CLOSES,
      },
    ]);
    expect(await claim(setup)).toMatchObject({ calls: [], wait: { reason: 'nothing-due' } });
  });

  it('takes priority before retries before new contacts, each by due time', async () => {
    const setup = await campaign();
    const [a, b, c, d] = await addContacts(db, setup.id, [
      { numbers: fresh(1), rank: 2 },
      { numbers: [mobile(n * 10_000 + 1)], rank: 1, dueAt: after(-10) },
      { numbers: [mobile(n * 10_000 + 2)], rank: 0 },
      { numbers: [mobile(n * 10_000 + 3)], rank: 1, dueAt: after(-20) },
    ]);
    const order = [];
    for (let i = 0; i < 4; i += 1) order.push((await claim(setup, { maxCalls: 1 })).calls[0]?.contactId);
    expect(order).toEqual([c, d, b, a]);
  });

  it('gives each contact to one of eight claimers that race', async () => {
    const setup = await campaign();
    const ids = await addContacts(db, setup.id, oneEach(fresh(100)));
    const claimed: number[] = [];
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        for (;;) {
          const { calls } = await claim(setup, { maxCalls: 5 });
          if (calls.length === 0) return;
          claimed.push(...calls.map((call) => call.contactId));
        }
      }),
    );
    expect(claimed.toSorted((x, y) => x - y)).toEqual(ids);
  });

  it('never has two live calls to one number, over two campaigns that race', async () => {
    const numbers = fresh(60);
    const one = await campaign();
    const two = await createCampaign(db, `c${n}-b`);
    await addContacts(db, one.id, oneEach(numbers));
    await addContacts(db, two.id, oneEach(numbers.toReversed()));
    // An edge each: nothing but the numbers themselves is between the two.
    const edges = [await addEdge(db, 'edge-2'), await addEdge(db, 'edge-3')];
    const results = await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        claimCalls(db, {
          setup: i % 2 === 0 ? one : two,
          now: NOW,
          closesAt: CLOSES,
          maxCalls: 15,
          edges: edges.slice(i % 2, (i % 2) + 1),
        }),
      ),
    );
    const calls = results.flatMap((result) => result.calls);
    const { rows } = await db.pool.query(
      `select count(*)::int as calls, count(distinct number_id)::int as numbers,
         (select count(*)::int from calls) as intents,
         (select count(*)::int from dial_queue where call_id is not null) as leases from live_calls`,
    );
    expect(rows).toEqual([{ calls: calls.length, numbers: 60, intents: calls.length, leases: calls.length }]);
    expect(calls).toHaveLength(60);
    const { rows: waiting } = await db.pool.query(
      `select distinct wait_reason, due_at from dial_queue where call_id is null and wait_reason is not null`,
    );
    for (const row of waiting) expect(row).toEqual({ wait_reason: 'number-busy', due_at: after(60) });
  });

  it.each<[string, string, CampaignOverrides]>([
    ['trunk channels', 'trunk-channels', { trunk: { maxChannels: 7 } }],
    ['concurrency', 'concurrency', { campaign: { concurrency: 7 } }],
  ])('keeps %s, however many claim at once', async (_name, reason, overrides) => {
    const setup = await campaign(overrides);
    await addContacts(db, setup.id, oneEach(fresh(40)));
    // Each claimer has an edge of its own: only the lock of campaign and trunk is between them.
    await db.pool.query('truncate edges');
    const edges = await Promise.all(Array.from({ length: 8 }, (_, i) => addEdge(db, `edge-${i}`)));
    const results = await Promise.all(
      edges.map((edge) => claimCalls(db, { setup, now: NOW, closesAt: CLOSES, maxCalls: 5, edges: [edge] })),
    );
    expect(results.flatMap((result) => result.calls)).toHaveLength(7);
    expect((await claim(setup)).wait).toEqual({ reason, until: after(0.5) });
  });

  it('keeps the capacity of an edge, however many campaigns claim for it at once', async () => {
    await db.pool.query('update edges set capacity = 7');
    const setups = await Promise.all([1, 2, 3, 4, 5, 6].map((i) => createCampaign(db, `c${n}-${i}`)));
    for (const [i, setup] of setups.entries()) {
      await addContacts(db, setup.id, oneEach(fresh(60).slice(i * 10, i * 10 + 10)));
    }
    const results = await Promise.all(setups.map((setup) => claim(setup, { maxCalls: 5 })));
    expect(results.flatMap((result) => result.calls)).toHaveLength(7);
  });

  it('fills the edges by their free places and no further', async () => {
    const setup = await campaign();
    await db.pool.query('truncate edges');
    await addEdge(db, 'small', 3);
    await addEdge(db, 'big', 5);
    await addContacts(db, setup.id, oneEach(fresh(20)));
    const results = await Promise.all(Array.from({ length: 8 }, () => claim(setup, { maxCalls: 2 })));
    let calls = results.flatMap((result) => result.calls);
    for (let i = 0; i < 5; i += 1) calls = calls.concat((await claim(setup, { maxCalls: 2 })).calls);
    expect(calls.filter((call) => call.edge.node === 'small')).toHaveLength(3);
    expect(calls.filter((call) => call.edge.node === 'big')).toHaveLength(5);
    expect((await claim(setup)).wait?.reason).toBe('edge-full');
    await db.pool.query('update edges set draining_at = now()');
    expect((await claim(setup)).wait?.reason).toBe('no-edge');
  });

  it('keeps the calls per second of the trunk', async () => {
    const setup = await campaign({ trunk: { callsPerSecond: 4 } });
    await addContacts(db, setup.id, oneEach(fresh(10)));
    await db.pool.query('update trunk_health set bucket_at = $1', [after(-10)]);
    expect((await claim(setup)).calls).toHaveLength(1);
    expect(await claim(setup)).toMatchObject({
      calls: [],
      wait: { reason: 'trunk-rate', until: after(0.25) },
    });
    expect((await claim(setup, { now: after(0.25) })).calls).toHaveLength(1);
  });

  it('waits for a backed-off trunk, and sends one call a minute through a suspended one', async () => {
    const setup = await campaign();
    await addContacts(db, setup.id, oneEach(fresh(10)));
    await db.pool.query('update trunk_health set backoff_until = $1 where id = $2', [
      after(8),
      setup.trunkId,
    ]);
    expect((await claim(setup)).wait).toEqual({ reason: 'trunk-backoff', until: after(8) });
    await db.pool.query('update trunk_health set suspended_at = $1 where id = $2', [NOW, setup.trunkId]);
    expect((await claim(setup, { now: after(59) })).wait).toEqual({
      reason: 'trunk-suspended',
      until: after(60),
    });
    expect((await claim(setup, { now: after(60) })).calls).toHaveLength(1);
    expect((await claim(setup, { now: after(61) })).wait).toEqual({
      reason: 'trunk-suspended',
      until: after(120),
    });
  });

  it('claims nothing while paused, nor at closing time', async () => {
    const setup = await campaign();
    await addContacts(db, setup.id, oneEach(fresh(1)));
    expect((await claim(setup, { now: CLOSES })).wait?.reason).toBe('closed');
    await pauseCampaign(db, { campaign: setup.name, by: 'ana', now: NOW });
    expect((await claim(setup)).wait?.reason).toBe('paused');
  });
});

describe('a contact that may not be called now', () => {
  const cases: [string, string, { state?: string; dueAt?: Date }][] = [
    ['do_not_call_at = now()', 'do-not-call', { state: 'closed' }],
    ['cap_total = 100', 'cap-total', { state: 'closed' }],
    [`cap_day = '2026-11-23', cap_day_count = 10`, 'cap-day', { dueAt: new Date('2026-11-23T22:00:00Z') }],
    [`only_trunk_id = (select min(id) from config_objects)`, 'trunk-bound', { dueAt: after(3600) }],
    [`e164 = '+4090' || right(e164, 7)`, 'prefix-not-permitted', { dueAt: after(3600) }],
  ];
  it.each(cases)('with %s is %s', async (change, reason, expected) => {
    const setup = await campaign();
    const numbers = fresh(1);
    const [contactId] = await addContacts(db, setup.id, oneEach(numbers));
    await db.pool.query(`update numbers set ${change} where e164 = $1`, [numbers[0]]);
    const result = await claim(setup);
    expect(result).toMatchObject({
      calls: [],
      deferred: expected.dueAt ? 1 : 0,
      closed: expected.state ? 1 : 0,
    });
    if (expected.state) {
      expect(await contactRow(contactId!)).toEqual({ state: 'closed', closed_reason: reason });
      expect(await queueRow(contactId!)).toBeUndefined();
    } else {
      expect(await queueRow(contactId!)).toMatchObject({ wait_reason: reason, due_at: expected.dueAt });
      expect(result.wait).toEqual({ reason: 'nothing-due', until: expected.dueAt });
    }
  });

  it('is called again on the next local day when the cap of the day was reached', async () => {
    const setup = await campaign();
    const numbers = fresh(1);
    await addContacts(db, setup.id, oneEach(numbers));
    await db.pool.query(
      `update numbers set cap_day = '2026-11-22', cap_day_count = 10 where e164 = $1`,
      numbers,
    );
    expect((await claim(setup)).calls).toHaveLength(1);
  });

  it('has no consent: a robot never calls it, whatever the setting says', async () => {
    const setup = await campaign({ campaign: { consentRequired: false } });
    const [contactId] = await addContacts(db, setup.id, [{ numbers: fresh(1), consent: false }]);
    expect((await claim(setup)).closed).toBe(1);
    expect(await contactRow(contactId!)).toEqual({ state: 'closed', closed_reason: 'no-consent' });
  });

  it('has one number stopped, so the next one is called; with all stopped it is closed', async () => {
    const setup = await campaign();
    const numbers = fresh(2);
    const [contactId] = await addContacts(db, setup.id, [{ numbers }]);
    const stop = (e164: string | undefined) =>
      db.pool.query(
        `insert into campaign_numbers (campaign_id, number_id, stopped_at, stopped_by)
         select $1, id, now(), 'rule' from numbers where e164 = $2`,
        [setup.id, e164],
      );
    await stop(numbers[0]);
    const { calls } = await claim(setup);
    const { rows } = await db.pool.query(
      `select n.e164 from calls c join numbers n on n.id = c.number_id where c.id = $1`,
      [calls[0]?.callId],
    );
    expect(rows).toEqual([{ e164: numbers[1] }]);
    expect(await queueRow(contactId!)).toMatchObject({ position: 2 });
    await db.pool.query('delete from live_calls');
    await db.pool.query('update dial_queue set call_id = null');
    await stop(numbers[1]);
    await claim(setup);
    expect(await contactRow(contactId!)).toEqual({ state: 'closed', closed_reason: 'stopped' });
  });
});
