/**
 * Retention and archive of recordings as rows: what is due, what was done. A file that a row stops to name stands in
 * `recording_leftover` from the same moment on, until it is unlinked.
 * @module
 */
import type pg from 'pg';
import { writeAudit } from './audit.ts';
import type { Database } from './client.ts';
import { rowsOf, type Queryable } from './queryable.ts';
import { inTransaction } from './transaction.ts';

const UPKEEP_LOCK = 4_027_100_031;

/**
 * Runs `work` unless another process is at it. The lock is of a connection: it goes with the process that is killed.
 * @returns undefined when it is taken
 */
export async function withUpkeepLock<T>(
  db: Pick<Database, 'pool'>,
  work: () => Promise<T>,
): Promise<T | undefined> {
  const client = await db.pool.connect();
  // A connection that breaks while it holds nothing but the lock must not end the process.
  client.on('error', ignore);
  let got = false;
  try {
    const [lock] = await rowsOf<{ got: boolean }>(client, 'select pg_try_advisory_lock($1) as got', [
      UPKEEP_LOCK,
    ]);
    got = lock?.got === true;
    return got ? await work() : undefined;
  } finally {
    await endLock(client, got);
  }
}

/**
 * For a backup: while `client` is connected no file goes that a snapshot may name. It ends with the connection.
 * @param onWait the upkeep is at work: a minute, or what it takes to encode one recording
 */
export async function holdRecordings(client: Queryable, onWait: () => void): Promise<void> {
  const [lock] = await rowsOf<{ got: boolean }>(client, 'select pg_try_advisory_lock($1) as got', [
    UPKEEP_LOCK,
  ]);
  if (lock?.got === true) return;
  onWait();
  await rowsOf(client, 'select pg_advisory_lock($1)', [UPKEEP_LOCK]);
}

function ignore(): void {}

async function endLock(client: pg.PoolClient, got: boolean): Promise<void> {
  try {
    if (got) await rowsOf(client, 'select pg_advisory_unlock($1)', [UPKEEP_LOCK]);
    client.off('error', ignore);
    client.release();
  } catch (error) {
    client.release(error instanceof Error ? error : true);
  }
}

export interface Leftover {
  callId: string;
  path: string;
}

export async function readLeftovers(on: Queryable, params: { limit: number }): Promise<Leftover[]> {
  const text = `select id as "callId", recording_leftover as path from calls
    where recording_leftover is not null order by id limit $1`;
  return rowsOf<Leftover>(on, text, [params.limit]);
}

/** After the file was unlinked. */
export async function clearLeftover(on: Queryable, { callId, path }: Leftover): Promise<void> {
  const text = 'update calls set recording_leftover = null where id = $1 and recording_leftover = $2';
  await rowsOf(on, text, [callId, path]);
}

export interface OverdueRecording {
  callId: string;
  /** Of a lost one there is at most a capture in the spool. */
  state: 'ready' | 'lost';
}

/** Recordings whose days are over, the oldest of each campaign first. */
export async function readOverdue(
  on: Queryable,
  params: { now: Date; limit: number },
): Promise<OverdueRecording[]> {
  return rowsOf<OverdueRecording>(
    on,
    `select c.id as "callId", c.recording_state as state
     from (${rulesOf('recordingRetentionDays')}) rule
     cross join lateral (
       select i.call_id, i.at from recording_index i
       where i.campaign_id = rule.campaign_id and i.state in ('ready', 'archived', 'lost') and i.at < rule.before
       order by i.at limit $2) due
     join calls c on c.id = due.call_id
     where c.recording_state in ('ready', 'lost') and c.recording_leftover is null and c.ended_at < rule.before
     order by due.at limit $2`,
    [params.now, params.limit],
  );
}

/** Campaigns that say so, with the instant before which a call must have ended. */
function rulesOf(setting: 'recordingRetentionDays' | 'recordingArchiveDays'): string {
  return `select id as campaign_id, $1::timestamptz - (body->>'${setting}')::int * interval '1 day' as before
    from config_objects where kind = 'campaign' and body->>'${setting}' is not null`;
}

/** The rows first: whoever asks from now on is told that it was deleted. @returns files to unlink */
export async function markDeleted(
  db: Pick<Database, 'pool'>,
  params: { callIds: readonly string[]; now: Date },
): Promise<{ leftovers: Leftover[]; deleted: number; freedBytes: number }> {
  return inTransaction(db, async (client) => {
    const rows = await rowsOf<{ callId: string; campaign: string; path: string | null; bytes: number }>(
      client,
      DELETE,
      [params.callIds, params.now],
    );
    const freedBytes = rows.reduce((sum, { bytes }) => sum + bytes, 0);
    await rowsOf(client, 'delete from recording_troubles where call_id = any($1)', [
      rows.map(({ callId }) => callId),
    ]);
    await countDay(client, { now: params.now, deleted: rows.length, freedBytes });
    for (const campaign of new Set(rows.map((row) => row.campaign))) {
      await writeAudit(client, {
        actor: 'system',
        action: 'recordings.delete',
        objectKind: 'campaign',
        objectId: campaign,
        after: { recordings: rows.filter((row) => row.campaign === campaign).length, reason: 'retention' },
        at: params.now,
      });
    }
    const leftovers = rows.flatMap(({ callId, path }) => (path === null ? [] : [{ callId, path }]));
    return { leftovers, deleted: rows.length, freedBytes };
  });
}

