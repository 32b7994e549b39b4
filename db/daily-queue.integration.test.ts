import { beforeEach, describe, expect, it } from 'vitest';
import type { EdgeRef } from '../contracts/model/call.ts';
import { addAgent, type TestAgent } from '../test/support/agent-fixture.ts';
import { addContacts, addEdge, createCampaign, mobile } from '../test/support/campaign-fixture.ts';
import { useTestDatabase } from '../test/support/use-database.ts';
import type { CampaignSetup } from './campaigns.ts';
import type { Database } from './client.ts';
import { listFree, listQueue, listQueueAgents } from './daily-queue-view.ts';
import { assignContacts, dealOut, orderQueue, pickFree } from './daily-queue.ts';

const NOW = new Date('2026-11-23T07:00:00Z');
const later = (hours: number) => new Date(NOW.getTime() + hours * 3_600_000);

let db: Database;
let edge: EdgeRef;
let setup: CampaignSetup;
let crew: TestAgent[];
let n = 0;
useTestDatabase(async (opened) => {
  db = opened;
  edge = await addEdge(db, 'edge-1');
});
beforeEach(async () => {
  await db.pool.query('truncate dial_queue, contact_numbers, agents, shifts, agent_states');
  n += 1;
  const desk = { assignment: 'daily-queue' } as const;
  setup = await createCampaign(db, `zilnic-${n}`, { campaign: { mode: 'agent', desk }, now: NOW });
  crew = [];
  for (const _ of [1, 2, 3]) crew.push(await addAgent(db, { now: NOW, edge, campaigns: [setup.name] }));
});

const contacts = (count: number, change: { rank?: number; dueAt?: Date } = {}) =>
  addContacts(
    db,
    setup.id,
    Array.from({ length: count }, () => ({ numbers: [mobile((n += 1))], ...change })),
  );
const deal = (perAgent = 4) => dealOut(db, { campaignId: setup.id, closesAt: later(10), now: NOW, perAgent });

/** Contacts of each agent in order of dialing; last: nobody's. */
async function queues(): Promise<number[][]> {
  const { rows } = await db.pool.query<{ id: number; agent: number | null }>(
    'select contact_id as id, agent_id as agent from dial_queue order by rank, due_at, contact_id',
  );
  return [...crew.map(({ userId }) => userId), null].map((agent) =>
    rows.filter((row) => row.agent === agent).map(({ id }) => id),
  );
}

describe('dealOut', () => {
  it('deals in turn, in the order of dialing, and a second time nothing', async () => {
    const normal = await contacts(5);
    const [priority] = await contacts(1, { rank: 0 });
    const [tomorrow] = await contacts(1, { dueAt: later(24) });
    expect(await deal()).toEqual({ agents: 3, contacts: 6 });
    expect(await queues()).toEqual([
      [priority, normal[2]],
      [normal[0], normal[3]],
      [normal[1], normal[4]],
      [tomorrow],
    ]);
    expect(await deal()).toEqual({ agents: 3, contacts: 0 });
  });

  it('gives a day’s work, and fills up what is left of yesterday’s', async () => {
    await contacts(20);
    expect(await deal(4)).toEqual({ agents: 3, contacts: 12 });
    await db.pool.query('delete from dial_queue where agent_id = $1', [crew[0]!.userId]);
    expect(await deal(4)).toEqual({ agents: 3, contacts: 4 });
    expect((await queues()).map((queue) => queue.length)).toEqual([4, 4, 4, 4]);
  });

  it('takes back what belongs to somebody who does not come any more, but no callbacks and no calls', async () => {
    await contacts(6);
    await deal();
    const { userId } = crew[0]!;
    await db.pool.query(
      `update dial_queue set rank = 4 where contact_id = (select min(contact_id) from dial_queue where agent_id = $1)`,
      [userId],
    );
    await db.pool.query('update users set disabled_at = now() where id = $1', [userId]);
    expect(await deal()).toEqual({ agents: 2, contacts: 1 });
    expect((await queues()).map((queue) => queue.length)).toEqual([1, 3, 2, 0]);
  });

  it('knows who is expected: who was on shift for this campaign within a week', async () => {
    await contacts(6);
    await db.pool.query(`update shifts set started_at = $2 where user_id = $1`, [
      crew[0]!.userId,
      later(-8 * 24),
    ]);
    await db.pool.query(`update agents set campaign_ids = '{999}' where user_id = $1`, [crew[1]!.userId]);
    expect(await deal()).toEqual({ agents: 1, contacts: 4 });
    await db.pool.query('truncate shifts');
    expect(await deal()).toEqual({ agents: 0, contacts: 0 });
  });
});

