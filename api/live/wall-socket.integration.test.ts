import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { Desk } from '../../contracts/http/desk.ts';
import {
  wallMessageSchema,
  wallSnapshotSchema,
  type WallMessage,
  type WallSnapshot,
} from '../../contracts/http/wall.ts';
import type { Role } from '../../contracts/model/role.ts';
import { listAudit } from '../../db/audit.ts';
import { listen } from '../../db/listen.ts';
import { serveApp, type Serving } from '../serve.ts';
import { ok, openFloor, refusal, type Floor, type Person } from '../testing/desk-floor.ts';
import { startTestApi, type TestApi } from '../testing/test-api.ts';

const DEADLINE_MS = 60_000;
const WHY = 'Tura s-a încheiat';

let api: TestApi;
let serving: Serving;
let floor: Floor;
let ana: Person;
let dan: Person;
let supervisor: Person;
let number: string;
const clients: WebSocket[] = [];

beforeAll(async () => {
  api = await startTestApi();
  serving = await serveApp({ app: api.app, host: '127.0.0.1', port: 0 });
  floor = await openFloor(api);
  const campaignId = await floor.campaign('sondaj', {});
  number = (await floor.contact(campaignId)).e164;
  [ana, dan] = [await floor.agent('sondaj'), await floor.agent('sondaj')];
  supervisor = await floor.person('supervisor');
});
afterEach(() => {
  for (const client of clients.splice(0)) client.terminate();
});
afterAll(async () => {
  await api.close();
  await serving.close();
});

interface Wall {
  messages: WallMessage[];
  /** As a page has it, all messages applied. */
  now(): WallSnapshot | undefined;
  until(fits: (wall: WallSnapshot) => boolean): Promise<WallSnapshot>;
  closed: Promise<number>;
}

async function openWall(role: Role, query = ''): Promise<Wall> {
  const ws = new WebSocket(`${serving.url.replace('http', 'ws')}/api/wall/live${query}`, {
    headers: { cookie: await api.cookie(role), origin: serving.url },
  });
  clients.push(ws);
  const messages: WallMessage[] = [];
  let wall: WallSnapshot | undefined;
  ws.on('message', (data) => {
    const message = wallMessageSchema.parse(JSON.parse((data as Buffer).toString()));
    messages.push(message);
    if (message.type === 'snapshot') wall = message.snapshot;
    if (message.type !== 'update' || wall === undefined) return;
    const { agents = [], gone = [], sections = {} } = message;
    const rows = new Map(wall.agents.map((agent) => [agent.id, agent]));
    for (const patch of agents) rows.set(patch.id, { ...rows.get(patch.id), ...patch } as never);
    for (const id of gone) rows.delete(id);
    wall = { ...wall, ...(sections as Partial<WallSnapshot>), agents: [...rows.values()] };
  });
  const closed = new Promise<number>((resolve) => ws.on('close', resolve));
  ws.on('error', () => {});
  const until: Wall['until'] = async (fits) => {
    const fitsNow = () => wall !== undefined && fits(wall);
    await expect.poll(fitsNow, { timeout: DEADLINE_MS, interval: 20 }).toBe(true);
    return wall!;
  };
  return { messages, now: () => wall, until, closed };
}

const rowOf = (wall: WallSnapshot, person: Person) => wall.agents.find(({ id }) => id === person.userId);
const control = (person: Person, body: object, by = supervisor) =>
  by.send('POST', `/api/agents/${person.userId}/state`, body);

