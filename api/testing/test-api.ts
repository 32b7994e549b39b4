/**
 * For the API's own tests: the application on a database of its own, users of every role, a campaign and calls.
 * @module
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hash } from '@node-rs/argon2';
import type { Role } from '../../contracts/model/role.ts';
import { openDatabase, type Database } from '../../db/client.ts';
import { fixedClock } from '../../platform/clock.ts';
import { createLogger } from '../../platform/logger.ts';
import { createMetrics } from '../../platform/metrics.ts';
import { createTestDatabase } from '../../test/support/postgres.ts';
import type { AppType } from '../app-type.ts';
import { createSession } from '../auth/sessions.ts';
import { createApp } from '../create-app.ts';
import type { ApiDeps } from '../deps.ts';

export const ORIGIN = 'http://localhost:8080';
export const PASSWORD = 'parola-lunga-1';
/** A Saturday noon in Bucharest (UTC+2). */
export const NOON = new Date('2026-11-21T10:00:00Z');
export const TOKENS = { codec: 'codec-token', metrics: 'metrics-token' };
export const UI_ORIGIN = 'http://127.0.0.1:8233';

export interface TestApi {
  app: AppType;
  db: Database;
  /** Of its database. */
  url: string;
  clock: ReturnType<typeof fixedClock>;
  recordingsDir: string;
  promptsDir: string;
  /** Whether the pretended Temporal answers. */
  temporal: { up: boolean };
  /** Cookie header of a fresh session of that role. */
  cookie(role: Role): Promise<string>;
  /** `GET` signed in as that role. */
  get(role: Role, path: string, headers?: Record<string, string>): Promise<Response>;
  /** A state change as the page sends it. */
  post(role: Role, path: string, body: unknown): Promise<Response>;
  close(): Promise<void>;
}

/** A Temporal that is away, for tests that do not need one. */
const noWorkflows: ApiDeps['callWorkflows'] = {
  start: () => Promise.reject(new Error('away')),
  startTrunkTest: () => Promise.reject(new Error('away')),
  wrapUp: () => Promise.reject(new Error('away')),
  extendWrapUp: () => Promise.reject(new Error('away')),
  close: async () => {},
};

const noImports: ApiDeps['importWorkflows'] = {
  start: () => Promise.reject(new Error('away')),
  look: () => Promise.reject(new Error('away')),
  cancel: () => Promise.reject(new Error('away')),
  undo: () => Promise.reject(new Error('away')),
  close: async () => {},
};

