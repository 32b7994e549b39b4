/**
 * Workflow type names (the exported function names, frozen) with their inputs and results.
 * @module
 */
import type { CallEnd, CallKind, EdgeRef } from '../model/call.ts';

export const WORKFLOW_TYPES = [
  'robotCall',
  'outboundCall',
  'workday',
  'importList',
  'undoImport',
  'edgeNode',
  'recordingUpkeep',
] as const;
export type WorkflowType = (typeof WORKFLOW_TYPES)[number];

/** Input of `robotCall`: ids only; the edge reads number, trunk and prompt from Postgres as its last gate. */
export interface RobotCallInput {
  callId: string;
  kind: CallKind;
  edge: EdgeRef;
}

/** Input of `outboundCall`: ids and the bounds of its wrap-up; everything else is in Postgres. */
export interface OutboundCallInput extends RobotCallInput {
  agentId: number;
  /** As resolved by the starter from the campaign (`domain/desk-rules.ts`). */
  wrapUp: WrapUpBounds;
}

export interface WrapUpBounds {
  /** Time for the wrap-up of an answered call; 0: no limit. */
  seconds: number;
  extendSeconds: number;
  atEnd: 'keep' | 'save';
  /** After so long a call that was not answered is committed as the carrier said. */
  confirmSeconds: number;
}

export interface CallSummary {
  status: string;
  end: CallEnd;
  talkMs: number;
  recording: 'ready' | 'none' | 'lost';
}

/** Input of `workday`; Schedules pass only the campaign. */
export interface WorkdayInput {
  campaign: string;
}

export interface WorkdayResult {
  campaign: string;
  /**
   * `closed`: the calendar was not open when the run began. `campaign-gone`: no such campaign, or one of agents without
   * daily queues. `dealt`: contacts were dealt out to agents.
   */
  outcome: 'dialed' | 'dealt' | 'closed' | 'campaign-gone';
  opensAt?: string;
  closesAt?: string;
  calls: number;
  byStatus: Record<string, number>;
}

export type EdgeNodeInput = EdgeRef;

export interface EdgeNodeResult {
  settled: number;
  /** `left`: the edge drained and said so; `lost`: it died and its calls were settled. */
  outcome: 'left' | 'lost';
}

export interface UndoImportInput {
  importId: string;
}

export interface UndoImportResult {
  withdrawn: number;
  /** Contacts that had been called, or are being called, and stay. */
  kept: number;
}

/** Input of `recordingUpkeep`; the Schedule passes nothing, a run that is continued what was done so far. */
export interface RecordingUpkeepInput {
  soFar?: RecordingUpkeepResult;
}

export interface RecordingUpkeepResult {
  archived: number;
  deleted: number;
  /** Could not be archived: their WAV stays. */
  kept: number;
  freedBytes: number;
  /** Why nothing was archived, where something should be. */
  archive?: 'no-encoder' | 'disk-full';
  /** Of the days that were looked at in this run. */
  days: number;
  missing: number;
  strangers: number;
}
