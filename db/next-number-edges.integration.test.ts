/**
 * When exactly a contact becomes somebody's, and what an agent is told while there is none.
 */
import { beforeEach, expect, it } from 'vitest';
import type { EdgeRef } from '../contracts/model/call.ts';
import type { DeskRules } from '../contracts/model/config.ts';
import { callbackInstant } from '../domain/callback-time.ts';
import { addAgent, type TestAgent } from '../test/support/agent-fixture.ts';
import {
  addContacts,
  addEdge,
  createCampaign,
  mobile,
  type CampaignOverrides,
} from '../test/support/campaign-fixture.ts';
import { emptyCalls, useTestDatabase } from '../test/support/use-database.ts';
import { pauseCampaign, type CampaignSetup } from './campaigns.ts';
import type { Database } from './client.ts';
import { dealOut } from './daily-queue.ts';
import { createAgentClaims, type AgentClaims } from './next-number.ts';

const ZONE = 'Europe/Bucharest';
const NOW = new Date('2026-11-23T08:00:00Z');
const after = (ms: number, from = NOW) => new Date(from.getTime() + ms);
const MINUTE = 60_000;

let db: Database;
let claims: AgentClaims;
let edge: EdgeRef;
let n = 0;
useTestDatabase((opened) => {
  db = opened;
  claims = createAgentClaims({ db });
});
beforeEach(async () => {
  await emptyCalls(db);
  edge = await addEdge(db, 'edge-1');
});

function campaign(desk: DeskRules = {}, change: CampaignOverrides = {}): Promise<CampaignSetup> {
  n += 1;
  return createCampaign(db, `margini-${n}`, {
    ...change,
    campaign: { mode: 'agent', desk: { dialing: 'progressive', ...desk } },
    now: NOW,
  });
}

async function contact(
  of: CampaignSetup,
  rank: number,
  dueAt: Date,
  agentId: number | null = null,
): Promise<number> {
  n += 1;
  const [id] = await addContacts(db, of.id, [{ numbers: [mobile(n)], rank, dueAt }]);
  await db.pool.query('update dial_queue set agent_id = $2 where contact_id = $1', [id, agentId]);
  return id!;
}

const agentAt = (setup: CampaignSetup, now = NOW) => addAgent(db, { now, edge, campaigns: [setup.name] });

/** The contact, or the reason and when to look again. */
async function ask({ userId, name }: TestAgent, now: Date): Promise<unknown> {
  const claim = await claims.next({ userId, by: name, now });
  if (claim.state === 'claimed') return claim.call.contactId;
  return claim.state === 'wait' ? [claim.wait.reason, claim.wait.until.toISOString()] : claim.reason;
}

async function finish({ userId }: TestAgent): Promise<void> {
  await db.pool.query('delete from live_calls where agent_id = $1', [userId]);
  await db.pool.query(`update agents set state = 'available' where user_id = $1`, [userId]);
}

it('both 03:30 of the night of 25 hours are two times, and each callback comes at its own', async () => {
  const setup = await campaign();
  const night = new Date('2026-10-25T00:00:00Z');
  const ana = await agentAt(setup, night);
  const first = callbackInstant(ZONE, '2026-10-25T03:30', 0)!;
  const second = callbackInstant(ZONE, '2026-10-25T03:30', 1)!;
  expect(second.getTime() - first.getTime()).toBe(60 * MINUTE);
  const early = await contact(setup, 4, first, ana.userId);
  const late = await contact(setup, 4, second, ana.userId);
  await db.pool.query(`update desk_bindings set expires_at = $1`, [after(9 * 60 * MINUTE, night)]);
  expect(await ask(ana, after(-10 * MINUTE, first))).toEqual(['nothing-due', '2026-10-25T00:30:00.000Z']);
  expect(await ask(ana, first)).toBe(early);
  await finish(ana);
  expect(await ask(ana, after(30 * MINUTE, first))).toEqual(['nothing-due', '2026-10-25T01:30:00.000Z']);
  expect(await ask(ana, second)).toBe(late);
});

it('a personal callback is anyone’s after its grace, to the millisecond, and others are told when to look', async () => {
  const setup = await campaign({ callbackGraceMinutes: 10 });
  const [ana, ion] = [await agentAt(setup), await agentAt(setup)];
  const due = after(5 * MINUTE);
  const promised = await contact(setup, 4, due, ana.userId);
  expect(await ask(ana, NOW)).toEqual(['nothing-due', due.toISOString()]);
  const missed = after(10 * MINUTE, due);
  expect(await ask(ion, NOW)).toEqual(['nothing-due', missed.toISOString()]);
  expect(await ask(ion, after(-1, missed))).toEqual(['nothing-due', after(4_999, missed).toISOString()]);
  // Both at once when it is missed: it is one contact.
  const both = await Promise.all([ask(ion, missed), ask(ana, missed)]);
  expect(both.filter((one) => one === promised)).toHaveLength(1);
});

