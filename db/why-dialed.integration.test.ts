import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openIntervalAt } from '../domain/calendar.ts';
import { addAgent } from '../test/support/agent-fixture.ts';
import { addContacts, addEdge, createCampaign, mobile } from '../test/support/campaign-fixture.ts';
import { useTestDatabase } from '../test/support/use-database.ts';
import { pauseCampaign, type CampaignSetup, stopCampaign } from './campaigns.ts';
import { claimCalls } from './claim.ts';
import type { Database } from './client.ts';
import { closeContact, reopenContact } from './contact-state.ts';
import { setDoNotCall } from './do-not-call.ts';
import { nextNumber } from './next-number.ts';
import { whyDialed, type WhyDialed } from './why-dialed.ts';

/** A Saturday noon in Bucharest. */
const NOW = new Date('2026-11-21T10:00:00Z');
const LATER = new Date('2026-11-21T14:00:00Z');
const CAPS = { perNumberPerDay: 3, perNumberTotal: 6 };

let db: Database;
useTestDatabase(async (opened) => {
  db = opened;
  await addEdge(db, 'edge-1', 1_000);
});

/** What may be so of a number; the claim's SQL knows nothing of this list. */
const numberState = fc.record({
  opposed: fc.nat(9).map((n) => n === 0),
  active: fc.nat(5).map((n) => n > 0),
  stopped: fc.nat(5).map((n) => n === 0),
  today: fc.constantFrom(0, 1, 2, 3, 4),
  yesterday: fc.boolean(),
  total: fc.constantFrom(0, 0, 5, 6),
  foreign: fc.nat(6).map((n) => n === 0),
  bound: fc.nat(6).map((n) => n === 0),
  busy: fc.nat(6).map((n) => n === 0),
});
const person = fc.record({
  numbers: fc.array(numberState, { minLength: 1, maxLength: 3 }),
  consent: fc.nat(5).map((n) => n > 0),
  due: fc.nat(4).map((n) => n > 0),
  rank: fc.constantFrom(0, 1, 2),
  position: fc.nat(2),
  state: fc.constantFrom('open', 'open', 'open', 'open', 'closed', 'leased'),
});
type Person = typeof person extends fc.Arbitrary<infer T> ? T : never;

let nextIndex = 0;

async function store(setup: CampaignSetup, one: Person): Promise<number> {
  const e164s = one.numbers.map(({ foreign }) => {
    nextIndex += 1;
    return foreign ? `+39320${String(nextIndex).padStart(7, '0')}` : mobile(nextIndex);
  });
  const [id = 0] = await addContacts(db, setup.id, [
    {
      numbers: e164s,
      consent: one.consent,
      rank: one.rank,
      dueAt: one.due ? new Date(NOW.getTime() - 60_000) : LATER,
    },
  ]);
  const { pool } = db;
  for (const [at, number] of one.numbers.entries()) {
    await pool.query(
      `update numbers set do_not_call_at = case when $2 then $3::timestamptz end, cap_total = $4, cap_day_count = $5,
         cap_day = $6::date, only_trunk_id = case when $7 then (select id from config_objects where name = 'other-trunk') end
       where e164 = $1`,
      [
        e164s[at],
        number.opposed,
        NOW,
        number.total,
        number.today,
        number.yesterday ? '2026-11-20' : '2026-11-21',
        number.bound,
      ],
    );
    await pool.query('update contact_numbers set active = $3 where contact_id = $1 and position = $2', [
      id,
      at + 1,
      number.active,
    ]);
    if (number.stopped) {
      await pool.query(
        `insert into campaign_numbers (campaign_id, number_id, unanswered, stopped_at)
         select $1, id, 3, $3 from numbers where e164 = $2`,
        [setup.id, e164s[at], NOW],
      );
    }
    if (number.busy) {
      await pool.query(
        `insert into live_calls (call_id, number_id, campaign_id, attempt, node, epoch, stage, ended_at)
         select gen_random_uuid(), id, -1, 1, 'elsewhere', 1, 'wrap-up', $2 from numbers where e164 = $1`,
        [e164s[at], NOW],
      );
    }
  }
  await pool.query('update dial_queue set position = $2, call_id = $3 where contact_id = $1', [
    id,
    (one.position % one.numbers.length) + 1,
    one.state === 'leased' ? '01890000-0000-7000-8000-000000000001' : null,
  ]);
  if (one.state === 'closed') {
    await closeContact(db, { contactId: id, reason: 'de probă', by: 'ana', now: NOW });
  }
  return id;
}

async function explain(contactId: number): Promise<WhyDialed> {
  const why = await whyDialed(db, { contactId, now: NOW });
  if (!why) throw new Error(`no contact ${contactId}`);
  return why;
}

