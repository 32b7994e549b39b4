import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { deskMessageSchema, type Desk } from '../../contracts/http/desk.ts';
import { serveApp, type Serving } from '../serve.ts';
import { createCutLine } from '../testing/cut-line.ts';
import { logOn, ok, openFloor, type Floor, type Person } from '../testing/desk-floor.ts';
import { NOON, startTestApi, type TestApi } from '../testing/test-api.ts';

const DEADLINE_MS = 60_000;
const CAMPAIGN = 'oradea-agenti';
const line = createCutLine();

let api: TestApi;
let floor: Floor;
let serving: Serving;
let campaignId: number;
let gone: number[];
const open: WebSocket[] = [];
beforeAll(async () => {
  const edgeControl = {
    command: async () => undefined,
    deskGone: async (_url: string, userId: number) => gone.push(userId) > 0,
    startEcho: async () => undefined,
    endEcho: async () => false,
  };
  api = await startTestApi({ edgeControl }, line.through);
  floor = await openFloor(api);
  campaignId = await floor.campaign(CAMPAIGN, {});
  serving = await serveApp({ app: api.app, host: '127.0.0.1', port: 0 });
});
beforeEach(() => {
  // Pages of the test before may still be going.
  gone = [];
});
afterEach(() => {
  for (const socket of open.splice(0)) socket.terminate();
});
afterAll(async () => {
  await api.close();
  await serving.close();
  await line.close();
});

interface Page {
  ws: WebSocket;
  desks: Desk[];
  closed: Promise<number>;
  /** The first desk that fits, also one that is there already. */
  until: (fits: (desk: Desk) => boolean) => Promise<Desk>;
}

function socketOf(
  person: Person,
  change: { desk?: string; headers?: Record<string, string> } = {},
): WebSocket {
  const headers = { cookie: person.cookie, origin: serving.url, ...change.headers };
  const url = `${serving.url.replace('http', 'ws')}/api/desk/live?desk=${change.desk ?? person.deskId}`;
  const ws = new WebSocket(url, { headers });
  open.push(ws);
  return ws;
}

async function page(person: Person, desk?: string): Promise<Page> {
  const ws = socketOf(person, desk === undefined ? {} : { desk });
  const desks: Desk[] = [];
  ws.on('message', (data) => {
    desks.push(deskMessageSchema.parse(JSON.parse((data as Buffer).toString())).desk);
  });
  const closed = new Promise<number>((resolve) => ws.on('close', resolve));
  await new Promise((resolve, reject) => {
    ws.once('open', resolve);
    ws.once('error', reject);
  });
  const until: Page['until'] = async (fits) => {
    await expect.poll(() => desks.some(fits), { timeout: DEADLINE_MS, interval: 5 }).toBe(true);
    return desks.find(fits)!;
  };
  return { ws, desks, closed, until };
}

/** Status of an upgrade that is refused. */
async function refused(person: Person, change: Parameters<typeof socketOf>[1]): Promise<number> {
  const ws = socketOf(person, change);
  return new Promise((resolve, reject) => {
    ws.on('unexpected-response', (request, response) => {
      resolve(response.statusCode ?? 0);
      request.destroy();
    });
    ws.on('open', () => reject(new Error('was let in')));
    ws.on('error', () => {});
  });
}

const setState = (person: Person, to: string) =>
  api.db.pool.query(`update agents set state = $2 where user_id = $1`, [person.userId, to]);

