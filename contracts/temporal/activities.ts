/**
 * Activity interfaces, grouped by the worker that runs them. One input, one result; new fields are optional.
 * @module
 */
import type { EdgeRef } from '../model/call.ts';
import type { ImportListInput, ImportCounts, ImportResult } from '../model/import.ts';
import type { PlacedCall } from '../model/placed-call.ts';
import type { WrapUpDetails, WrapUpMeta } from '../model/wrap-up.ts';
import type { Sensitive } from './sensitive.ts';
import type { UndoImportInput, UndoImportResult } from './workflow-types.ts';

/** On `CALLS_QUEUE`. */
export interface CallActivities {
  /** Makes a call's result true in one statement. Idempotent: unique on the call; a second run changes nothing. */
  commitCall(input: CommitCallInput): Promise<CommitCallResult>;
  /** Asks the edge to end a call now; where the edge is gone, settles it. Idempotent. */
  releaseCall(input: ReleaseCallInput): Promise<ReleaseCallResult>;
}

export interface CommitCallInput {
  callId: string;
  placed: PlacedCall;
  /** Status code chosen by an operator's `setOutcome`, instead of the one that follows from `placed`. */
  statusOverride?: { status: string; by: string };
  /** What the agent saved; the call's outcome, unless an operator chose another. */
  wrapUp?: { meta: WrapUpMeta; details: Sensitive<WrapUpDetails> };
  /** The time for the wrap-up is over and nothing was saved: `no-outcome` when the call was answered. */
  wrapUpOver?: boolean;
  /** RFC 3339 UTC: when the wrap-up began and ended, for the agent's times. */
  wrapUpFrom?: string;
  wrapUpTo?: string;
}

export interface CommitCallResult {
  status: string;
  /** False when this call had been committed before. */
  first: boolean;
}

export interface ReleaseCallInput {
  callId: string;
  edge: EdgeRef;
}

export interface ReleaseCallResult {
  outcome: 'hanging-up' | 'not-on-edge' | 'edge-unreachable';
}

/** On `edgeQueue(edge)`. One attempt, no heartbeat: after an INVITE has left nothing redials. */
export interface EdgeActivities {
  placeCall(input: PlaceCallInput): Promise<PlacedCall>;
}

export interface PlaceCallInput {
  callId: string;
  edge: EdgeRef;
}

/** On `edgeHoldQueue(edge)`: heartbeats until the edge leaves (returns) or dies (times out). */
export interface HoldActivities {
  holdEdge(input: EdgeRef): Promise<void>;
}

/** On `CALLS_QUEUE`, for `edgeNode`. */
export interface EdgeNodeActivities {
  /** Three tries on the edge's control socket in 0.6 s; true when this very epoch answers. */
  probeEdge(input: EdgeRef): Promise<boolean>;
  /** One guarded UPDATE, the only fact that ends an epoch. Idempotent. */
  takeEpoch(input: EdgeRef): Promise<void>;
  /** Ends and settles every open call of the epoch. Idempotent; safe to run again half way. */
  settleEpoch(input: EdgeRef): Promise<{ settled: number; remaining: number }>;
}

/** On `CALLS_QUEUE`, for `workday`. */
export interface WorkdayActivities {
  /** Reads campaign and calendar; answers what is true now. Time zones are computed here, never in workflow code. */
  openInterval(input: { campaign: string }): Promise<OpenIntervalResult>;
  /** Of a campaign with daily queues: deals its contacts out to agents. Idempotent. */
  dealOut(input: { campaign: string; closesAt: string }): Promise<{ agents: number; contacts: number }>;
  /** Counts of the interval's committed calls by status. */
  countInterval(input: { campaign: string; from: string; to: string }): Promise<IntervalCounts>;
}

export type OpenIntervalResult =
  | {
      state: 'open';
      opensAt: string;
      closesAt: string;
      /** Agents call this campaign: nothing is dialed, their queues are filled. */
      agents?: boolean;
    }
  | { state: 'closed' }
  | { state: 'campaign-gone' };

export interface IntervalCounts {
  calls: number;
  byStatus: Record<string, number>;
}

/** On `DIAL_QUEUE`: heartbeating, so that Temporal picks the one leader of a campaign. */
export interface DialActivities {
  /** Claims and starts calls until `closesAt` (or the calendar closes earlier); returns when none may be started. */
  dial(input: { campaign: string; closesAt: string }): Promise<{ started: number }>;
}

/** On `IMPORTS_QUEUE`. */
export interface ImportActivities {
  /** Validates the input, copies the file as UTF-8 into the spool, reads the header. */
  openImport(input: OpenImportInput): Promise<OpenImportResult>;
  /** Imports from the committed position on, one transaction a batch, heartbeating; resumes after a crash. */
  importChunk(input: { importId: string }): Promise<ImportChunkResult>;
  /** Writes the rejects file, closes the import. Idempotent. */
  finishImport(input: { importId: string; cancelled: boolean }): Promise<ImportResult>;
  /** Withdraws contacts of the import that were never called. Idempotent. */
  undoImportContacts(input: UndoImportInput): Promise<UndoImportResult>;
}

export interface OpenImportInput {
  workflowId: string;
  input: ImportListInput;
}

export type OpenImportResult =
  | { state: 'opened'; importId: string; bytesTotal: number }
  | { state: 'already-imported'; result: ImportResult };

export interface ImportChunkResult extends ImportCounts {
  done: boolean;
  bytesRead: number;
  bytesTotal: number;
}

/** On `RECORDINGS_QUEUE`, for `recordingUpkeep`. Each may run again at any point: it finishes what the one before began. */
export interface RecordingActivities {
  /**
   * Files that rows no longer name are unlinked; then what is over is deleted, then what is old is archived, one after the
   * other, heartbeating, for about a minute.
   */
  keepRecordings(): Promise<KeepRecordingsResult>;
  /** Compares the folders of some days with the rows of their calls, heartbeating, for about a minute. */
  checkRecordings(): Promise<CheckRecordingsResult>;
}

export interface KeepRecordingsResult {
  archived: number;
  deleted: number;
  /** Could not be archived: their WAV stays. */
  kept: number;
  freedBytes: number;
  /** There is more to do, or another worker is at it. */
  more: boolean;
  /** Why nothing is archived, where something should be: there is no ffmpeg with libopus, or no room on the disk. */
  archive?: 'no-encoder' | 'disk-full';
}

export interface CheckRecordingsResult {
  days: number;
  /** Calls whose row names a file that is not there. */
  missing: number;
  /** Files that no row names. */
  strangers: number;
  more: boolean;
}
