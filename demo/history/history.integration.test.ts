import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfigFiles } from '../../cli/parts/config-files.ts';
import { openDatabase, type Database } from '../../db/client.ts';
import { applyConfig } from '../../db/config.ts';
import { keepReportDays } from '../../db/report-days.ts';
import { readRollups, recountCalls } from '../../db/rollups.ts';
import type { AuditContext } from '../../test/auditor/audit-context.ts';
import type { CarrierCall } from '../../test/auditor/carrier-record.ts';
import { auditCallRows } from '../../test/auditor/invariant-1-call-rows.ts';
import { auditDialingRules } from '../../test/auditor/invariant-2-dialing-rules.ts';
import { auditOutcomes } from '../../test/auditor/invariant-3-outcomes.ts';
import { auditRollups } from '../../test/auditor/invariant-4-rollups.ts';
import { auditAgents } from '../../test/auditor/invariant-5-agents.ts';
import { auditRecordings } from '../../test/auditor/invariant-7-recordings.ts';
import { auditAnswers } from '../../test/auditor/invariant-8-answers.ts';
import { auditImports } from '../../test/auditor/invariant-9-imports.ts';
import { createTestDatabase, type TestDatabase } from '../../test/support/postgres.ts';
import { HISTORY_CONFIG } from './config.ts';
import { generateHistory } from './generate.ts';
import { hasHistory, loadHistory } from './load.ts';
import type { History, HistoryCall } from './shapes.ts';

const ZONE = 'Europe/Bucharest';
const UNTIL = new Date('2026-11-20T14:20:00Z');
const OPTIONS = { seed: 7, until: UNTIL, calls: Number(process.env['HISTORY_CALLS'] ?? 2_500) };

let test: TestDatabase;
let db: Database;
let client: Client;
let history: History;
let recordings: string;

beforeAll(async () => {
  test = await createTestDatabase();
  db = openDatabase({ url: test.url, applicationName: 'test', statementTimeoutMs: 120_000 });
  client = new Client({ connectionString: test.url });
  await client.connect();
  const folder = join(import.meta.dirname, '../config');
  const files = readdirSync(folder).map((name) => join(folder, name));
  const objects = readConfigFiles(files).map(({ object }) =>
    object.kind === 'prompt'
      ? { ...object, body: { ...object.body, sha256: '0'.repeat(64), durationMs: 14_300 } }
      : object,
  );
  const applied = await applyConfig(db, {
    objects: [...objects, ...HISTORY_CONFIG],
    origin: 'file',
    actor: 'test',
    now: UNTIL,
  });
  expect(applied.state).toBe('applied');
  await keepReportDays(db, { siteZone: ZONE });
  recordings = await mkdtemp(join(tmpdir(), 'apel-history-'));
  await loadHistory({
    ...OPTIONS,
    db,
    recordingsDir: recordings,
    siteZone: ZONE,
    passwordHash: 'nobody knows',
  });
  history = generateHistory(OPTIONS);
}, 240_000);
afterAll(async () => {
  await client?.end();
  await db?.close();
  await test?.drop();
  if (recordings) await rm(recordings, { recursive: true, force: true });
});

/** What the simulated carrier would have written about these calls. */
function carrierOf({ calls, numbers }: History): Map<string, CarrierCall> {
  const invited = calls.flatMap((call) => {
    if (call.invitedAt === undefined) return [];
    const dialed = numbers[call.number]?.e164 ?? '';
    return [[call.id, carrierCall(call, call.invitedAt, dialed)] as const];
  });
  return new Map(invited);
}

function carrierCall(call: HistoryCall, invitedAt: number, dialed: string): CarrierCall {
  const { id, end, answeredAt, endedAt, robot } = call;
  const given = end.sipStatus;
  return {
    callId: id,
    dialed,
    invites: 1,
    invitedAt,
    ...(given !== undefined && { finalStatus: given, finalAt: answeredAt ?? endedAt }),
    ...(answeredAt !== undefined && { answeredAt, endedAt }),
    ...((given === undefined || given === 487) && { cancelledAt: endedAt }),
    open: new Set(),
    keys: robot?.key ?? '',
  };
}

const rows = async (text: string, values: unknown[] = []) =>
  (await db.pool.query<Record<string, unknown>>(text, values)).rows;

