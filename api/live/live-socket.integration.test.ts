import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { liveServerMessageSchema, type LiveServerMessage } from '../../contracts/http/live.ts';
import type { Role } from '../../contracts/model/role.ts';
import { serveApp, type Serving } from '../serve.ts';
import {
  NOON,
  seedCall,
  seedCampaign,
  startTestApi,
  type TestApi,
  type TestCampaign,
} from '../testing/test-api.ts';

const DEADLINE_MS = 60_000;

let api: TestApi;
let campaign: TestCampaign;
let serving: Serving;
const clients: WebSocket[] = [];

beforeAll(async () => {
  api = await startTestApi();
  campaign = await seedCampaign(api.db);
  serving = await serveApp({ app: api.app, host: '127.0.0.1', port: 0 });
});
afterEach(() => {
  for (const client of clients.splice(0)) client.terminate();
});
afterAll(async () => {
  await api.close();
  await serving.close();
});

interface Client {
  ws: WebSocket;
  messages: LiveServerMessage[];
  /** The first message that fits, also one that is there already. */
  until(fits: (message: LiveServerMessage) => boolean): Promise<LiveServerMessage>;
  closed: Promise<number>;
}

async function connect(role: Role = 'supervisor', cookie?: string): Promise<Client> {
  const ws = new WebSocket(serving.url.replace('http', 'ws') + '/api/live', {
    headers: { cookie: cookie ?? (await api.cookie(role)), origin: serving.url },
  });
  clients.push(ws);
  const messages: LiveServerMessage[] = [];
  ws.on('message', (data) =>
    messages.push(liveServerMessageSchema.parse(JSON.parse((data as Buffer).toString()))),
  );
  const closed = new Promise<number>((resolve) => ws.on('close', resolve));
  await new Promise((resolve, reject) => {
    ws.once('open', resolve);
    ws.once('error', reject);
  });
  const until: Client['until'] = async (fits) => {
    await expect.poll(() => messages.some(fits), { timeout: DEADLINE_MS, interval: 20 }).toBe(true);
    return messages.find(fits)!;
  };
  return { ws, messages, until, closed };
}

function subscribe(client: Client, name = 'oradea'): void {
  client.ws.send(JSON.stringify({ type: 'subscribe', campaign: name }));
}

/** Status of an upgrade that is refused. */
async function refusal(headers: Record<string, string>): Promise<number> {
  const ws = new WebSocket(serving.url.replace('http', 'ws') + '/api/live', { headers });
  return new Promise((resolve, reject) => {
    ws.on('unexpected-response', (request, response) => {
      resolve(response.statusCode ?? 0);
      request.destroy();
    });
    ws.on('open', () => reject(new Error('was let in')));
    // Destroying the request is an error to `ws`, too.
    ws.on('error', () => {});
  });
}

describe('the live socket', () => {
  it('sends a snapshot, then what changes, numbered without a gap', async () => {
    const client = await connect();
    subscribe(client);
    const first = await client.until((m) => m.type === 'snapshot');
    expect(first).toMatchObject({ campaign: 'oradea', sequence: 1, snapshot: { calls: [] } });

    const id = await seedCall(api.db, { campaign, number: '+40722000001', claimedAt: NOON });
    const update = await client.until((m) => m.type === 'update' && (m.changes.calls?.length ?? 0) > 0);
    expect(update).toMatchObject({
      changes: { callsInProgress: 1, calls: [{ callId: id, stage: 'ringing' }] },
    });
    expect(update.type === 'update' && 'trunk' in update.changes).toBe(false);

    await api.db.pool.query(`update live_calls set stage = 'talking'`);
    await client.until((m) => m.type === 'update' && m.changes.calls?.[0]?.stage === 'talking');
    expect(client.messages.map((m) => m.sequence)).toEqual(client.messages.map((_, i) => i + 1));
    await api.db.pool.query('delete from live_calls');
  });

  it('begins again at one when another campaign is asked for', async () => {
    await seedCampaign(api.db, 'cluj');
    const client = await connect();
    subscribe(client);
    await client.until((m) => m.campaign === 'oradea');
    subscribe(client, 'cluj');
    expect(await client.until((m) => m.campaign === 'cluj')).toMatchObject({ type: 'snapshot', sequence: 1 });
  });

  it('says when Postgres is away, and is right again when it is back', async () => {
    const client = await connect();
    subscribe(client);
    await client.until((m) => m.type === 'snapshot');
    await api.db.pool.query('alter table live_calls rename to hidden');
    const stale = await client.until((m) => m.type === 'stale');
    expect(stale).toMatchObject({ since: NOON.toISOString() });
    await api.db.pool.query('alter table hidden rename to live_calls');
    await client.until((m) => m.type === 'snapshot' && m.sequence > stale.sequence);
    expect(client.messages.filter((m) => m.type === 'stale')).toHaveLength(1);
  });

  it('closes when its session is revoked, elsewhere or here', async () => {
    const elsewhere = await connect();
    await api.db.pool.query('update sessions set revoked_at = now()');
    expect(await elsewhere.closed).toBe(4401);

    const cookie = await api.cookie('supervisor');
    const here = await connect('supervisor', cookie);
    const out = await fetch(`${serving.url}/api/session`, {
      method: 'DELETE',
      headers: { cookie, origin: serving.url },
    });
    expect(out.status).toBe(204);
    expect(await here.closed).toBe(4401);
  });

  it('is use of its session while it is open', async () => {
    const wall = await connect();
    const endsAt = async () => {
      const { rows } = await api.db.pool.query<{ at: Date }>(
        'select max(expires_at) as at from sessions where revoked_at is null',
      );
      return rows[0]?.at.getTime();
    };
    try {
      api.clock.set(new Date(NOON.getTime() + 11 * 3_600_000));
      const ends = NOON.getTime() + 23 * 3_600_000;
      await expect.poll(endsAt, { timeout: DEADLINE_MS, interval: 20 }).toBe(ends);
      expect(wall.ws.readyState).toBe(WebSocket.OPEN);
    } finally {
      api.clock.set(NOON);
    }
  });

  it('closes with a reason for what it does not know or understand', async () => {
    const unknown = await connect();
    subscribe(unknown, 'nimic');
    expect(await unknown.closed).toBe(4404);
    const garbled = await connect();
    garbled.ws.send('{"type":"shout"}');
    expect(await garbled.closed).toBe(1008);
    const long = await connect();
    long.ws.send('x'.repeat(5000));
    expect(await long.closed).toBe(1009);
  });

  it('lets in nobody without log-in, permission or our own page', async () => {
    const origin = serving.url;
    const cookie = await api.cookie('supervisor');
    expect(await refusal({ origin })).toBe(401);
    expect(await refusal({ origin, cookie: await api.cookie('management') })).toBe(403);
    expect(await refusal({ cookie, origin: 'http://evil.example' })).toBe(403);
    expect(await refusal({ cookie })).toBe(403);
  });

  it('says clearly that the port is taken', async () => {
    const port = Number(new URL(serving.url).port);
    await expect(serveApp({ app: api.app, host: '127.0.0.1', port })).rejects.toThrow(
      `127.0.0.1:${port} is taken by another program`,
    );
  });
});
