/**
 * Many agents, several processes, robots and killed connections at once: what holds afterwards. Replays by its seed.
 */
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EdgeRef } from '../contracts/model/call.ts';
import { addAgent, type TestAgent } from '../test/support/agent-fixture.ts';
import { addEdge, createCampaign } from '../test/support/campaign-fixture.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/postgres.ts';
import { claimCalls } from './claim.ts';
import type { CampaignSetup } from './campaigns.ts';
import { openDatabase, type Database } from './client.ts';
import { createAgentClaims, type AgentClaim, type AgentClaims } from './next-number.ts';

const NOW = new Date('2026-11-23T08:00:00Z');
const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1_000);
const AGENTS = 50;

let test: TestDatabase;
let db: Database;
/** Two API processes, each with its pool and its lanes. */
let processes: { db: Database; claims: AgentClaims }[];
let edges: EdgeRef[];
let agents: TestAgent[];
let n = 0;

beforeAll(async () => {
  test = await createTestDatabase();
  db = openDatabase({ url: test.url, applicationName: 'test' });
  processes = [1, 2].map((each) => {
    const own = openDatabase({ url: test.url, applicationName: `claimer-${each}`, max: 4 });
    return { db: own, claims: createAgentClaims({ db: own }) };
  });
  edges = [await addEdge(db, 'edge-1'), await addEdge(db, 'edge-2')];
  agents = [];
  for (let i = 0; i < AGENTS; i += 1) agents.push(await addAgent(db, { now: NOW, edge: edges[i % 2]! }));
});
afterAll(async () => {
  for (const one of processes) await one.db.close();
  await db.close();
  await test.drop();
});

interface Limits {
  /** Of each edge. */
  capacity: number;
  channels: number;
  /** Of the first campaign; the second has plenty. */
  concurrency: number;
  perSecond: number;
}

async function world({ capacity, channels, concurrency, perSecond }: Limits): Promise<CampaignSetup[]> {
  await db.pool.query(
    'truncate live_calls, calls, recording_troubles, dial_queue, contact_numbers, agent_states',
  );
  await db.pool.query(`update agents set state = 'available', campaign_ids = '{}'`);
  await db.pool.query('update edges set capacity = $1', [capacity]);
  // Campaigns of earlier worlds have nobody left.
  n += 1;
  const trunk = { maxChannels: channels, callsPerSecond: perSecond, name: `trunk-${n}` };
  const first = await createCampaign(db, `a-${n}`, {
    campaign: { mode: 'agent', concurrency },
    trunk,
    now: NOW,
  });
  const second = await createCampaign(db, `b-${n}`, { campaign: { mode: 'agent' }, trunk, now: NOW });
  const robot = await createCampaign(db, `r-${n}`, { trunk, now: NOW });
  return [first, second, robot];
}

/** The same people on all three lists: numbers are what they have in common. Every seventh has another one. */
async function people(setups: readonly CampaignSetup[], count: number): Promise<void> {
  await db.pool.query(
    `insert into numbers (e164) select '+4072' || lpad(i::text, 7, '0') from generate_series(0, 2 * $1::int) i
     on conflict (e164) do nothing`,
    [count],
  );
  for (const { id } of setups) {
    await db.pool.query(
      `with list as (insert into lists (campaign_id, name, kind) values ($1, 'x', 'normal') returning id),
       made as (
         insert into contacts (campaign_id, list_id, row_no, consent_at, consent_source)
         select $1, list.id, i, case when i % 11 <> 10 then date '2026-01-15' end, 'formular'
         from list, generate_series(0, $2::int - 1) i returning id, list_id, row_no),
       numbered as (
         insert into contact_numbers (contact_id, position, campaign_id, number_id)
         select m.id, k, $1, n.id from made m cross join generate_series(1, case when m.row_no % 7 = 0 then 2 else 1 end) k
         join numbers n on n.e164 = '+4072' || lpad((m.row_no + (k - 1) * $2::int)::text, 7, '0'))
       insert into dial_queue (contact_id, campaign_id, list_id, rank, due_at)
       select id, $1, list_id, row_no % 3, $3::timestamptz - make_interval(secs => row_no) from made`,
      [id, count, NOW],
    );
  }
}

async function one<T>(text: string, values: unknown[] = []): Promise<T> {
  return (await db.pool.query(text, values)).rows[0] as T;
}

