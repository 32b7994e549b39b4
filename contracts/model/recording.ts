/**
 * What became of a call's recording.
 * @module
 */

export const RECORDING_LOST_REASONS = [
  'pcap-missing',
  'pcap-unreadable',
  'media-server-died',
  'disk-full',
  'edge-unreachable',
  'decode-failed',
] as const;
export type RecordingLostReason = (typeof RECORDING_LOST_REASONS)[number];

/** Of a committed call. `deleted`: there was one, and its days were over (reason `retention`); when stands in the row. */
export const RECORDING_STATES = ['ready', 'none', 'lost', 'deleted'] as const;
export type RecordingState = (typeof RECORDING_STATES)[number];

/** What people look for: sound that can be had (`archived`: as Ogg Opus only), or why it cannot; `pending` calls are under way. */
export const RECORDING_CHOICES = ['ready', 'archived', 'deleted', 'lost', 'pending'] as const;
export type RecordingChoice = (typeof RECORDING_CHOICES)[number];

/**
 * What a call ends with. `ready`: a verified A-law stereo WAV (left customer, right prompt or agent) that starts at the answer.
 * `none`: there was nothing to record. `lost`: it cannot be rebuilt, and why.
 */
export type RecordingResult =
  | {
      state: 'ready';
      /** Relative to the recordings folder: `YYYY/MM/DD/<call id>.wav` (UTC day of the answer). */
      path: string;
      /** SHA-256 of the file, hexadecimal. */
      sha256: string;
      durationMs: number;
      bytes: number;
    }
  | { state: 'none'; reason: 'not-answered' | 'recording-off' | 'refused' }
  | { state: 'lost'; reason: RecordingLostReason };

/** Why a recording stays a WAV. */
export type NotArchivedReason =
  'file-missing' | 'file-changed' | 'disk-full' | 'cannot-be-archived' | 'stopped';

/** What came of archiving one recording; paths are relative to the recordings folder. `detail` names no file and no person. */
export type ArchiveOutcome =
  | { state: 'archived'; path: string; sha256: string; bytes: number }
  | { state: 'kept'; reason: NotArchivedReason; detail: string };

/** What lies in the folder of a day. */
export interface StoredFile {
  /** `<call id>.wav`, or whatever else lies there. */
  name: string;
  bytes: number;
  modifiedAt: Date;
}
