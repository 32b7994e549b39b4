import { createHash, randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EdgeRef } from '../../contracts/model/call.ts';
import { openDatabase, type Database } from '../../db/client.ts';
import { nextNumber } from '../../db/next-number.ts';
import { systemClock } from '../../platform/clock.ts';
import { encryptSecret } from '../../platform/secrets.ts';
import { storeDeskSounds } from '../../telephony/desk-sounds.ts';
import { connectSipLink, type SipLink } from '../../telephony/sip-link.ts';
import { startDeskPhone, type DeskPhone } from '../../telephony/testing/desk-phone.ts';
import { createPhone, type TestPhone } from '../../telephony/testing/phone.ts';
import { until } from '../../telephony/testing/ports.ts';
import { amplitudeOf } from '../../telephony/testing/tones.ts';
import { startRawCarrier, type CarrierLeg, type RawCarrier } from '../../telephony/testing/raw-carrier.ts';
import { phoneSdp } from '../../telephony/testing/sipp.ts';
import { setStage, type Stage } from '../../telephony/testing/stage.ts';
import { addAgent, type TestAgent } from '../../test/support/agent-fixture.ts';
import { addContacts, createCampaign, mobile } from '../../test/support/campaign-fixture.ts';
import { createTestDatabase, type TestDatabase } from '../../test/support/postgres.ts';
import { createDeskHub, type DeskHub } from './desk-hub.ts';
import { createEchoTests, type EchoTests } from './echo-tests.ts';
import { createEdgeStore, type EdgeStore } from './edge-store.ts';
import { createKeptResults } from './kept-results.ts';
import { createCallRegistry, type CallRegistry } from './place-call.ts';
import { createStageWriter } from './stage-writer.ts';

const ECHO_MS = 3_000;
const trunkSecret = randomBytes(32);
let database: TestDatabase;
let db: Database;
let stage: Stage;
let sip: SipLink;
let store: EdgeStore;
let edge: EdgeRef;
let hub: DeskHub;
let calls: CallRegistry;
let echoes: EchoTests;
let carrier: RawCarrier;
let customer: TestPhone;
let script: (leg: CarrierLeg) => Promise<void> | void;
let n = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.url, applicationName: 'test' });
  stage = await setStage();
  const { logger } = stage;
  store = createEdgeStore(db, systemClock);
  edge = await store.openEpoch({
    node: 'edge-1',
    controlUrl: 'http://127.0.0.1:1',
    capacity: 10,
    sipWs: 'ws://127.0.0.1:2',
  });
  await store.setRefusing(edge, null);
  hub = createDeskHub({ store, edge, secretKey: trunkSecret, logger });
  const { adminPort: port, secret } = stage.connection;
  sip = connectSipLink({
    host: '127.0.0.1',
    port,
    secret,
    logger,
    onRegister: (request) => hub.onRegister(request),
  });
  await sip.ready(AbortSignal.timeout(5_000));
  const kept = createKeptResults({
    stillLive: (callIds) => store.stillLive(callIds),
    complete: () => Promise.resolve(),
    forget: () => Promise.resolve(),
    logger,
    now: () => performance.now(),
  });
  echoes = createEchoTests({
    ...stage,
    sip,
    desks: hub,
    isRefused: (userId) => calls.isDraining() || calls.isOnCall(userId),
    maxMs: ECHO_MS,
  });
  calls = createCallRegistry({
    ...stage,
    sip,
    onAgentCall: (userId) => echoes.end(userId),
    edge,
    store,
    stages: createStageWriter({ store, edge, logger }),
    kept,
    refusing: () => null,
    trunkSecret,
    desks: hub,
    sounds: await storeDeskSounds(stage.folders.promptsDir),
  });
  customer = await createPhone({ frequency: 400 });
  carrier = await startRawCarrier(async (leg) => {
    await script(leg);
    const bye = await leg.take('BYE', 60_000).catch(() => undefined);
    if (bye) leg.reply(bye, 200);
  });
});
afterAll(async () => {
  calls.releaseAll();
  await calls.whenIdle(5_000);
  sip.close();
  await carrier.close();
  await customer.close();
  await stage.close();
  await db.close();
  await database.drop();
});

