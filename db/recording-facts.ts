/**
 * What the row of a call says about its recording: read here and nowhere else, so that archive and retention are told alike on
 * every page.
 * @module
 */
import type { RecordingState } from '../contracts/model/recording.ts';
import { rowsOf, type Queryable } from './queryable.ts';

export interface RecordingFacts {
  /** Null until the commit. */
  recording_state: RecordingState | null;
  recording_reason: string | null;
  /** Relative to the recordings folder. */
  recording_path: string | null;
  recording_sha256: string | null;
  recording_ms: number | null;
  recording_bytes: number | null;
  /** Since when the path is that of an Ogg Opus. */
  recording_archived_at: Date | null;
  recording_deleted_at: Date | null;
}

/** `c` is `calls`. */
export const RECORDING_COLUMNS = `
  c.recording_state, c.recording_reason, c.recording_path, c.recording_sha256, c.recording_ms, c.recording_bytes,
  c.recording_archived_at, c.recording_deleted_at`;

/** @param id a UUID, checked by the caller */
export async function findRecording(
  on: Queryable,
  id: string,
): Promise<(RecordingFacts & { agent_id: number | null }) | undefined> {
  const [row] = await rowsOf<RecordingFacts & { agent_id: number | null }>(
    on,
    `select c.agent_id, ${RECORDING_COLUMNS} from calls c where c.id = $1`,
    [id],
  );
  return row;
}