describe('the desk’s live socket', () => {
  it('sends the whole desk on opening, and at once after each change elsewhere', async () => {
    const agent = await floor.agent(CAMPAIGN);
    const { desks, until } = await page(agent);
    await until((desk) => desk.agent.state === 'available');
    expect(desks).toMatchObject([{ deskId: agent.deskId, phone: 'registered', call: null }]);

    await floor.contact(campaignId);
    // By REST, at another process as it were; by the edge; by anybody who changes the rows.
    await ok(await agent.send('POST', '/api/desk/next'));
    const calling = await until((desk) => desk.call !== null);
    expect(calling).toMatchObject({ agent: { state: 'calling' }, call: { stage: 'claimed' } });
    await api.db.pool.query(`update live_calls set stage = 'ringing', stage_at = $2 where agent_id = $1`, [
      agent.userId,
      NOON,
    ]);
    await until((desk) => desk.call?.stage === 'ringing');
    await api.db.pool.query(`delete from live_calls where agent_id = $1`, [agent.userId]);
    await until((desk) => desk.call === null && desk.agent.state === 'calling');
  });

  it('is quick: a change is heard of, not looked for', async () => {
    const agent = await floor.agent(CAMPAIGN);
    const { until } = await page(agent);
    await until(() => true);
    const times: number[] = [];
    for (const state of ['in-call', 'wrap-up', 'available', 'in-call', 'wrap-up']) {
      const before = performance.now();
      await setState(agent, state);
      await until((desk) => desk.agent.state === state);
      times.push(performance.now() - before);
    }
    // Looking would take seconds; a machine under load takes a while for anything.
    expect(Math.min(...times)).toBeLessThan(1_000);
  });

  it('says each thing once, and nothing to others', async () => {
    const [agent, neighbour] = [await floor.agent(CAMPAIGN), await floor.agent(CAMPAIGN)];
    const [mine, theirs] = [await page(agent), await page(neighbour)];
    await Promise.all([mine.until(() => true), theirs.until(() => true)]);
    // Notices without a change, then one with.
    for (let i = 0; i < 20; i += 1) await api.db.pool.query(`notify apel_desk, '${agent.userId}'`);
    await setState(agent, 'wrap-up');
    await mine.until((desk) => desk.agent.state === 'wrap-up');
    expect(mine.desks).toHaveLength(2);
    expect(theirs.desks).toHaveLength(1);
  });

  it('ends up with the truth, however many changes come at once', async () => {
    const agent = await floor.agent(CAMPAIGN);
    const one = await page(agent);
    await one.until(() => true);
    const states = ['in-call', 'wrap-up', 'paused', 'available'];
    for (let i = 0; i < 100; i += 1) await setState(agent, states[i % 3] ?? '');
    await setState(agent, 'available');
    const last = () => one.desks.at(-1)?.agent.state;
    await expect.poll(last, { timeout: DEADLINE_MS, interval: 5 }).toBe('available');
    const seen = one.desks.length;
    await setState(agent, 'in-call');
    await expect.poll(last, { timeout: DEADLINE_MS, interval: 5 }).toBe('in-call');
    expect(one.desks).toHaveLength(seen + 1);
  });

  it('closes the old desk when another takes over, and tells the edge nothing: the call goes on', async () => {
    const agent = await floor.agent(CAMPAIGN);
    const old = await page(agent);
    await old.until((desk) => desk.deskId === agent.deskId);
    const second = randomUUID();
    const next = await page(agent, second);
    await next.until((desk) => desk.deskId === agent.deskId);
    await ok(await agent.send('POST', '/api/desk/shift', { ...logOn({ deskId: second }), takeOver: true }));
    expect(await old.closed).toBe(4410);
    await next.until((desk) => desk.deskId === second);
    expect(next.ws.readyState).toBe(WebSocket.OPEN);
    expect(gone).not.toContain(agent.userId);
  });

  it('tells the edge when the page of the desk is gone, and not while a second one is open', async () => {
    const agent = await floor.agent(CAMPAIGN);
    const [one, two] = [await page(agent), await page(agent)];
    await Promise.all([one.until(() => true), two.until(() => true)]);
    one.ws.close();
    await one.closed;
    await setState(agent, 'paused');
    await two.until((desk) => desk.agent.state === 'paused');
    expect(gone).not.toContain(agent.userId);
    two.ws.close();
    await expect.poll(() => gone, { timeout: DEADLINE_MS, interval: 5 }).toContain(agent.userId);
  });

  it('ends with its log-in, at once where it logs out', async () => {
    const agent = await floor.agent(CAMPAIGN);
    const { closed, until } = await page(agent);
    await until(() => true);
    expect((await agent.send('DELETE', '/api/session')).status).toBe(204);
    expect(await closed).toBe(4401);
  });

  it('is marked as seen while it is open', async () => {
    const agent = await floor.agent(CAMPAIGN);
    await page(agent);
    const later = new Date(NOON.getTime() + 60_000);
    api.clock.set(later);
    try {
      const seenAt = async () => {
        const { rows } = await api.db.pool.query<{ at: Date }>(
          'select desk_seen_at as at from agents where user_id = $1',
          [agent.userId],
        );
        return rows[0]?.at;
      };
      await expect.poll(seenAt, { timeout: DEADLINE_MS, interval: 20 }).toEqual(later);
    } finally {
      api.clock.set(NOON);
    }
  });

  it('knows what it missed when Postgres comes back', async () => {
    const agent = await floor.agent(CAMPAIGN);
    const { until, ws } = await page(agent);
    await until(() => true);
    await line.cut();
    await setState(agent, 'in-call');
    await line.mend();
    await until((desk) => desk.agent.state === 'in-call');
    await setState(agent, 'wrap-up');
    await until((desk) => desk.agent.state === 'wrap-up');
    expect(ws.readyState).toBe(WebSocket.OPEN);
  });

  it('hears nothing, and is cut when it is spoken to or too many', async () => {
    const agent = await floor.agent(CAMPAIGN);
    const loud = await page(agent);
    for (let i = 0; i < 200; i += 1) loud.ws.send('{"type":"shout"}');
    expect(await loud.closed).toBe(1008);
    const long = await page(agent);
    long.ws.send('x'.repeat(5_000));
    expect(await long.closed).toBe(1009);
    const ten = await Promise.all(Array.from({ length: 10 }, () => page(agent)));
    expect(await (await page(agent)).closed).toBe(4409);
    expect(ten.every(({ ws }) => ws.readyState === WebSocket.OPEN)).toBe(true);
  });

  it('lets in nobody without log-in, role, our own page or a desk', async () => {
    const agent = await floor.person();
    expect(await refused(agent, { headers: { cookie: '' } })).toBe(401);
    expect(await refused(await floor.person('management'), {})).toBe(403);
    expect(await refused(agent, { headers: { origin: 'http://evil.example' } })).toBe(403);
    expect(await refused(agent, { desk: 'nimic' })).toBe(400);
  });
});
