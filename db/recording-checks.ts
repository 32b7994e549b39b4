/**
 * Rows of calls against what lies in the folders of recordings, day by day (UTC, as the folders are).
 * @module
 */
import type { RecordingState } from '../contracts/model/recording.ts';
import { rowsOf, type Queryable } from './queryable.ts';

export interface CheckedDay {
  /** `YYYY-MM-DD`. */
  day: string;
  checkedAt: Date;
  /** Something lay there, or should have. */
  filled: boolean;
  /** Something should have lain there. */
  missing: boolean;
}

export async function readCheckedDays(on: Queryable): Promise<CheckedDay[]> {
  return rowsOf<CheckedDay>(
    on,
    `select day::text, checked_at as "checkedAt", wav_bytes + archive_bytes + missing + strangers > 0 as filled,
       missing > 0 as missing
     from recording_days where checked_at is not null`,
  );
}

export interface NamedRecording {
  callId: string;
  path: string;
}

/** Recordings that rows name in the folder of a day, which is the day of the answer. */
export async function readNamedRecordings(on: Queryable, params: { day: string }): Promise<NamedRecording[]> {
  return rowsOf<NamedRecording>(
    on,
    `select id as "callId", recording_path as path from calls
     where claimed_at >= $1::date - interval '1 day' and claimed_at < $1::date + interval '2 days'
       and recording_state = 'ready' and recording_path like $2 || '/%'`,
    [params.day, params.day.replaceAll('-', '/')],
  );
}

export interface RecordingFact {
  callId: string;
  committed: boolean;
  state: RecordingState | null;
  path: string | null;
  leftover: string | null;
}

export async function readRecordingFacts(
  on: Queryable,
  callIds: readonly string[],
): Promise<RecordingFact[]> {
  return rowsOf<RecordingFact>(
    on,
    `select id as "callId", committed_at is not null as committed, recording_state as state, recording_path as path,
       recording_leftover as leftover
     from calls where id = any($1::uuid[])`,
    [callIds],
  );
}

export interface DayFindings {
  wavBytes: number;
  archiveBytes: number;
  missing: number;
  strangers: number;
}

export async function saveDayFindings(
  on: Queryable,
  params: { day: string; now: Date; found: DayFindings },
): Promise<void> {
  const { wavBytes, archiveBytes, missing, strangers } = params.found;
  await rowsOf(
    on,
    `insert into recording_days (day, checked_at, wav_bytes, archive_bytes, missing, strangers) values ($1, $2, $3, $4, $5, $6)
     on conflict (day) do update set checked_at = excluded.checked_at, wav_bytes = excluded.wav_bytes,
       archive_bytes = excluded.archive_bytes, missing = excluded.missing, strangers = excluded.strangers`,
    [params.day, params.now, wavBytes, archiveBytes, missing, strangers],
  );
}
