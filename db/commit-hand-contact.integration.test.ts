import { beforeEach, describe, expect, it } from 'vitest';
import type { EdgeRef } from '../contracts/model/call.ts';
import { decideCommit } from '../domain/decide-commit.ts';
import type { TestAgent } from '../test/support/agent-fixture.ts';
import { addContacts, addEdge } from '../test/support/campaign-fixture.ts';
import { seatAgent } from '../test/support/claimed-call.ts';
import { emptyCalls, useTestDatabase } from '../test/support/use-database.ts';
import type { CampaignSetup } from './campaigns.ts';
import type { Database } from './client.ts';
import { readCommitFacts } from './commit-call.ts';
import { createCommitGroup } from './commit-group.ts';
import { HAND_DIALED_LIST } from './commit-hand-contact.ts';
import { setDoNotCall } from './do-not-call.ts';
import { claimManual } from './manual-number.ts';
import { nextNumber } from './next-number.ts';

const NOW = new Date('2026-11-23T08:00:00Z');
const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1_000);
const SOON = later(3_000);

let db: Database;
let edge: EdgeRef;
let setup: CampaignSetup;
let agent: TestAgent;
let n = 0;
useTestDatabase((opened) => {
  db = opened;
});
beforeEach(async () => {
  await emptyCalls(db);
  n += 1;
  edge = await addEdge(db, 'edge-1');
  ({ setup, agent } = await seatAgent(db, { name: `manual-${n}`, edge, now: NOW }));
});

const rows = async (text: string, values: unknown[] = []): Promise<unknown[]> =>
  (await db.pool.query(text, values)).rows as unknown[];
const e164 = () => `+4074099${String(n).padStart(4, '0')}`;

/** Dialed by hand by the agent. */
async function dialed(overrideReason?: string): Promise<string> {
  const claim = await claimManual(db, {
    userId: agent.userId,
    by: agent.name,
    e164: e164(),
    campaign: setup.name,
    ...(overrideReason !== undefined && { overrideReason }),
    now: NOW,
  });
  if (claim.state !== 'claimed') throw new Error(JSON.stringify(claim));
  expect('contactId' in claim.call).toBe(false);
  return claim.call.callId;
}

async function callBack(callId: string, whose: 'agent' | 'anyone' = 'agent', at = SOON): Promise<boolean> {
  const facts = await readCommitFacts(db.pool, callId);
  const decision = decideCommit({
    facts: facts!,
    placed: {
      end: { result: 'success', reason: 'hang-up-by-customer', sipStatus: 200 },
      edge,
      invitedAt: later(1).toISOString(),
      answeredAt: later(5).toISOString(),
      endedAt: later(65).toISOString(),
      talkMs: 60_000,
      recording: { state: 'none', reason: 'recording-off' },
      timeline: [],
    },
    wrapUp: {
      saved: {
        meta: {
          id: '00000000-0000-4000-8000-00000000000a',
          outcome: 'callback',
          by: agent.userId,
          savedAt: later(70).toISOString(),
          callback: { at: at.toISOString(), for: whose },
        },
        details: { answers: {} },
      },
      over: false,
      tookMs: 9_000,
    },
    now: later(80),
  });
  return (await createCommitGroup({ pool: db.pool }).commit(decision)).first;
}

const QUEUE = `
  select li.name as list, q.rank, q.agent_id, q.due_at, q.attempts, c.state, cn.position, c.consent_source
  from dial_queue q join contacts c on c.id = q.contact_id join lists li on li.id = c.list_id
  join contact_numbers cn on cn.contact_id = c.id and cn.active join numbers n on n.id = cn.number_id
  where n.e164 = $1 order by 1`;

