/**
 * What a call's row says of its recording -> what a person may know and do of it. Pure.
 * @module
 */
import type { RecordingInfo } from '../../contracts/http/recordings.ts';
import type { RecordingFacts } from '../../db/recording-facts.ts';
import { can, type Person } from '../../domain/permissions.ts';

/** The form of a recording is that of its file. */
export function formOf(path: string): Extract<RecordingInfo, { state: 'ready' }>['form'] {
  return /\.(ogg|opus)$/.test(path) ? 'opus' : 'wav';
}

/**
 * @param call whose recording it is
 * @param viewer who looks
 */
export function toRecordingInfo(
  call: { id: string; agent_id: number | null },
  row: RecordingFacts,
  viewer: Person & { userId: number },
): RecordingInfo {
  const own = { own: call.agent_id === viewer.userId };
  const url = `/api/calls/${call.id}/recording`;
  switch (row.recording_state) {
    case null:
      return { state: 'pending' };
    case 'ready':
      return {
        state: 'ready',
        form: formOf(row.recording_path ?? ''),
        url: can(viewer, 'recording.play', own) ? url : null,
        downloadUrl: can(viewer, 'recording.download', own) ? `${url}/download` : null,
        durationMs: row.recording_ms ?? 0,
        bytes: row.recording_bytes ?? 0,
        sha256: row.recording_sha256 ?? '',
        archivedAt: row.recording_archived_at?.toISOString() ?? null,
      };
    case 'deleted':
      return {
        state: 'deleted',
        reason: row.recording_reason,
        deletedAt: row.recording_deleted_at?.toISOString() ?? null,
        durationMs: row.recording_ms,
      };
    default:
      return { state: row.recording_state, reason: row.recording_reason };
  }
}