describe('agents at once', () => {
  it('never one contact, number, agent or place twice, whatever the limits and whoever dies', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          capacity: fc.integer({ min: 1, max: 60 }),
          channels: fc.integer({ min: 1, max: 120 }),
          concurrency: fc.integer({ min: 1, max: 60 }),
          perSecond: fc.constantFrom(20, 200, 10_000),
        }),
        fc.integer({ min: 0, max: 70 }),
        fc.constantFrom(0, 0, 1, 3),
        async (limits, count, kills) => {
          const setups = await world(limits);
          await people(setups, count);
          const asked = agents.map((agent, i) =>
            processes[i % 2]!.claims.next({ userId: agent.userId, by: agent.name, now: NOW }).catch(
              (error: unknown) => String(error),
            ),
          );
          const robot = claimCalls(db, { setup: setups[2]!, now: NOW, closesAt: later(3_600), maxCalls: 20 });
          for (let i = 0; i < kills; i += 1) await killOne();
          const answers = await Promise.all(asked);
          await robot;
          await holds(setups, limits, answers);
        },
      ),
      { numRuns: process.env['APEL_TEST_FULL'] === '1' ? 60 : 8, endOnFailure: true },
    );
  }, 300_000);
});

it('one who cannot be given a call does not take the others along', async () => {
  const [setup] = await world({ capacity: 60, channels: 60, concurrency: 60, perSecond: 1_000 });
  await people([setup!], 10);
  const five = agents.slice(0, 5);
  await db.pool.query(
    `create or replace function refuse() returns trigger language plpgsql as $$
     begin if new.agent_id = ${five[2]!.userId} then raise exception 'refused'; end if; return new; end $$`,
  );
  await db.pool.query(
    'create trigger refuse before insert on live_calls for each row execute function refuse()',
  );
  const splits: number[] = [];
  const claims = createAgentClaims({ db, onSplit: (_, together) => splits.push(together) });
  try {
    const answers = await Promise.all(
      five.map(({ userId, name }) =>
        claims.next({ userId, by: name, now: NOW }).then(
          ({ state }) => state,
          (error: unknown) => (error as Error).message,
        ),
      ),
    );
    expect(answers).toEqual(['claimed', 'claimed', 'refused', 'claimed', 'claimed']);
    // The desks are at two edges: three of them, and two.
    expect(splits).toEqual([3]);
    // It is not remembered: the next one gets a number again.
    await db.pool.query('drop trigger refuse on live_calls');
    const again = await claims.next({ userId: five[2]!.userId, by: five[2]!.name, now: NOW });
    expect(again.state).toBe('claimed');
  } finally {
    await db.pool.query('drop trigger if exists refuse on live_calls');
  }
});

/** The claimer's connection is cut in the middle, as the kernel does to that of a killed process. */
async function killOne(): Promise<void> {
  await db.pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where application_name like 'claimer-%' and state <> 'idle' order by random() limit 1`,
  );
}

async function holds(
  [first]: readonly CampaignSetup[],
  limits: Limits,
  answers: readonly (AgentClaim | string)[],
): Promise<void> {
  const live = await one<Record<string, number>>(
    `select count(*)::int as calls, count(distinct contact_id)::int as contacts, count(distinct number_id)::int as numbers,
       count(distinct agent_id)::int + count(*) filter (where agent_id is null)::int as who,
       count(*) filter (where campaign_id = $1)::int as first,
       coalesce((select max(c) from (select count(*) as c from live_calls group by node) e), 0)::int as edge,
       (select count(*) from dial_queue where call_id is not null)::int as leased,
       (select count(*) from dial_queue q join live_calls l on l.call_id = q.call_id and l.contact_id = q.contact_id)::int
         as paired,
       (select count(*) from calls)::int as intents,
       (select count(*) from agents a join live_calls l on l.agent_id = a.user_id and a.state = 'calling')::int
         + (select count(*) from agents a where a.state = 'available'
            and not exists (select from live_calls l where l.agent_id = a.user_id))::int as agents,
       (select count(*) from agent_states where cause = 'next-number')::int
         - (select count(*) from live_calls where agent_id is not null)::int as untold,
       (select round(bucket_level)::int from trunk_health h join live_calls l on l.trunk_id = h.id limit 1) as level
     from live_calls`,
    [first?.id],
  );
  const { calls } = live;
  expect(live).toMatchObject({
    contacts: calls,
    numbers: calls,
    who: calls,
    leased: calls,
    paired: calls,
    intents: calls,
    agents: AGENTS,
    untold: 0,
  });
  if (calls! > 0) expect(live['level']).toBe(calls);
  expect(calls).toBeLessThanOrEqual(
    Math.min(limits.channels, Math.max(1, Math.floor(limits.perSecond * 0.1))),
  );
  expect(live['first']).toBeLessThanOrEqual(limits.concurrency);
  expect(live['edge']).toBeLessThanOrEqual(limits.capacity);
  // What was answered is what is there; of a cut connection nobody knows, until the desk reads its state.
  const told = answers.flatMap((answer) =>
    typeof answer === 'object' && answer.state === 'claimed' ? [answer.call.callId] : [],
  );
  const { found } = await one<{ found: number }>(
    'select count(*)::int as found from live_calls where call_id = any($1)',
    [told],
  );
  expect(found).toBe(told.length);
  const unknown = answers.filter((answer) => typeof answer === 'string').length;
  expect(
    (await one<{ n: number }>('select count(agent_id)::int as n from live_calls')).n - told.length,
  ).toBeLessThanOrEqual(unknown);
}