const DELETE = `
  with old as (
    select id, recording_bytes as bytes from calls where id = any($1::uuid[]) order by id for update)
  update calls c set recording_state = 'deleted', recording_reason = 'retention', recording_deleted_at = $2,
    recording_leftover = recording_path, recording_path = null, recording_sha256 = null, recording_bytes = null
  from old, config_objects o
  where c.id = old.id and o.id = c.campaign_id and c.recording_state in ('ready', 'lost') and c.recording_leftover is null
  returning c.id as "callId", o.name as campaign, c.recording_leftover as path, coalesce(old.bytes, 0) as bytes`;

export interface ArchivableRecording {
  callId: string;
  path: string;
  sha256: string;
  bytes: number;
}

/** A recording that cannot be archived is tried again each day, so many times; then its WAV stays until it is deleted. */
const MOST_TRIES = 5;

/** Recordings that should be an archive by now, without those that could not be made one of late. */
export async function readArchivable(
  on: Queryable,
  params: { now: Date; limit: number },
): Promise<ArchivableRecording[]> {
  return rowsOf<ArchivableRecording>(
    on,
    `select c.id as "callId", c.recording_path as path, c.recording_sha256 as sha256, c.recording_bytes as bytes
     from (${rulesOf('recordingArchiveDays')}) rule
     cross join lateral (
       select i.call_id, i.at from recording_index i
       where i.campaign_id = rule.campaign_id and i.state = 'ready' and i.at < rule.before
         and not exists (
           select from recording_troubles t where t.call_id = i.call_id
             and (t.tries >= ${MOST_TRIES} or t.tried_at > $1::timestamptz - interval '1 day'))
       order by i.at limit $2) due
     join calls c on c.id = due.call_id
     where c.recording_state = 'ready' and c.recording_archived_at is null and c.recording_leftover is null
       and c.ended_at < rule.before and c.recording_path is not null and c.recording_sha256 is not null
     order by due.at limit $2`,
    [params.now, params.limit],
  );
}

/** The archive lies there, verified: from now on the row names it, and the WAV is left over. @returns false when the row is another by now */
export async function markArchived(
  db: Pick<Database, 'pool'>,
  params: {
    recording: ArchivableRecording;
    archive: { path: string; sha256: string; bytes: number };
    now: Date;
  },
): Promise<boolean> {
  const { recording, archive, now } = params;
  return inTransaction(db, async (client) => {
    const rows = await rowsOf(
      client,
      `update calls set recording_path = $3, recording_sha256 = $4, recording_bytes = $5, recording_archived_at = $6,
         recording_leftover = recording_path
       where id = $1 and recording_state = 'ready' and recording_path = $2 and recording_leftover is null
       returning id`,
      [recording.callId, recording.path, archive.path, archive.sha256, archive.bytes, now],
    );
    if (rows.length === 0) return false;
    await rowsOf(client, 'delete from recording_troubles where call_id = $1', [recording.callId]);
    await countDay(client, { now, archived: 1, freedBytes: recording.bytes - archive.bytes });
    return true;
  });
}

export async function noteTrouble(
  on: Queryable,
  params: { callId: string; reason: string; now: Date },
): Promise<void> {
  await rowsOf(
    on,
    `insert into recording_troubles (call_id, reason, tries, tried_at) values ($1, $2, 1, $3)
     on conflict (call_id) do update set reason = excluded.reason, tries = recording_troubles.tries + 1, tried_at = excluded.tried_at`,
    [params.callId, params.reason, params.now],
  );
}

async function countDay(
  on: Queryable,
  done: { now: Date; archived?: number; deleted?: number; freedBytes: number },
): Promise<void> {
  await rowsOf(
    on,
    `insert into recording_days (day, archived, deleted, freed_bytes) values (($1::timestamptz at time zone 'UTC')::date, $2, $3, $4)
     on conflict (day) do update set archived = recording_days.archived + excluded.archived,
       deleted = recording_days.deleted + excluded.deleted, freed_bytes = recording_days.freed_bytes + excluded.freed_bytes`,
    [done.now, done.archived ?? 0, done.deleted ?? 0, done.freedBytes],
  );
}
