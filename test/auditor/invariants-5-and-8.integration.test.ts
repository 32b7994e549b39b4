import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EdgeRef } from '../../contracts/model/call.ts';
import type { CampaignSetup } from '../../db/campaigns.ts';
import { openDatabase, type Database } from '../../db/client.ts';
import { nextNumber } from '../../db/next-number.ts';
import { addAgent, type TestAgent } from '../support/agent-fixture.ts';
import { addContacts, addEdge, createCampaign, mobile } from '../support/campaign-fixture.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import type { AcknowledgedWrapUp, AuditContext } from './audit-context.ts';
import type { CarrierCall } from './carrier-record.ts';
import { auditAgents } from './invariant-5-agents.ts';
import { auditAnswers } from './invariant-8-answers.ts';

const NOW = new Date('2026-11-23T08:00:00Z');
const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1_000);

let test: TestDatabase;
let db: Database;
let client: Client;
let edge: EdgeRef;
let setup: CampaignSetup;
let agent: TestAgent;
let callId: string;
let n = 0;
beforeAll(async () => {
  test = await createTestDatabase();
  db = openDatabase({ url: test.url, applicationName: 'test' });
  client = new Client({ connectionString: test.url });
  await client.connect();
  edge = await addEdge(db, 'edge-1');
  const campaign = { mode: 'agent', desk: { dialing: 'progressive' } } as const;
  setup = await createCampaign(db, 'agenti', { campaign, now: NOW });
});
afterAll(async () => {
  await client.end();
  await db.close();
  await test.drop();
});
beforeEach(async () => {
  await db.pool.query(
    'truncate live_calls, calls, recording_troubles, dial_queue, agents, agent_states, shifts, call_answers, call_drafts, desk_bindings',
  );
  agent = await addAgent(db, { now: NOW, edge, campaigns: [setup.name] });
  await addContacts(db, setup.id, [{ numbers: [mobile((n += 1))] }]);
  const claim = await nextNumber(db, { userId: agent.userId, by: agent.name, now: NOW });
  if (claim.state !== 'claimed') throw new Error(JSON.stringify(claim));
  ({ callId } = claim.call);
});

function context(
  now: Date,
  more: { carrier?: Map<string, CarrierCall>; acknowledged?: AcknowledgedWrapUp[] } = {},
) {
  const options = { now, ...(more.acknowledged && { acknowledged: more.acknowledged }) };
  return { db: client, carrier: more.carrier ?? new Map(), options } as unknown as AuditContext;
}

describe('invariant 5', () => {
  it('holds while an agent calls', async () => {
    expect(await auditAgents(context(later(60)))).toEqual([]);
  });

  it('finds an agent on a call that is not there, after five seconds', async () => {
    await db.pool.query('delete from live_calls');
    expect(await auditAgents(context(later(4)))).toEqual([]);
    expect(await auditAgents(context(later(6)))).toEqual([
      `agent ${agent.userId}: calling, without an open call`,
    ]);
  });

  it('finds an open call whose agent is elsewhere, and a change without a trail', async () => {
    await db.pool.query(`update agents set state = 'available'`);
    expect(await auditAgents(context(later(6)))).toEqual([
      `agent ${agent.userId}: available, but call ${callId} is open`,
      `agent ${agent.userId}: the trail says calling, then available without a change`,
    ]);
  });

  it('finds a gap in the middle of the trail', async () => {
    await db.pool.query(`delete from agent_states where to_state = 'available'`);
    expect(await auditAgents(context(later(6)))).toEqual([
      `agent ${agent.userId}: the trail says logged-in, then available without a change`,
    ]);
  });

  it('finds an agent who talks to nobody', async () => {
    await db.pool.query(
      `update agents set state = 'in-call'; update agent_states set to_state = 'in-call' where to_state = 'calling'`,
    );
    const gone = new Map([[callId, { callId, endedAt: NOW.getTime() } as CarrierCall]]);
    expect(await auditAgents(context(later(4), { carrier: gone }))).toEqual([]);
    expect(await auditAgents(context(later(6), { carrier: gone }))).toEqual([
      `agent ${agent.userId}: in-call, but the customer of call ${callId} is gone`,
    ]);
  });

  it('finds an agent on two calls at once', async () => {
    const talked = (from: number, to: number) =>
      db.pool.query(
        `insert into calls (id, kind, campaign_id, attempt, number_id, agent_id, node, epoch, versions, answered_at, ended_at)
         values ($1, 'outbound', $2, 1, 1, $3, 'edge-1', 1, '{}', $4, $5)`,
        [randomUUID(), setup.id, agent.userId, later(from), later(to)],
      );
    await talked(0, 10);
    await talked(10, 20);
    expect(await auditAgents(context(later(1)))).toEqual([]);
    await talked(19, 30);
    expect(await auditAgents(context(later(1)))).toHaveLength(1);
  });
});

describe('invariant 8', () => {
  const wrapUpId = '00000000-0000-4000-8000-00000000000a';
  /** The last acknowledgement counts. */
  const audit = (answers: Record<string, unknown>) =>
    auditAnswers(
      context(later(6), {
        acknowledged: [
          { callId, wrapUpId: randomUUID(), answers: { locality: 'Sibiu' } },
          { callId, wrapUpId, answers },
        ],
      }),
    );
  const commit = () =>
    db.pool.query('update calls set committed_at = $2, wrap_up_id = $3 where id = $1', [
      callId,
      NOW,
      wrapUpId,
    ]);
  const answer = (value: unknown) =>
    db.pool.query(`insert into call_answers values ($1, 'locality', $2)`, [callId, JSON.stringify(value)]);

  it('holds while the workflow has what was acknowledged, and when it is in the rows', async () => {
    expect(await audit({ locality: 'Oradea' })).toEqual([]);
    await commit();
    await answer('Oradea');
    expect(await audit({ locality: 'Oradea' })).toEqual([]);
  });

  it('finds answers that are lost, or others than were acknowledged', async () => {
    await commit();
    const finding = [`call ${callId}: the answers are not those that were acknowledged`];
    expect(await audit({ locality: 'Oradea' })).toEqual(finding);
    await answer('Cluj');
    expect(await audit({ locality: 'Oradea' })).toEqual(finding);
  });

  it('finds a call that was committed without its wrap-up, and a call that is not there', async () => {
    await db.pool.query('update calls set committed_at = $2 where id = $1', [callId, NOW]);
    expect(await audit({})).toEqual([
      `call ${callId}: wrap-up ${wrapUpId} was acknowledged, the row has none`,
    ]);
    await db.pool.query('truncate calls, recording_troubles');
    expect(await audit({})).toEqual([
      `call ${callId}: its wrap-up was acknowledged, but there is no call row`,
    ]);
  });

  it('finds drafts that outlive their call, and answers of none', async () => {
    await answer('Oradea');
    expect(await auditAnswers(context(later(6)))).toEqual([
      `call ${callId}: has answers, and no committed row`,
    ]);
    await commit();
    await db.pool.query(`insert into call_drafts values ($1, $2, 1, '{}', $3)`, [callId, agent.userId, NOW]);
    expect(await auditAnswers(context(later(6)))).toEqual([
      `call ${callId}: committed, but its draft is there`,
    ]);
  });
});
