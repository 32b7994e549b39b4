/**
 * What activities need from telephony, declared here so that this folder does not depend on it.
 * @module
 */
import type { EdgeRef } from '../contracts/model/call.ts';
import type { PlacedCall } from '../contracts/model/placed-call.ts';
import type { ArchiveOutcome, StoredFile } from '../contracts/model/recording.ts';

/** Ends what a dead edge left behind; implemented in `telephony/orphan-ender.ts`. */
export interface OrphanEnder {
  /**
   * BYE by dialog id where it can be sent, media deleted, recording finished from journal and pcap.
   * Idempotent: a second run finds the finished file and answers the same.
   *
   * @returns the call's result put together from its journal: `platform/edge-lost`, or `platform/not-placed` when the
   *   journal shows that no INVITE can have left.
   */
  endOrphan(call: { callId: string; edge: EdgeRef }): Promise<PlacedCall>;
}

/** Journals of calls on the disk; implemented in `telephony/left-journals.ts`. */
export interface LeftJournals {
  /** Their call ids, in no order. */
  listJournals(): Promise<string[]>;
  /**
   * For a call of an ended epoch. Where its settlement died before the far end was told, it is told now, behind the caller's
   * back; else a committed call's journal is deleted. Idempotent.
   */
  letGo(call: { callId: string; isCommitted: boolean }): Promise<'deleted' | 'telling' | 'kept'>;
}

/**
 * Finished recordings on the disk; implemented in `telephony/recording/recording-store.ts`. Paths are relative to the
 * recordings folder. Each step is on the disk when it returns, and may be done again.
 */
export interface RecordingStore {
  /** Is there an encoder? */
  canArchive(): Promise<boolean>;
  /** Makes the verified archive beside the WAV, which stays. */
  archive(recording: { path: string; sha256: string }, signal?: AbortSignal): Promise<ArchiveOutcome>;
  /** Also where it is gone already. */
  remove(path: string): Promise<void>;
  /** What rtpengine captured of a call whose recording was lost. */
  removeCapture(callId: string): Promise<void>;
  /** `YYYY/MM/DD`, in order. */
  days(): Promise<string[]>;
  filesOf(day: string): Promise<StoredFile[]>;
}
