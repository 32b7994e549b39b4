/**
 * People, numbers and names that must be seen by nobody who may not see them; for the test that walks every answer.
 * @module
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Grant, Role } from '../../contracts/model/role.ts';
import { logOn, setState } from '../../db/agents.ts';
import { writeAudit } from '../../db/audit.ts';
import type { Database } from '../../db/client.ts';
import { createSession } from '../auth/sessions.ts';
import { alawWav } from './alaw-wav.ts';
import { NOON, seedCall, seedCampaign, type TestApi, type TestCampaign } from './test-api.ts';

/** What belongs to one agent's call. */
export interface Canary {
  /** Nine digits, however the number is written. */
  number: string;
  /** Last name of the contact. */
  contact: string;
  /** Shown name of the agent. */
  agent: string;
  agentId: number;
  callId: string;
  contactId: number;
  /** An open call of the same agent. */
  openCallId: string;
}

export interface Canaries {
  campaign: TestCampaign;
  own: Canary;
  other: Canary;
}

/** Two agents with calls, recordings, desks and lines in the journal. */
export async function seedCanaries(api: TestApi): Promise<Canaries> {
  const campaign = await seedCampaign(api.db);
  await mkdir(api.recordingsDir, { recursive: true });
  const own = await seedAgent(api, campaign, {
    number: '722111001',
    contact: 'Canarescu',
    agent: 'Anca Agenta',
  });
  const other = await seedAgent(api, campaign, {
    number: '722222002',
    contact: 'Strainescu',
    agent: 'Bogdan Altul',
  });
  return { campaign, own, other };
}

/** A person of a role with grants, and the cookie of a log-in. */
export async function seedPerson(
  db: Database,
  person: { role: Role; grants: readonly Grant[]; name: string; displayName?: string },
): Promise<{ userId: number; cookie: string }> {
  const { rows } = await db.pool.query<{ id: number }>(
    `insert into users (name, display_name, role, grants, password_hash) values ($1, $2, $3, $4, 'x')
     on conflict ((lower(name))) do update set role = excluded.role returning id`,
    [person.name, person.displayName ?? person.name, person.role, person.grants],
  );
  const userId = rows[0]?.id ?? 0;
  return { userId, cookie: `apel=${(await createSession(db, { userId, now: NOON })).token}` };
}

async function seedAgent(
  { db, recordingsDir }: TestApi,
  campaign: TestCampaign,
  names: { number: string; contact: string; agent: string },
): Promise<Canary> {
  const name = names.agent.toLowerCase().replace(' ', '.');
  const { userId } = await seedPerson(db, { role: 'agent', grants: [], name, displayName: names.agent });
  const desk = { userId, by: name, now: NOON };
  await logOn(db, { ...desk, deskId: randomUUID(), place: 'x', worksOn: 'outbound', campaigns: [] });
  await setState(db, { ...desk, to: 'available' });
  const path = `${name}.wav`;
  const sound = alawWav([{ ms: 200, left: 1_000 * userId, right: 0 }]);
  await writeFile(join(recordingsDir, path), sound);
  const sha256 = createHash('sha256').update(sound).digest('hex');
  const call = { campaign, claimedAt: new Date(NOON.getTime() - 3_600_000) };
  const callId = await seedCall(db, {
    ...call,
    number: `+40${names.number}`,
    invitedAt: call.claimedAt,
    status: 'success',
    recording: { state: 'ready', path, sha256 },
  });
  const openCallId = await seedCall(db, { ...call, number: `+40${names.number.replace(/.$/, '9')}` });
  const { rows } = await db.pool.query<{ contact: number }>(
    `select contact_id as contact from calls where id = $1`,
    [callId],
  );
  const contactId = Number(rows[0]?.contact);
  await ownCalls(db, { userId, name, ids: [callId, openCallId] });
  await db.pool.query(
    `with named as (
       update contacts set last_name = $2 where id in (select contact_id from calls where agent_id = $1))
     insert into contact_numbers (contact_id, number_id, campaign_id, position, active)
     select contact_id, number_id, campaign_id, 1, true from calls where agent_id = $1 on conflict do nothing`,
    [userId, names.contact],
  );
  await writeAudit(db.pool, {
    actor: name,
    action: 'call.override',
    objectKind: 'call',
    objectId: callId,
    after: { reason: 'sunat la cerere', number: `+40${names.number}`, lastName: names.contact },
    at: NOON,
  });
  return { ...names, agentId: userId, callId, contactId, openCallId };
}

/** The trigger of committed calls would refuse it; this is a test's own database, of which we are the owner. */
async function ownCalls(
  db: Database,
  { userId, name, ids }: { userId: number; name: string; ids: readonly string[] },
): Promise<void> {
  const client = await db.pool.connect();
  try {
    await client.query('begin; alter table calls disable trigger user');
    await client.query(
      `update calls set agent_id = $1, kind = 'outbound', status_by = case when committed_at is not null then $2 end
       where id = any($3)`,
      [userId, name, ids],
    );
    await client.query('update recording_index set agent_id = $1 where call_id = any($2)', [userId, ids]);
    await client.query('alter table calls enable trigger user; commit');
  } finally {
    client.release();
  }
}