/** What became of a contact, in the words of the explanation. */
async function outcomeOf(contactId: number, claimed: ReadonlyMap<number, number>, was: Person) {
  const { rows } = await db.pool.query<{
    state: string;
    reason: string;
    due: Date | null;
    wait: string | null;
  }>(
    `select c.state, c.closed_reason as reason, q.due_at as due, q.wait_reason as wait
     from contacts c left join dial_queue q on q.contact_id = c.id where c.id = $1`,
    [contactId],
  );
  const row = rows[0];
  if (claimed.has(contactId)) return { verdict: 'call', position: claimed.get(contactId) };
  if (was.state === 'leased') return { verdict: 'on-call' };
  if (row?.state === 'closed') {
    return { verdict: was.state === 'closed' ? 'closed' : 'close', reason: row.reason };
  }
  return { verdict: 'wait', reason: row?.wait ?? 'later', until: row?.due?.toISOString() };
}

function foretold(why: WhyDialed) {
  switch (why.verdict) {
    case 'call':
      return { verdict: why.verdict, position: why.numbers.find(({ chosen }) => chosen)?.position };
    case 'on-call':
      return { verdict: why.verdict };
    case 'wait': {
      // The due time comes before the verdict of the numbers, which a claim does not see until then.
      const due = why.gates.find(({ gate }) => gate === 'due');
      const until = due?.state === 'waits' ? due.until : why.until;
      return { verdict: why.verdict, reason: why.reason, until: until?.toISOString() };
    }
    default:
      return { verdict: why.verdict, reason: why.reason };
  }
}

describe('why a contact is (not) called', () => {
  it('is what the claim does with it, for whatever is so of its numbers', { timeout: 240_000 }, async () => {
    await createCampaign(db, 'other');
    const seen = new Set<string>();
    let round = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(person, { minLength: 12, maxLength: 20 }), async (people) => {
        round += 1;
        const setup = await createCampaign(db, `why-${round}`, { caps: CAPS, now: NOW });
        const ids: number[] = [];
        for (const one of people) ids.push(await store(setup, one));
        const told = new Map<number, ReturnType<typeof foretold>>();
        for (const id of ids) told.set(id, foretold(await explain(id)));
        const closesAt = openIntervalAt(setup.calendar, NOW)?.closesAt ?? LATER;
        const { calls } = await claimCalls(db, { setup, now: NOW, closesAt, maxCalls: 150 });
        const { rows } = await db.pool.query<{ id: number; position: number }>(
          'select contact_id as id, position from dial_queue where contact_id = any($1::bigint[])',
          [calls.map(({ contactId }) => contactId)],
        );
        const claimed = new Map(rows.map(({ id, position }) => [id, position]));
        for (const [index, id] of ids.entries()) {
          const one = people[index];
          if (!one) continue;
          const done = await outcomeOf(id, claimed, one);
          seen.add(`${done.verdict} ${'reason' in done ? done.reason : ''}`.trim());
          expect({ id, ...told.get(id) }).toEqual({ id, ...done });
        }
      }),
      { numRuns: 8, seed: 20_261_122, endOnFailure: true },
    );
    // It was not always the same.
    expect([...seen]).toEqual(
      expect.arrayContaining([
        'call',
        'on-call',
        'closed by-hand',
        'close do-not-call',
        'close no-consent',
        'close stopped',
        'wait later',
        'wait cap-day',
        'wait number-busy',
        'wait prefix-not-permitted',
      ]),
    );
  });

  it('begins with what holds the campaign back, and says until when', async () => {
    const hours = { saturday: [{ from: '14:00', to: '16:00' }] };
    const setup = await createCampaign(db, 'held', { calendar: { hours }, trunk: { maxChannels: 1 } });
    const [id = 0] = await addContacts(db, setup.id, [{ numbers: [mobile(900_001)] }]);
    const closed = await explain(id);
    // 14:00 in Bucharest.
    expect(closed).toMatchObject({
      verdict: 'wait',
      reason: 'closed',
      until: new Date('2026-11-21T12:00:00Z'),
    });
    expect(closed.gates.filter(({ state }) => state !== 'passes').map(({ gate }) => gate)).toEqual([
      'calendar',
    ]);

    await pauseCampaign(db, { campaign: 'held', by: 'ana', reason: 'listă greșită', now: NOW });
    const open = new Date('2026-11-21T12:30:00Z');
    const paused = await whyDialed(db, { contactId: id, now: open });
    expect(paused).toMatchObject({ verdict: 'wait', reason: 'paused' });
    expect(paused?.gates.find(({ gate }) => gate === 'pause')?.seen).toMatchObject({
      by: 'ana',
      why: 'listă greșită',
    });
    const claim = await claimCalls(db, { setup, now: open, closesAt: LATER, maxCalls: 1 });
    expect(claim.wait?.reason).toBe(paused?.reason);
    await stopCampaign(db, { campaign: 'held', by: 'ana', reason: 'gata', now: NOW });
    const over = await whyDialed(db, { contactId: id, now: open });
    expect(over?.gates.find(({ gate }) => gate === 'pause')?.seen).toMatchObject({ why: 'gata', stopped: 1 });
    await db.pool.query(`update campaigns set paused_at = null, stopped_at = null where id = $1`, [setup.id]);

    await db.pool.query('update trunk_health set suspended_at = $2 where id = $1', [setup.trunkId, open]);
    const suspended = await whyDialed(db, { contactId: id, now: open });
    const second = await claimCalls(db, { setup, now: open, closesAt: LATER, maxCalls: 1 });
    expect(suspended).toMatchObject({
      verdict: 'wait',
      reason: 'trunk-suspended',
      until: second.wait?.until,
    });
    await db.pool.query('update trunk_health set suspended_at = null where id = $1', [setup.trunkId]);

    await db.pool.query(
      `insert into live_calls (call_id, number_id, campaign_id, trunk_id, attempt, node, epoch, stage)
       values (gen_random_uuid(), -7, -1, $1, 1, 'elsewhere', 1, 'talking')`,
      [setup.trunkId],
    );
    const full = await whyDialed(db, { contactId: id, now: open });
    const third = await claimCalls(db, { setup, now: open, closesAt: LATER, maxCalls: 1 });
    expect([full?.reason, third.wait?.reason]).toEqual(['trunk-channels', 'trunk-channels']);
    await db.pool.query('delete from live_calls where number_id = -7');
    expect(await whyDialed(db, { contactId: id, now: open })).toMatchObject({ verdict: 'call', ahead: 0 });
  });

  it('of an agents’ campaign waits for an agent, and is then given to one', async () => {
    const edge = { node: 'edge-1', epoch: 1 };
    const setup = await createCampaign(db, 'desk', { campaign: { mode: 'agent' }, now: NOW });
    const [first = 0, second = 0] = await addContacts(db, setup.id, [
      { numbers: [mobile(910_001)], rank: 0 },
      { numbers: [mobile(910_002)], rank: 3 },
    ]);
    expect(await explain(first)).toMatchObject({ verdict: 'wait', reason: 'no-agent', until: null });
    const agent = await addAgent(db, { now: NOW, edge, campaigns: [setup.name] });
    expect(await explain(first)).toMatchObject({ verdict: 'call' });
    expect(await explain(second)).toMatchObject({ verdict: 'call', ahead: 1 });
    const given = await nextNumber(db, { userId: agent.userId, by: agent.name, now: NOW });
    expect(given).toMatchObject({ call: { contactId: first } });
    expect(await explain(first)).toMatchObject({ verdict: 'on-call' });
  });
});