describe('a callback of a number that was dialed by hand', () => {
  it('makes a contact of the person, who is called at that time by whoever promised it', async () => {
    const callId = await dialed();
    expect(await callBack(callId)).toBe(true);
    expect(await callBack(callId)).toBe(false);
    expect(await rows(QUEUE, [e164()])).toEqual([
      {
        list: HAND_DIALED_LIST,
        rank: 4,
        agent_id: agent.userId,
        due_at: SOON,
        attempts: 0,
        state: 'open',
        position: 1,
        consent_source: `call:${callId}`,
      },
    ]);
    const before = await nextNumber(db, { userId: agent.userId, by: agent.name, now: later(2_999) });
    expect(before).toEqual({ state: 'wait', wait: { reason: 'nothing-due', until: later(3_004) } });
    const claim = await nextNumber(db, { userId: agent.userId, by: agent.name, now: SOON });
    expect(claim).toMatchObject({ state: 'claimed', call: { attempt: 1 } });
  });

  it('once more belongs to the contact that was made, also for anyone', async () => {
    await callBack(await dialed());
    const second = await claimManual(db, {
      userId: agent.userId,
      by: agent.name,
      e164: e164(),
      campaign: setup.name,
      now: NOW,
    });
    if (second.state !== 'claimed') throw new Error(JSON.stringify(second));
    expect(second.call.contactId).toBeDefined();
    await callBack(second.call.callId, 'anyone', later(9_000));
    expect(await rows(QUEUE, [e164()])).toMatchObject([
      { rank: 3, agent_id: null, due_at: later(9_000), attempts: 1 },
    ]);
  });

  it('of a person whom an import brought meanwhile moves that contact', async () => {
    const callId = await dialed();
    const [id] = await addContacts(db, setup.id, [
      { numbers: [`+4074088${String(n).padStart(4, '0')}`, e164()] },
    ]);
    await db.pool.query(`update contacts set state = 'closed', closed_reason = 'exhausted' where id = $1`, [
      id,
    ]);
    await callBack(callId, 'anyone');
    expect(await rows(QUEUE, [e164()])).toMatchObject([
      { list: 'fixture', rank: 3, due_at: SOON, state: 'open', position: 2, consent_source: 'formular' },
    ]);
  });

  it('meets an import that stores the number at the same moment: the second finds the first', async () => {
    const callId = await dialed();
    const client = await db.pool.connect();
    await client.query('begin');
    await client.query(
      `with list as (insert into lists (campaign_id, name, kind) values ($1, 'import', 'normal') returning id),
       made as (insert into contacts (campaign_id, list_id) select $1, id from list returning id, list_id),
       linked as (insert into contact_numbers (contact_id, position, campaign_id, number_id)
         select made.id, 1, $1, n.id from made join numbers n on n.e164 = $2)
       insert into dial_queue (contact_id, campaign_id, list_id, rank, due_at) select id, $1, list_id, 2, $3 from made`,
      [setup.id, e164(), NOW],
    );
    const first = callBack(callId).catch((error: unknown) => (error as { code?: string }).code);
    await expect
      .poll(() =>
        rows(
          `select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
        ),
      )
      .toHaveLength(1);
    await client.query('commit');
    client.release();
    // The activity repeats it.
    expect(await first).toBe('23505');
    expect(await callBack(callId)).toBe(true);
    expect(await rows(QUEUE, [e164()])).toMatchObject([{ list: 'import', rank: 4, due_at: SOON }]);
  });

  it('on do-not-call makes nobody, whoever was allowed to dial it', async () => {
    await setDoNotCall(db, { e164: e164(), reason: 'a cerut', by: 'ana', now: NOW });
    await callBack(await dialed('ne-a rugat în scris'));
    expect(await rows(QUEUE, [e164()])).toEqual([]);
    expect(
      await rows(`select name from lists where name = $1 and campaign_id = $2`, [HAND_DIALED_LIST, setup.id]),
    ).toEqual([]);
    expect(await rows('select s.code from calls c join statuses s on s.id = c.status_id')).toEqual([
      { code: 'callback' },
    ]);
  });
});