test('a shift\u2019s call, as its rows tell it: calling, in call, on hold, desk lost, wrap-up', async () => {
  script = (leg) => leg.answer(200, { sdp: phoneSdp(customer.port) });
  const { agent, desk, callId } = await setCall();
  expect(await registerDesk(agent, desk)).toBe(200);
  expect(await binding(agent)).toMatchObject({
    node: 'edge-1',
    epoch: edge.epoch,
    contact: desk.contact.uri,
  });
  const placing = calls.place({ callId, edge }, 'workflow');
  await until('in call', async () => (await agentState(agent)) === 'in-call');
  expect(await row(callId)).toMatchObject({
    stage: 'talking',
    held_at: null,
    desk_lost_at: null,
    ended_at: null,
  });
  expect((await row(callId))['answered_at']).toBeInstanceOf(Date);

  expect(await calls.command(callId, { type: 'hold' })).toBe('done');
  await until('held', async () => (await row(callId))['held_at'] !== null);
  expect(await calls.command(callId, { type: 'resume' })).toBe('done');
  await until('resumed', async () => (await row(callId))['held_at'] === null);
  expect(await calls.command(callId, { type: 'refuse-recording' })).toBe('done');
  await until('refused', async () => (await row(callId))['recording_refused_at'] !== null);

  desk.status = 410;
  await unregisterDesk(agent, desk);
  expect(await binding(agent)).toBeUndefined();
  calls.deskGone(agent.userId);
  await until('desk lost', async () => (await row(callId))['desk_lost_at'] !== null);
  desk.status = 200;
  expect(await registerDesk(agent, desk)).toBe(200);
  await until('desk back', async () => (await row(callId))['desk_lost_at'] === null);

  expect(await calls.command(callId, { type: 'hang-up' })).toBe('done');
  const placed = await placing;
  expect(placed.end.reason).toBe('hang-up-by-us');
  expect(placed.recording).toEqual({ state: 'none', reason: 'refused' });
  expect(placed.desk?.lostMs).toBeGreaterThan(0);
  expect(await agentState(agent)).toBe('wrap-up');
  const over = await row(callId);
  expect(over).toMatchObject({
    stage: 'wrap-up',
    end_reason: 'hang-up-by-us',
    ended_at: new Date(placed.endedAt),
  });
  const untilMs = (over['wrap_up_until'] as Date).getTime() - Date.now();
  expect(untilMs).toBeGreaterThan(80_000);
  expect(untilMs).toBeLessThanOrEqual(90_000);
  expect(await trail(agent)).toEqual([
    'calling next-number',
    'in-call customer-answered',
    'wrap-up call-ended',
  ]);
  expect(await calls.command(callId, { type: 'hold' })).toBe('not-on-edge');
});

test('busy: wrap-up at once, for as long as the outcome may be corrected', async () => {
  script = (leg) => leg.answer(486);
  const { agent, desk, callId } = await setCall();
  await registerDesk(agent, desk);
  const placed = await calls.place({ callId, edge }, 'workflow');
  expect(placed.end).toEqual({ result: 'customer', reason: 'busy', sipStatus: 486 });
  expect(await agentState(agent)).toBe('wrap-up');
  const over = await row(callId);
  expect(over).toMatchObject({ stage: 'wrap-up', end_reason: 'busy', answered_at: null });
  expect((over['wrap_up_until'] as Date).getTime() - Date.now()).toBeLessThanOrEqual(10_000);
});