/** @param line the API reaches its database over it; `TestApi.db` does not */
export async function startTestApi(
  overrides: Partial<ApiDeps> = {},
  line?: (databaseUrl: string) => Promise<string>,
): Promise<TestApi> {
  const database = await createTestDatabase();
  const db = openDatabase({ url: database.url, applicationName: 'api-test', max: 4 });
  const own = line && openDatabase({ url: await line(database.url), applicationName: 'api-test', max: 8 });
  const recordingsDir = await mkdtemp(join(tmpdir(), 'apel-recordings-'));
  const promptsDir = join(recordingsDir, 'prompts');
  const clock = fixedClock(NOON);
  const temporal = { up: true };
  const { app, close } = createApp({
    db: own ?? db,
    clock,
    logger: createLogger({ service: 'api-test', level: process.env['LOG_LEVEL'] ?? 'silent' }),
    metrics: createMetrics('api-test'),
    codecKeys: { current: 'k1', keys: { k1: randomBytes(32) } },
    checkTemporal: async () => {
      if (!temporal.up) throw new Error('away');
    },
    recordingsDir,
    promptsDir,
    uiDir: null,
    tokens: TOKENS,
    temporalUiOrigins: [UI_ORIGIN],
    siteZone: 'Europe/Bucharest',
    trustedProxies: [],
    secretKey: randomBytes(32),
    iceServers: [],
    callWorkflows: noWorkflows,
    importWorkflows: noImports,
    importsDir: recordingsDir,
    edgeControl: {
      command: async () => undefined,
      deskGone: async () => false,
      startEcho: async () => undefined,
      endEcho: async () => false,
    },
    ...overrides,
  });
  const cookies = new Map<Role, Promise<string>>();
  const cookie = async (role: Role): Promise<string> => {
    const userId = await ensureUser(db, role);
    return `apel=${(await createSession(db, { userId, now: clock.now() })).token}`;
  };
  const shared = (role: Role): Promise<string> => {
    const known = cookies.get(role) ?? cookie(role);
    cookies.set(role, known);
    return known;
  };
  return {
    app,
    db,
    url: database.url,
    clock,
    recordingsDir,
    promptsDir,
    temporal,
    cookie,
    get: async (role, path, headers = {}) =>
      app.request(`${ORIGIN}${path}`, { headers: { cookie: await shared(role), ...headers } }),
    post: async (role, path, body) =>
      app.request(`${ORIGIN}${path}`, {
        method: 'POST',
        headers: { cookie: await shared(role), origin: ORIGIN, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    close: async () => {
      await close();
      await own?.close();
      await db.close();
      await database.drop();
      await rm(recordingsDir, { recursive: true, force: true });
    },
  };
}

/** A user named like the role, with `PASSWORD`. */
export async function ensureUser(db: Database, role: Role, name: string = role): Promise<number> {
  const found = await db.pool.query<{ id: number }>('select id from users where name = $1', [name]);
  if (found.rows[0]) return found.rows[0].id;
  const made = await db.pool.query<{ id: number }>(
    `insert into users (name, display_name, role, password_hash) values ($1, $1, $2, $3) returning id`,
    [name, role, await hash(PASSWORD)],
  );
  return made.rows[0]?.id ?? 0;
}

export interface TestCampaign {
  id: number;
  listId: number;
}

/** A robot campaign that is always open, its calendar, trunk and one list. */
export async function seedCampaign(db: Database, name = 'oradea'): Promise<TestCampaign> {
  const allDay = [{ from: '00:00', to: '24:00' }];
  const days = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
  await insertConfig(db, 'calendar', `${name}-cal`, {
    name: `${name}-cal`,
    zone: 'Europe/Bucharest',
    hours: Object.fromEntries(days.map((day) => [day, allDay])),
    holidays: 'none',
  });
  await insertConfig(db, 'trunk', `${name}-trunk`, {
    name: `${name}-trunk`,
    host: '127.0.0.1',
    port: 5070,
    transport: 'udp',
    credentials: { username: 'u', password: 'enc:v1:very-secret' },
    numberFormat: 'e164',
    maxChannels: 30,
    callsPerSecond: 5,
    permittedPrefixes: ['+407'],
    simulated: true,
  });
  const id = await insertConfig(db, 'campaign', name, {
    name,
    label: 'Campania Oradea',
    mode: 'robot',
    calendar: `${name}-cal`,
    trunk: `${name}-trunk`,
    callerId: '+40259123456',
    retryRules: 'r',
    caps: 'c',
    stopAfterUnanswered: 3,
    ringTimeoutSeconds: 30,
    maxTalkSeconds: 60,
    concurrency: 10,
    consentRequired: true,
    recording: true,
  });
  await db.pool.query('insert into campaigns (id, name) values ($1, $2)', [id, name]);
  const list = await db.pool.query<{ id: number }>(
    `insert into lists (campaign_id, name, kind) values ($1, 'lista', 'priority') returning id`,
    [id],
  );
  return { id, listId: list.rows[0]?.id ?? 0 };
}

async function insertConfig(db: Database, kind: string, name: string, body: object): Promise<number> {
  const made = await db.pool.query<{ id: number }>(
    `insert into config_objects (kind, name, version, body, origin, updated_by)
     values ($1, $2, 1, $3, 'file', 'test') returning id`,
    [kind, name, JSON.stringify(body)],
  );
  return made.rows[0]?.id ?? 0;
}

export interface TestCall {
  campaign: TestCampaign;
  number: string;
  claimedAt: Date;
  invitedAt?: Date;
  /** Status code; absent: the call is open. */
  status?: string;
  recording?: { state: 'ready'; path: string; sha256: string } | { state: 'none' } | { state: 'lost' };
}

/** One call of a contact of its own, committed unless it has no status. Returns its id. */
export async function seedCall(db: Database, call: TestCall): Promise<string> {
  const id = randomUUID();
  const { recording } = call;
  await db.pool.query(
    `with n as (
       insert into numbers (e164) values ($2) on conflict (e164) do update set e164 = excluded.e164 returning id),
     c as (
       insert into contacts (campaign_id, list_id, last_name, first_name, locality)
       values ($3, $4, 'Popescu', 'Ana', 'Oradea') returning id),
     k as (
       insert into calls (id, kind, campaign_id, list_id, contact_id, attempt, number_id, node, epoch, versions,
                          claimed_at, invited_at, committed_at, ended_at, status_id, result, reason, talk_ms,
                          recording_state, recording_path, recording_sha256, recording_reason, timeline)
       select $1, 'robot', $3, $4, c.id, 1, n.id, 'edge-1', 1, '{"campaign":1}', $5, $6::timestamptz,
              case when $7::text is null then null else $5::timestamptz end,
              case when $7::text is null then null else $5::timestamptz end,
              (select s.id from statuses s where s.code = $7), case when $7::text is null then null else 'success' end,
              case when $7::text is null then null else 'hang-up-by-us' end, 1000, $8, $9, $10,
              case when $8 = 'lost' then 'pcap-missing' end, '[]'
       from n, c)
     insert into live_calls (call_id, number_id, campaign_id, contact_id, attempt, node, epoch, stage, stage_at, claimed_at)
     select $1, n.id, $3, c.id, 1, 'edge-1', 1, 'ringing', $5, $5 from n, c where $7::text is null`,
    [
      id,
      call.number,
      call.campaign.id,
      call.campaign.listId,
      call.claimedAt,
      call.invitedAt ?? null,
      call.status ?? null,
      recording?.state ?? null,
      recording?.state === 'ready' ? recording.path : null,
      recording?.state === 'ready' ? recording.sha256 : null,
    ],
  );
  return id;
}
