/**
 * What a made-up history consists of: rows without ids of a database. People, lists and numbers are named by their place in
 * their array; times are milliseconds since the epoch.
 * @module
 */
import type { AgentCause, AgentState } from '../../contracts/model/agent.ts';
import type { CallEnd } from '../../contracts/model/call.ts';
import type { ListKind, RejectReason } from '../../contracts/model/import.ts';
import type { Answers } from '../../contracts/model/script.ts';
import type { CallQuality } from '../../contracts/model/wrap-up.ts';
import type { DoNotCallSource } from '../../contracts/model/do-not-call.ts';
import type { HistoryRecording } from './recordings.ts';
import type { ContactCloseReason, ContactWait } from '../../domain/dial-wait.ts';

export interface HistoryOptions {
  seed: number;
  /** The history ends a quarter of an hour before. */
  until: Date;
  /** About so many calls. */
  calls: number;
  /** Calendar days that it goes back; absent: six months, fewer for less than 40,000 calls. */
  days?: number;
  /** Numbers, E.164, that belong to somebody else already. */
  taken?: ReadonlySet<string>;
}

/** What happened in a while. */
export interface HistoryPart {
  /** In the order of their commits. */
  calls: HistoryCall[];
  shifts: HistoryShift[];
  /** Of one agent in the order in which they happened, without a gap. */
  trail: HistoryMove[];
}

/** What is there in the end. */
export interface HistoryEnd {
  from: number;
  until: number;
  /** Working days. */
  days: number;
  agents: HistoryAgent[];
  lists: HistoryList[];
  numbers: HistoryNumber[];
  contacts: HistoryContact[];
  corrections: HistoryCorrection[];
  /** What happened to campaigns: `campaign` by name. */
  ends: { campaign: string; what: 'pause' | 'stop'; at: number; by: string; reason: string }[];
}

/** Parts and end together; for histories that fit into memory with ease. */
export interface History extends HistoryEnd, HistoryPart {}

export interface HistoryAgent {
  /** Log-in. */
  name: string;
  displayName: string;
}

export interface HistoryReject {
  rowNo: number;
  outcome: 'duplicate' | 'invalid' | 'suppressed';
  reason: RejectReason;
  cells: string[];
}

export interface HistoryList {
  /** Name of its campaign. */
  campaign: string;
  /** Name of the list; the file was `<name>.csv`. */
  name: string;
  kind: ListKind;
  at: number;
  importId: string;
  rejects: HistoryReject[];
  /** Places in `contacts`: `from` to less than `to`. */
  from: number;
  to: number;
}

export interface HistoryNumber {
  e164: string;
  capDay?: string;
  capDayCount: number;
  capTotal: number;
  doNotCall?: { at: number; by: string; reason: string; source?: DoNotCallSource };
  /** By campaign name: consecutive unanswered calls, and since when it is `Nu mai suna` there. */
  runs?: Map<string, { unanswered: number; stoppedAt?: number }>;
}

export interface HistoryContact {
  campaign: string;
  list: number;
  rowNo: number;
  lastName: string;
  firstName: string;
  locality: string;
  county: string;
  age: number;
  ageBand: string;
  consentAt: string;
  createdAt: number;
  /** Places in `numbers`, in order of position. */
  numbers: number[];
  /** Which of `numbers` exist, in the same order. */
  active: boolean[];
  closed?: { reason: ContactCloseReason; at: number };
  /** Of one that is open. */
  queue?: HistoryQueue;
  attempts: number;
}

export interface HistoryQueue {
  rank: number;
  dueAt: number;
  /** 1-based. */
  position: number;
  waitReason?: ContactWait;
  /** Place in `agents`: a personal callback. */
  agent?: number;
}

export interface HistoryCall {
  id: string;
  kind: 'robot' | 'outbound';
  campaign: string;
  list: number;
  contact: number;
  attempt: number;
  number: number;
  // Undefined rather than absent: two hundred thousand rows of one shape are made twice as fast.
  agent: number | undefined;
  claimedAt: number;
  committedAt: number;
  /** Code. */
  status: string;
  end: CallEnd;
  invitedAt: number | undefined;
  ringingAt: number | undefined;
  answeredAt: number | undefined;
  endedAt: number;
  talkMs: number;
  robot: { promptMs: number; heardMs: number; key: string | undefined } | undefined;
  desk: HistoryDesk | undefined;
  recording: HistoryRecording | undefined;
}

/** What the agent's side adds. */
export interface HistoryDesk {
  /** Of a call that was saved. */
  wrapUpId: string | undefined;
  note: string | undefined;
  holdMs: number;
  wrapUpMs: number;
  answers: Answers | undefined;
  quality: CallQuality | undefined;
}

export interface HistoryShift {
  agent: number;
  startedAt: number;
  endedAt: number;
}

export interface HistoryMove {
  agent: number;
  /** Place in the shifts of the whole history. */
  shift: number;
  at: number;
  from: AgentState;
  to: AgentState;
  reason: string | undefined;
  cause: AgentCause;
  /** The call's own move, or the agent's. */
  by: 'system' | 'agent';
  callId: string | undefined;
}

export interface HistoryCorrection {
  /** Id of a committed call, the last one of its contact. */
  call: string;
  expected: string;
  status: string;
  reason: string;
  by: string;
  at: number;
}