describe('a contact that a person closes', () => {
  it('is opened again where the claim would not close it at once, and not otherwise', async () => {
    const setup = await createCampaign(db, 'doors', { now: NOW });
    const [one = 0, two = 0] = await addContacts(db, setup.id, [
      { numbers: [mobile(920_001)] },
      { numbers: [mobile(920_002)], consent: false },
    ]);
    const change = { reason: 'a cerut o colegă', by: 'ana', now: NOW };
    const open = (contactId: number) => reopenContact(db, { contactId, ...change });
    expect(await open(one)).toEqual({ refused: 'not-closed' });
    expect(await closeContact(db, { contactId: one, ...change })).toBe('changed');
    expect(await closeContact(db, { contactId: one, ...change })).toEqual({ refused: 'not-open' });
    expect(await explain(one)).toMatchObject({ verdict: 'closed', reason: 'by-hand' });
    expect(await open(one)).toBe('changed');
    expect(await explain(one)).toMatchObject({ verdict: 'call' });

    await closeContact(db, { contactId: two, ...change });
    expect(await open(two)).toEqual({ refused: 'no-consent' });
    await closeContact(db, { contactId: one, ...change });
    await setDoNotCall(db, { e164: mobile(920_001), ...change });
    expect(await open(one)).toEqual({ refused: 'do-not-call' });
    expect(await open(999_999_999)).toBe('no-such-contact');

    const [leased = 0] = await addContacts(db, setup.id, [{ numbers: [mobile(920_003)] }]);
    await claimCalls(db, { setup, now: NOW, closesAt: LATER, maxCalls: 1 });
    expect(await closeContact(db, { contactId: leased, ...change })).toEqual({ refused: 'on-call' });
    const { rows } = await db.pool.query<{ action: string }>(
      `select action from audit_log where object_kind = 'contact' and object_id = $1 order by id`,
      [String(one)],
    );
    expect(rows.map(({ action }) => action)).toEqual(['contact.close', 'contact.reopen', 'contact.close']);
  });
});
