import { describe, expect, it } from 'vitest';
import type { EdgeRef } from '../contracts/model/call.ts';
import type { ScriptDef } from '../contracts/model/script.ts';
import { addAgent, addUser, type TestAgent } from '../test/support/agent-fixture.ts';
import { addContacts, addEdge, createCampaign, mobile } from '../test/support/campaign-fixture.ts';
import { useTestDatabase } from '../test/support/use-database.ts';
import { seedStatuses } from './seed.ts';
import type { CampaignSetup } from './campaigns.ts';
import type { Database } from './client.ts';
import { applyConfig } from './config.ts';
import { readDesk } from './desk-view.ts';
import { nextNumber } from './next-number.ts';

const NOW = new Date('2026-11-23T08:00:00Z');
const DAY = new Date('2026-11-22T22:00:00Z');
const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1_000);
const script = (title: string): ScriptDef => ({
  name: 'sondaj',
  label: 'Sondaj',
  pages: [{ name: 'intrebari', title: { ro: title, en: title }, text: { ro: '', en: '' }, fields: [] }],
});

let db: Database;
let edge: EdgeRef;
let setup: CampaignSetup;
let agent: TestAgent;
useTestDatabase(async (opened) => {
  db = opened;
  const client = await db.pool.connect();
  await seedStatuses(client);
  client.release();
  edge = await addEdge(db, 'edge-1');
  await apply(script('Prima'));
  setup = await createCampaign(db, 'oradea-agenti', {
    campaign: { mode: 'agent', label: 'Oradea', desk: { script: 'sondaj', dialing: 'progressive' } },
    now: NOW,
  });
  agent = await addAgent(db, { now: NOW, edge, campaigns: [setup.name] });
});

const apply = (body: ScriptDef) =>
  applyConfig(db, { objects: [{ kind: 'script', body }], origin: 'file', actor: 'test', now: NOW });
const read = (userId = agent.userId) => readDesk(db.pool, { userId, now: NOW, dayFrom: DAY });

describe('readDesk', () => {
  it('shows a user who was never on shift, and nobody who is no user', async () => {
    const { userId } = await addUser(db, NOW);
    expect(await read(userId)).toMatchObject({
      agent: { id: userId, state: 'logged-out', extension: '', shiftSince: null, campaigns: [] },
      deskId: null,
      phone: 'unregistered',
      call: null,
      today: { calls: 0, answered: 0, positive: 0, talkMs: 0 },
      callbacksDue: 0,
    });
    expect(await read(999_999)).toBeUndefined();
  });

  it('shows the shift', async () => {
    expect(await read()).toMatchObject({
      agent: {
        state: 'available',
        since: NOW,
        shiftSince: NOW,
        worksOn: 'outbound',
        campaigns: [{ name: 'oradea-agenti', label: 'Oradea', manualCalls: true }],
      },
      deskId: agent.deskId,
      phone: 'registered',
    });
  });

  it('shows the call with its customer, script, outcomes and draft; then what came of calls before', async () => {
    const [contactId] = await addContacts(db, setup.id, [{ numbers: [mobile(1), mobile(2)] }]);
    await db.pool.query(
      `update contacts set first_name = 'Ana', last_name = 'Pop', attributes = '{"Stare cont": "activ", "pisica": "da"}' where id = $1`,
      [contactId],
    );
    const first = await nextNumber(db, { userId: agent.userId, by: agent.name, now: NOW });
    if (first.state !== 'claimed') throw new Error(JSON.stringify(first));
    const { callId } = first.call;
    await apply(script('A doua'));
    await db.pool.query(`insert into call_drafts values ($1, $2, 3, '{"seq": 3}', $3)`, [
      callId,
      agent.userId,
      NOW,
    ]);
    const ringing = await read();
    expect(ringing?.call).toMatchObject({
      id: callId,
      kind: 'outbound',
      manual: false,
      stage: 'claimed',
      stageSince: NOW,
      number: { e164: mobile(1), position: 1, active: true, doNotCall: false, stopped: false },
      campaign: { name: 'oradea-agenti', label: 'Oradea', zone: 'Europe/Bucharest' },
      customer: {
        id: contactId,
        firstName: 'Ana',
        accountStatus: 'activ',
        custom: { pisica: 'da' },
        history: [],
        attempts: 1,
      },
      script: { pages: [{ title: { ro: 'Prima' } }] },
      draft: { seq: 3 },
      recording: 'off',
      wrapUpExtendSeconds: 0,
    });
    expect(ringing?.call?.outcomes).not.toContain('success');

    await db.pool.query(`update live_calls set answered_at = $1, stage = 'talking', stage_at = $1`, [
      later(9),
    ]);
    expect((await read())?.call).toMatchObject({
      recording: 'on',
      answeredAt: later(9),
      stageSince: later(9),
    });
    expect((await read())?.call?.outcomes).toContain('success');

    await db.pool.query(
      `update calls set committed_at = $2, status_id = (select id from statuses where code = 'success'), invited_at = $2,
         answered_at = $2, talk_ms = 5000 where id = $1`,
      [callId, NOW],
    );
    await db.pool.query(`insert into call_answers values ($1, 'locality', '"Oradea"')`, [callId]);
    await db.pool.query('delete from live_calls');
    await db.pool.query(`update agents set state = 'available'`);
    await db.pool.query(`update dial_queue set call_id = null, rank = 4, agent_id = $1`, [agent.userId]);
    expect(await read()).toMatchObject({
      call: null,
      today: { calls: 1, answered: 1, positive: 1, talkMs: 5000 },
      callbacksDue: 1,
    });
    await nextNumber(db, { userId: agent.userId, by: agent.name, now: NOW });
    expect((await read())?.call?.customer?.history).toEqual([
      {
        callId,
        at: NOW,
        kind: 'outbound',
        campaign: 'Oradea',
        list: 'fixture',
        status: 'success',
        agent: expect.any(String) as string,
        talkMs: 5000,
        details: ['Oradea'],
        recording: false,
      },
    ]);
  });
});