test('no desk: the customer is not called, and there is nothing to wrap up', async () => {
  script = () => undefined;
  const before = carrier.legs.size;
  const { agent, callId } = await setCall();
  await db.pool.query('delete from desk_bindings where user_id = $1', [agent.userId]);
  const placed = await calls.place({ callId, edge }, 'workflow');
  expect(placed.end).toEqual({ result: 'platform', reason: 'desk-unreachable' });
  expect(carrier.legs.size).toBe(before);
  expect(await row(callId)).toMatchObject({ stage: 'inviting', ended_at: null });
  expect(await agentState(agent)).toBe('calling');
});

test('a test call: the desk hears itself for a while, until a call takes its place; nothing is written', async () => {
  script = (leg) => leg.answer(200, { sdp: phoneSdp(customer.port) });
  const { agent, desk, callId } = await setCall();
  const hz = 600 + n;
  const hearsItself = () => {
    const sound = desk.phone.soundSince(Date.now() - 200);
    return sound.length > 800 && amplitudeOf(sound, hz) > 1_500;
  };
  await db.pool.query('delete from desk_bindings where user_id = $1', [agent.userId]);
  expect(await echoes.start(agent.userId)).toBe('not-here');
  await registerDesk(agent, desk);
  const startedAt = Date.now();
  expect(await echoes.start(agent.userId)).toBe('calling');
  await until('its own tone', hearsItself);
  const invite = desk.legs[0]?.invite.text ?? '';
  expect(invite).toMatch(/^X-Apel-Test: echo/im);
  expect(invite).toMatch(/^Call-Info: .*answer-after=0/im);
  expect(invite).not.toMatch(/X-Apel-Call/i);
  await until('its end', () => desk.ended() === 1);
  expect(Date.now() - startedAt).toBeGreaterThan(ECHO_MS - 500);

  // A second one takes the place of the first, and the call that of the second.
  await until('silence', () => !hearsItself());
  expect(await echoes.start(agent.userId)).toBe('calling');
  await until('its own tone', hearsItself);
  expect(await echoes.start(agent.userId)).toBe('calling');
  await until('one that ended, and the next', () => desk.ended() === 2 && desk.legs.length === 3);
  const placing = calls.place({ callId, edge }, 'workflow');
  await until('another that ended', () => desk.ended() === 3);
  await until('in call', async () => (await agentState(agent)) === 'in-call');
  expect(await echoes.start(agent.userId)).toBe('refused');
  const { calls: inMedia } = await stage.ng.request('list', { limit: 9 });
  expect(inMedia).toEqual([callId]);
  await calls.command(callId, { type: 'hang-up' });
  expect((await placing).desk?.lostMs).toBe(0);

  desk.status = 486;
  expect(await echoes.start(agent.userId)).toBe('calling');
  await until('no media left behind', async () => {
    const { calls: left } = await stage.ng.request('list', { limit: 9 });
    return Array.isArray(left) && left.length === 0;
  });
  expect(await readdir(stage.folders.spoolDir)).not.toContainEqual(expect.stringContaining('echo'));
});