describe('a history in the database', () => {
  it('holds what must always hold, to the auditor', async () => {
    const context: AuditContext = {
      db: client,
      carrier: carrierOf(history),
      options: { now: UNTIL, recordingsDir: recordings } as AuditContext['options'],
    };
    for (const audit of [
      auditCallRows,
      auditDialingRules,
      auditOutcomes,
      auditRollups,
      auditAgents,
      auditRecordings,
      auditAnswers,
      auditImports,
    ]) {
      expect((await audit(context)).slice(0, 5), audit.name).toEqual([]);
    }
    const states = await rows('select distinct recording_state as state from calls order by 1');
    expect(states.map(({ state }) => state)).toEqual(['deleted', 'none', 'ready']);
  });

  it('is summed as a recount of its calls says, and as the trail of its agents says', async () => {
    const all = { from: new Date(0), to: new Date('2100-01-01') };
    expect(await readRollups(db.pool, all)).toEqual(await recountCalls(db.pool, all));
    const told = await rows(
      `select u.name, h.state, sum(h.ms)::int8 as ms from agent_state_hours h join users u on u.id = h.user_id
       group by 1, 2 order by 1, 2`,
    );
    const ms = new Map<string, number>();
    const since = new Map<number, number>();
    for (const { agent, from, at } of history.trail) {
      const key = `${history.agents[agent]?.name ?? ''} ${from}`;
      if (from !== 'logged-out') ms.set(key, (ms.get(key) ?? 0) + at - (since.get(agent) ?? at));
      since.set(agent, at);
    }
    expect(
      Object.fromEntries(told.map(({ name, state, ms: sum }) => [`${String(name)} ${String(state)}`, sum])),
    ).toEqual(Object.fromEntries([...ms].filter(([, sum]) => sum > 0)));
    const [sums] = await rows(
      `select (select sum(ms) from agent_state_hours)::int8 as hours, (select sum(ms) from agent_state_days)::int8 as days`,
    );
    expect(sums?.['days']).toBe(sums?.['hours']);
  });

  it('has contacts, numbers and a queue that agree with the attempts', async () => {
    const wrong = await rows(
      `select c.id, c.state, q.attempts, made.n from contacts c
       left join dial_queue q on q.contact_id = c.id
       left join (select contact_id, count(*)::int as n, max(attempt) as last from calls group by 1) made on made.contact_id = c.id
       where (c.state = 'open') <> (q.contact_id is not null) or coalesce(made.n, 0) <> coalesce(made.last, 0)
         or (q.contact_id is not null and q.attempts <> coalesce(made.n, 0))
         or (c.closed_reason = 'final-status' and not exists (
           select from calls k join statuses s on s.id = k.status_id where k.contact_id = c.id and s.final))`,
    );
    expect(wrong).toEqual([]);
    const caps = await rows(
      `select n.id from numbers n
       left join (select c.number_id, count(*)::int as n from calls c
         join statuses s on s.id = coalesce(
           (select k.before_status_id from call_corrections k where k.call_id = c.id order by k.id limit 1), c.status_id)
         where s.counts_towards_caps and c.invited_at is not null group by 1) made on made.number_id = n.id
       where n.cap_total <> coalesce(made.n, 0)`,
    );
    expect(caps).toEqual([]);
    const unbound = await rows('select id from numbers where only_trunk_id is null');
    expect(unbound).toEqual([]);
  });

  it('refers to nothing that is not there: it was written without looking', async () => {
    const keys = await rows(
      `select conrelid::regclass::text as child, confrelid::regclass::text as parent,
         (select string_agg(format('c.%I = p.%I', a.attname, b.attname), ' and ')
          from unnest(conkey, confkey) k (child, parent)
          join pg_attribute a on a.attrelid = conrelid and a.attnum = k.child
          join pg_attribute b on b.attrelid = confrelid and b.attnum = k.parent) as same,
         (select string_agg(format('c.%I is not null', a.attname), ' and ')
          from unnest(conkey) k (child) join pg_attribute a on a.attrelid = conrelid and a.attnum = k.child) as told
       from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace`,
    );
    expect(keys.length).toBeGreaterThan(10);
    for (const { child, parent, same, told } of keys as Record<string, string>[]) {
      const found = await rows(
        `select 1 from ${child} c where ${told} and not exists (select from ${parent} p where ${same}) limit 1`,
      );
      expect(found, `${child} of ${parent}`).toEqual([]);
    }
  });

  it('is there once, its robots do not dial, and nobody is left on shift', async () => {
    expect(await hasHistory(db.pool)).toBe(true);
    expect(
      await rows(
        `select c.name, c.paused_at is not null as paused, c.stopped_at is not null as stopped from campaigns c
         where c.name = any('{programari,informare,abonamente,satisfactie}') order by 1`,
      ),
    ).toEqual([
      { name: 'abonamente', paused: false, stopped: false },
      { name: 'informare', paused: true, stopped: false },
      { name: 'programari', paused: true, stopped: true },
      { name: 'satisfactie', paused: false, stopped: false },
    ]);
    expect(await rows(`select user_id from agents where state <> 'logged-out'`)).toEqual([]);
    expect(await rows('select id from shifts where ended_at is null')).toEqual([]);
    // What comes next does not meet what was written.
    const [next] = await rows(
      `select nextval(pg_get_serial_sequence('contacts', 'id')) > (select max(id) from contacts) as contact,
         nextval(pg_get_serial_sequence('numbers', 'id')) > (select max(id) from numbers) as number,
         nextval(pg_get_serial_sequence('lists', 'id')) > (select max(id) from lists) as list,
         nextval(pg_get_serial_sequence('shifts', 'id')) > (select max(id) from shifts) as shift`,
    );
    expect(next).toEqual({ contact: true, number: true, list: true, shift: true });
  });
});