it('a supervisor gives contacts to an agent and takes them back; calls that go on stay', async () => {
  const ids = await contacts(3);
  await db.pool.query('update dial_queue set call_id = gen_random_uuid() where contact_id = $1', [ids[2]]);
  const give = (agentId: number | null) =>
    assignContacts(db, { campaignId: setup.id, contactIds: ids, agentId, by: 'ana', now: NOW });
  expect(await give(crew[1]!.userId)).toBe(2);
  expect(await give(crew[1]!.userId)).toBe(0);
  expect((await queues())[1]).toEqual([ids[0], ids[1]]);
  expect(await give(null)).toBe(2);
  const { rows } = await db.pool.query(
    `select after from audit_log where action in ('queue.assign', 'queue.take') order by id`,
  );
  expect(rows.map(({ after }: { after: unknown }) => after)).toEqual([
    { agentId: crew[1]!.userId, contacts: 2 },
    { agentId: null, contacts: 2 },
  ]);
});

it('a supervisor picks by filter or by name, for another day, puts them in order, and sees what the agent will get', async () => {
  const ids = await contacts(4, { dueAt: later(-1) });
  const [priority = 0] = await contacts(1, { rank: 0, dueAt: later(-1) });
  await db.pool.query(`update contacts set last_name = 'Șerban', first_name = 'Ion' where id = $1`, [ids[2]]);
  const base = { campaignId: setup.id, dayEnds: later(12) };
  const { userId: agentId } = crew[0]!;
  expect((await listFree(db.pool, { ...base, name: 'serb io' })).map(({ id }) => id)).toEqual([ids[2]]);
  expect(await pickFree(db, { ...base, count: 3 })).toEqual([priority, ids[0], ids[1]]);
  const give = (contactIds: number[], notBefore?: Date) =>
    assignContacts(db, {
      campaignId: setup.id,
      contactIds,
      agentId,
      by: 'ana',
      now: NOW,
      ...(notBefore && { notBefore }),
    });
  expect(await give([priority, ids[0]!, ids[1]!, ids[2]!])).toBe(4);
  expect(await give([ids[3]!], later(24))).toBe(1);
  const queue = async () => (await listQueue(db.pool, { ...base, agentId })).map(({ id }) => id);
  expect(await queue()).toEqual([priority, ids[0], ids[1], ids[2]]);
  expect((await listQueueAgents(db.pool, base)).find(({ id }) => id === agentId)).toMatchObject({
    contacts: 5,
    due: 4,
    onShift: true,
  });
  const order = (contactIds: number[]) =>
    orderQueue(db, { campaignId: setup.id, agentId, contactIds, by: 'ana', now: NOW });
  expect(await order([ids[2]!, ids[0]!, ids[1]!])).toBe('ordered');
  expect(await queue()).toEqual([priority, ids[2], ids[0], ids[1]]);
  // What the agent's claim reads is in the same order, and still due.
  const { rows } = await db.pool.query<{ late: number }>(
    'select count(*)::int as late from dial_queue where agent_id = $1 and due_at > $2',
    [agentId, NOW],
  );
  expect(rows).toEqual([{ late: 1 }]);
  // Of two classes, not due yet, or gone meanwhile: nothing is moved.
  expect(await order([priority, ids[0]!])).toBe('changed-meanwhile');
  expect(await order([ids[3]!, ids[0]!])).toBe('changed-meanwhile');
  await db.pool.query('update dial_queue set call_id = gen_random_uuid() where contact_id = $1', [ids[0]]);
  expect(await order([ids[1]!, ids[0]!])).toBe('changed-meanwhile');
});