test('two edges at one SIP server: a desk that comes back through the other one is found by its call', async () => {
  script = (leg) => leg.answer(200, { sdp: phoneSdp(customer.port) });
  const { agent, desk, callId } = await setCall();
  const other = await store.openEpoch({
    node: 'edge-2',
    controlUrl: 'http://127.0.0.1:3',
    capacity: 10,
    sipWs: 'ws://127.0.0.1:2',
  });
  await store.setRefusing(other, null);
  const { adminPort: port, secret } = stage.connection;
  const otherHub = createDeskHub({ store, edge: other, secretKey: trunkSecret, logger: stage.logger });
  const otherSip = connectSipLink({
    host: '127.0.0.1',
    port,
    secret,
    logger: stage.logger,
    onRegister: (request) => otherHub.onRegister(request),
  });
  await otherSip.ready(AbortSignal.timeout(5_000));
  try {
    // The SIP server hands REGISTERs out in turn, a challenge and its answer to different edges.
    const registerAt = (node: string) =>
      until(`a registration at ${node}`, async () => {
        expect(await registerDesk(agent, desk)).toBe(200);
        if ((await binding(agent))?.['node'] === node) return true;
        // One request more, and the turns of the two edges are the other way round.
        await register(desk, undefined);
        return false;
      });
    await registerAt('edge-2');
    const placing = calls.place({ callId, edge }, 'workflow');
    await until('in call', async () => (await agentState(agent)) === 'in-call');
    desk.status = 410;
    await db.pool.query('delete from desk_bindings where user_id = $1', [agent.userId]);
    calls.deskGone(agent.userId);
    await until('desk lost', async () => (await row(callId))['desk_lost_at'] !== null);
    desk.status = 200;
    await registerAt('edge-2');
    await until('desk back', async () => (await row(callId))['desk_lost_at'] === null);
    await calls.command(callId, { type: 'hang-up' });
    expect((await placing).end.reason).toBe('hang-up-by-us');

    // What is free is counted for each: the one is full, the other goes on.
    await db.pool.query(`update edges set capacity = 0 where node = 'edge-1'`);
    const claimAt = async (where: EdgeRef): Promise<string> => {
      const campaign = await addCampaign();
      const one = await addAgent(db, { now: new Date(), edge: where, campaigns: [campaign] });
      const claim = await nextNumber(db, { userId: one.userId, by: one.name, now: new Date() });
      return claim.state === 'claimed' ? claim.call.edge.node : claim.state;
    };
    expect([await claimAt(edge), await claimAt(other)]).toEqual(['wait', 'edge-2']);
  } finally {
    otherSip.close();
    await db.pool.query(`update edges set capacity = 10 where node = 'edge-1'`);
    await db.pool.query(`update edges set ended_at = now() where node = 'edge-2'`);
  }
});

test('a wrong password, an unknown name, credentials that ran out and a log-in that ended are refused alike', async () => {
  const { agent, desk } = await setCall();
  const { username, password } = await credentials(agent);
  expect(await register(desk, { username, password: 'wrong' })).toBe(403);
  expect(await register(desk, { username: 'd1-nobody', password })).toBe(403);
  await db.pool.query('update desk_credentials set expires_at = now() where username = $1', [username]);
  expect(await register(desk, { username, password })).toBe(403);
  const other = await credentials(agent);
  await db.pool.query('update sessions set revoked_at = now() where user_id = $1', [agent.userId]);
  expect(await register(desk, other)).toBe(403);
});

test('a Contact elsewhere than the sender is refused: nobody makes the edge call strangers', async () => {
  const { agent, desk } = await setCall();
  const access = await credentials(agent);
  const elsewhere = { ...desk, contact: { ...desk.contact, uri: 'sip:desk@192.0.2.1:5060' } };
  expect(await register(elsewhere, access)).toBe(400);
  const web = { ...desk, contact: { ...desk.contact, uri: 'sip:desk@x.invalid;transport=ws' } };
  expect(await register(web, access)).toBe(400);
  expect(await register(desk, access, 30)).toBe(423);
  expect(await register(desk, access)).toBe(200);
});

test('the next run of the node has the registrations of the one before', async () => {
  const { agent, desk } = await setCall();
  await registerDesk(agent, desk);
  const next = await store.openEpoch({ node: 'edge-1', controlUrl: 'http://127.0.0.1:1', capacity: 10 });
  expect(await binding(agent)).toMatchObject({ node: 'edge-1', epoch: next.epoch });
  const { rows } = await db.pool.query('select sip_ws from edges where node = $1 order by epoch', ['edge-1']);
  expect(rows).toEqual([{ sip_ws: 'ws://127.0.0.1:2' }, { sip_ws: null }]);
});

interface PlacedDesk {
  agent: TestAgent;
  desk: DeskPhone;
  callId: string;
}