describe('the socket of the wall', () => {
  it('sends all, then the fields that changed of those who changed, and the totals', async () => {
    const wall = await openWall('supervisor');
    const first = await wall.until((w) => w.agents.length === 2);
    expect(wall.messages[0]?.type).toBe('snapshot');
    expect(first).toMatchObject({
      totals: { available: 2 },
      stuck: { count: 0 },
      thresholds: { version: 0 },
    });
    expect(rowOf(first, ana)).toMatchObject({ state: 'available', campaigns: ['sondaj'], call: null });

    await ok<Desk>(await ana.send('POST', '/api/desk/state', { to: 'paused', reason: 'masa' }));
    const paused = await wall.until((w) => rowOf(w, ana)?.state === 'paused');
    expect(rowOf(paused, ana)).toMatchObject({ reason: 'masa' });
    await wall.until((w) => w.totals.paused === 1 && w.totals.available === 1);
    const patches = wall.messages.flatMap((m) => (m.type === 'update' ? (m.agents ?? []) : []));
    expect(
      patches.filter(({ id }) => id === ana.userId).map((patch) => Object.keys(patch).toSorted()),
    ).toEqual([expect.arrayContaining(['id', 'reason', 'state'])]);
    expect(patches.some((patch) => 'name' in patch)).toBe(false);
  });

  it('sends nobody more than they may see', async () => {
    await dan.send('POST', '/api/desk/next');
    const walls = {
      supervisor: await openWall('supervisor'),
      screen: await openWall('supervisor', '?screen=1'),
      management: await openWall('management'),
    };
    const seen = await walls.supervisor.until((w) => rowOf(w, dan)?.call != null);
    expect(rowOf(seen, dan)?.call).toMatchObject({ number, customer: 'Popescu Ana', campaign: 'sondaj' });
    const onScreen = await walls.screen.until((w) => rowOf(w, dan)?.call != null);
    expect(rowOf(onScreen, dan)?.call).toMatchObject({ number: null, customer: null, campaign: 'sondaj' });
    const totals = await walls.management.until((w) => w.totals.calling === 1);
    expect(totals.agents).toEqual([]);
    expect(totals.campaigns).toMatchObject([{ name: 'sondaj', stages: { claimed: 1 } }]);
    const text = JSON.stringify([walls.management.messages, walls.screen.messages]);
    for (const secret of [number, 'Popescu']) expect(text).not.toContain(secret);
    expect(JSON.stringify(walls.management.messages)).not.toContain(dan.name);
    const asked = wallSnapshotSchema.parse(await (await api.get('management', '/api/wall')).json());
    expect([asked.agents, asked.totals.calling]).toEqual([[], 1]);
    expect((await api.get('agent', '/api/wall')).status).toBe(403);
  });

  it('has a stuck call with its reason, which management only counts', async () => {
    await api.db.pool.query(`update live_calls set claimed_at = claimed_at - interval '1 hour'`);
    const wall = await openWall('supervisor');
    const stuck = (await wall.until((w) => w.stuck.count === 1)).stuck;
    expect(stuck.calls).toMatchObject([{ reason: 'not-started', campaign: 'sondaj' }]);
    expect(stuck.calls[0]?.workflowId).toMatch(/^call:\d+:1$/);
    const management = await openWall('management');
    expect((await management.until((w) => w.stuck.count === 1)).stuck.calls).toEqual([]);
  });

  it('says stale when Postgres is away, and is whole when it is back', async () => {
    const wall = await openWall('supervisor');
    await wall.until((w) => w.agents.length === 2);
    const { pool } = api.db;
    await pool.query('alter table users rename to users_away');
    await expect
      .poll(() => wall.messages.some((m) => m.type === 'stale'), { timeout: DEADLINE_MS })
      .toBe(true);
    await pool.query('alter table users_away rename to users');
    await expect.poll(() => wall.messages.at(-1)?.type !== 'stale', { timeout: DEADLINE_MS }).toBe(true);
    const back = wall.messages.findIndex((m) => m.type === 'stale') + 1;
    expect(wall.messages[back]?.type).toBe('snapshot');
  });
});

