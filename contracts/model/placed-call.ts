/**
 * What the edge reports when a call is over. It goes through workflow histories: no numbers, no names.
 * @module
 */
import type { CallEnd, EdgeRef } from './call.ts';
import type { RecordingResult } from './recording.ts';

/** One line of a call's timeline; `detail` is a short technical word (a SIP status, a key), never personal data. */
export interface TimelineEvent {
  /** RFC 3339 in UTC with milliseconds. */
  at: string;
  kind: TimelineKind;
  detail?: string;
}

export const TIMELINE_KINDS = [
  'claimed',
  'invite',
  'ringing',
  'early-media',
  'answered',
  'prompt-started',
  'prompt-ended',
  'key',
  'desk-joined',
  'desk-lost',
  'held',
  'resumed',
  'digits',
  'recording-refused',
  'bye-sent',
  'bye-received',
  'cancel-sent',
  'failed',
  'released',
  'settled',
  'recording',
] as const;
export type TimelineKind = (typeof TIMELINE_KINDS)[number];

/** Upper bound of a timeline, so that a customer who keeps pressing keys cannot grow a history. */
export const MAX_TIMELINE_EVENTS = 40;

/** What the robot achieved on an answered call. */
export interface RobotResult {
  promptMs: number;
  /** How much of the prompt was played before the call ended or a key was pressed, 0..promptMs. */
  heardMs: number;
  heardInFull: boolean;
  /** Menu key pressed, one of `0-9*#`. */
  key?: string;
  /** Status code that the campaign's menu gives to `key`. */
  keyStatus?: string;
}

/** What became of the agent's side of a call. */
export interface DeskResult {
  /** How long the customer was on hold, in all. */
  holdMs: number;
  /** How long the customer waited for a desk that was gone. */
  lostMs: number;
}

/** The result of `placeCall` and of a settlement. All times RFC 3339 UTC with milliseconds. */
export interface PlacedCall {
  end: CallEnd;
  edge: EdgeRef;
  /** Absent when no INVITE was (or may have been) sent. */
  invitedAt?: string;
  ringingAt?: string;
  answeredAt?: string;
  endedAt: string;
  /** Whoever sent the INVITE is gone and could not cancel it: until then the phone may still ring. */
  mayRingUntil?: string;
  /** Answer to end in milliseconds, 0 when not answered. */
  talkMs: number;
  robot?: RobotResult;
  /** Of a call with an agent. */
  desk?: DeskResult;
  recording: RecordingResult;
  timeline: TimelineEvent[];
}