const desksToClose: DeskPhone[] = [];
afterAll(async () => {
  for (const desk of desksToClose) await desk.close();
});

/** With one contact. @returns its name */
async function addCampaign(): Promise<string> {
  n += 1;
  const setup = await createCampaign(db, `agents-${n}`, {
    campaign: { mode: 'agent', desk: { dialing: 'progressive', wrapUpSeconds: 90 } },
    trunk: { port: carrier.port },
  });
  await addContacts(db, setup.id, [{ numbers: [mobile(n)] }]);
  return setup.name;
}

async function setCall(): Promise<PlacedDesk> {
  const now = new Date();
  const campaign = await addCampaign();
  const agent = await addAgent(db, { now, edge, campaigns: [campaign] });
  const claim = await nextNumber(db, { userId: agent.userId, by: agent.name, now });
  if (claim.state !== 'claimed') throw new Error(JSON.stringify(claim));
  const desk = await startDeskPhone(600 + n);
  desksToClose.push(desk);
  return { agent, desk, callId: claim.call.callId };
}

interface Access {
  username: string;
  password: string;
}

/** As the API makes them. */
async function credentials({ userId, deskId }: TestAgent): Promise<Access> {
  const username = `d${userId}-${randomBytes(6).toString('hex')}`;
  const password = randomBytes(12).toString('hex');
  const ha1 = createHash('md5').update(`${username}:apel:${password}`).digest('hex');
  await db.pool.query(
    `insert into desk_credentials (username, user_id, desk_id, session_hash, ha1, expires_at)
     select $1, $2, $3, token_hash, $4, now() + interval '10 minutes' from sessions where user_id = $2`,
    [username, userId, deskId, encryptSecret(ha1, trunkSecret)],
  );
  return { username, password };
}

async function registerDesk(agent: TestAgent, desk: DeskPhone): Promise<number> {
  return register(desk, await credentials(agent));
}

async function unregisterDesk(agent: TestAgent, desk: DeskPhone): Promise<void> {
  await register(desk, await credentials(agent), 0);
}

/** Through the SIP server, with the digest of drachtio-srf. */
async function register(
  { contact }: Pick<DeskPhone, 'contact'>,
  access: Access | undefined,
  expires = 60,
): Promise<number> {
  const udp = stage.sipServer().contacts.find(({ protocol }) => protocol === 'udp');
  const { status } = await stage.sip.request({
    method: 'REGISTER',
    uri: 'sip:apel',
    proxy: `sip:127.0.0.1:${udp?.port};transport=udp`,
    headers: {
      from: `<sip:${access?.username}@apel>;tag=${randomBytes(6).toString('hex')}`,
      to: `<sip:${access?.username}@apel>`,
      contact: `<${contact.uri}>`,
      expires: String(expires),
    },
    ...(access && { credentials: access }),
  });
  return status;
}

async function row(callId: string): Promise<Record<string, unknown>> {
  const { rows } = await db.pool.query<Record<string, unknown>>(
    'select * from live_calls where call_id = $1',
    [callId],
  );
  if (!rows[0]) throw new Error('no such call');
  return rows[0];
}

async function binding({ userId }: TestAgent): Promise<Record<string, unknown> | undefined> {
  const { rows } = await db.pool.query<Record<string, unknown>>(
    'select * from desk_bindings where user_id = $1',
    [userId],
  );
  return rows[0];
}

async function agentState({ userId }: TestAgent): Promise<string | undefined> {
  const { rows } = await db.pool.query<{ state: string }>('select state from agents where user_id = $1', [
    userId,
  ]);
  return rows[0]?.state;
}

async function trail({ userId }: TestAgent): Promise<string[]> {
  const { rows } = await db.pool.query<{ to_state: string; cause: string }>(
    'select to_state, cause from agent_states where user_id = $1 and call_id is not null order by id',
    [userId],
  );
  return rows.map(({ to_state: to, cause }) => `${to} ${cause}`);
}