describe('a supervisor', () => {
  it('changes the state of an agent with a reason: the desk is told, the log has before and after', async () => {
    const told: string[] = [];
    const stop = new AbortController();
    let listening = (): void => {};
    const ready = new Promise<void>((resolve) => (listening = resolve));
    const heard = listen(api.db, {
      channel: 'apel_desk',
      onNotify: (payload) => told.push(payload),
      onListening: listening,
      onInterrupted: () => {},
      signal: stop.signal,
    });
    await ready;
    expect(await (await control(ana, { to: 'available', reason: WHY })).json()).toEqual({ state: 'changed' });
    await expect.poll(() => told.includes(String(ana.userId)), { timeout: DEADLINE_MS }).toBe(true);
    stop.abort();
    await heard;
    expect((await ok<Desk>(await ana.get('/api/desk'))).agent.state).toBe('available');
    const again = await control(ana, { to: 'available', reason: WHY });
    expect(await again.json()).toEqual({ state: 'unchanged' });

    expect(await (await control(ana, { to: 'logged-out', reason: WHY })).json()).toEqual({
      state: 'changed',
    });
    expect((await ok<Desk>(await ana.get('/api/desk'))).agent.state).toBe('logged-out');
    const log = await listAudit(api.db.pool, {
      objectKind: 'user',
      objectId: String(ana.userId),
      limit: 9,
    });
    expect(log.map(({ action, actor, before, after }) => [action, actor, before, after])).toEqual([
      [
        'agent.log-off',
        supervisor.name,
        { state: 'available', reason: null, next: null },
        { state: 'logged-out', reason: null, next: null, why: WHY },
      ],
      [
        'agent.change-state',
        supervisor.name,
        { state: 'paused', reason: 'masa', next: null },
        { state: 'available', reason: null, next: null, why: WHY },
      ],
    ]);
  });

  it('is refused during a call, except for a log-off, which waits for its end', async () => {
    expect(await refusal(await control(dan, { to: 'available', reason: WHY }))).toEqual([
      409,
      'agent-busy',
      'agent-busy',
    ]);
    const paused = await control(dan, { to: 'paused', pause: 'masa', reason: WHY });
    expect(await refusal(paused)).toEqual([409, 'agent-busy', 'agent-busy']);
    expect(await (await control(dan, { to: 'logged-out', reason: WHY })).json()).toEqual({ state: 'later' });
    const desk = await ok<Desk>(await dan.get('/api/desk'));
    expect([desk.agent.state, desk.agent.nextState]).toEqual(['calling', { to: 'logged-out' }]);
  });

  it('must give a reason, name a pause that exists and an agent who was ever on shift', async () => {
    const bad = { issues: 400, gone: 404 };
    expect((await control(dan, { to: 'available', reason: '  ' })).status).toBe(bad.issues);
    expect((await control(dan, { to: 'paused', pause: 'siesta', reason: WHY })).status).toBe(bad.issues);
    expect((await control(supervisor, { to: 'available', reason: WHY })).status).toBe(bad.gone);
    const operator = await floor.person('operator');
    expect((await control(dan, { to: 'logged-out', reason: WHY }, operator)).status).toBe(403);
  });

  it('sets thresholds, which every wall has at once; an older version is a conflict', async () => {
    const wall = await openWall('operator');
    await wall.until((w) => w.thresholds.version === 0);
    const metrics = { 'answer-rate': { amber: 40, red: 20 }, 'pause-minutes': null };
    const put = (body: object) => supervisor.send('PUT', '/api/wall/thresholds', body);
    expect(await (await put({ version: 0, metrics })).json()).toEqual({ version: 1, metrics });
    await wall.until((w) => w.thresholds.version === 1 && w.thresholds.metrics['pause-minutes'] === null);
    expect((await put({ version: 0, metrics: {} })).status).toBe(409);
    expect((await put({ version: 1, metrics: { 'answer-rate': { amber: 20, red: 40 } } })).status).toBe(400);
    const [entry] = await listAudit(api.db.pool, { objectKind: 'thresholds', limit: 1 });
    expect(entry).toMatchObject({ actor: supervisor.name, action: 'config.create', objectId: 'panou' });
  });
});