it('a daily queue begins at opening time: before it the calendar, after it each their own', async () => {
  const setup = await campaign(
    { assignment: 'daily-queue' },
    { calendar: { hours: { monday: [{ from: '11:00', to: '18:00' }] } } },
  );
  const opening = new Date('2026-11-23T09:00:00Z');
  const [ana, ion] = [await agentAt(setup), await agentAt(setup)];
  await db.pool.query(`update desk_bindings set expires_at = $1`, [after(9 * 60 * MINUTE)]);
  const waiting = [await contact(setup, 2, after(-2)), await contact(setup, 2, after(-1))];
  expect(await ask(ana, after(-1, opening))).toEqual(['closed', opening.toISOString()]);
  // Nothing is dealt out yet: it is nobody's.
  expect(await ask(ana, opening)).toEqual(['no-contacts', after(5_000, opening).toISOString()]);
  await dealOut(db, { campaignId: setup.id, closesAt: new Date('2026-11-23T16:00:00Z'), now: opening });
  expect(await Promise.all([ask(ion, opening), ask(ana, opening)])).toEqual([waiting[1], waiting[0]]);
  await finish(ana);
  expect(await ask(ana, opening)).toEqual(['no-contacts', after(5_000, opening).toISOString()]);
  expect(await ask(ion, new Date('2026-11-23T16:00:00Z'))).toBe('agent-busy');
  expect(await ask(ana, new Date('2026-11-23T16:00:00Z'))).toEqual(['closed', '2026-11-30T09:00:00.000Z']);
});

it('tells why there is no number: pause, calendar, trunk, edge, desk', async () => {
  const setup = await campaign({}, { trunk: { callsPerSecond: 30, maxChannels: 2 } });
  const crew = [await agentAt(setup), await agentAt(setup), await agentAt(setup), await agentAt(setup)];
  const [ana, ion] = crew as [TestAgent, TestAgent];
  for (let i = 0; i < 9; i += 1) await contact(setup, 2, NOW);
  const trunk = (set: string) =>
    db.pool.query(`update trunk_health set ${set} where id = $1`, [setup.trunkId]);

  await trunk(`backoff_until = '${after(8_000).toISOString()}'`);
  expect(await ask(ana, NOW)).toEqual(['trunk-backoff', after(8_000).toISOString()]);
  await trunk(`backoff_until = null, suspended_at = '${after(-10_000).toISOString()}'`);
  expect(await ask(ana, NOW)).toEqual(['trunk-suspended', after(50_000).toISOString()]);
  // The one call of the minute that tries the trunk, whoever else clicks.
  const probes = await Promise.all(crew.map((one) => ask(one, after(50_000))));
  expect(probes.filter((one) => typeof one === 'number')).toHaveLength(1);
  expect(probes.filter((one) => typeof one !== 'number')).toEqual(
    Array.from({ length: 3 }, () => ['trunk-suspended', after(110_000).toISOString()]),
  );
  await trunk('suspended_at = null, last_probe_at = null, bucket_level = 0');
  await Promise.all(crew.map(finish));

  // Three a tenth of a second, two channels.
  const four = await Promise.all(crew.map((one) => ask(one, after(60_000))));
  expect(four.filter((one) => typeof one === 'number')).toHaveLength(2);
  expect(four.filter((one) => typeof one !== 'number')).toEqual(
    Array.from({ length: 2 }, () => ['trunk-channels', after(60_500).toISOString()]),
  );
  await Promise.all(crew.map(finish));
  await pauseCampaign(db, { campaign: setup.name, by: 'test', now: NOW });
  expect(await ask(ana, after(70_000))).toEqual(['paused', after(71_000).toISOString()]);
  await db.pool.query(`update edges set draining_at = now()`);
  await db.pool.query(`update campaigns set paused_at = null`);
  expect(await ask(ana, after(70_000))).toEqual(['no-edge', after(70_500).toISOString()]);
  await db.pool.query('delete from desk_bindings where user_id = $1', [ion.userId]);
  expect(await ask(ion, after(70_000))).toBe('desk-unregistered');
});
