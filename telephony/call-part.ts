/**
 * What a call that we place is made of: what it needs, what it is told, and the part that differs between a robot and an
 * agent. The frame that runs it is `call.ts`.
 * @module
 */
import type { CallEnd, EdgeRef } from '../contracts/model/call.ts';
import type { TrunkDef } from '../contracts/model/config.ts';
import type { PlacedCall } from '../contracts/model/placed-call.ts';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import type { DtmfListener } from './dtmf-listener.ts';
import type { Journal, JournalFact } from './journal.ts';
import type { KeyQueue } from './key-queue.ts';
import type { Limiter } from './limiter.ts';
import type { MediaSession } from './media-session.ts';
import type { NgClient } from './ng-client.ts';
import type { RecordingFolders } from './recording/captures.ts';
import type { LiveDialog } from './sip-invite.ts';
import type { SipLink } from './sip-link.ts';
import type { DeskCodec } from './slot-recipes.ts';
import type { StopReason } from './stop-reason.ts';

export interface CallDeps {
  sip: SipLink;
  ng: NgClient;
  dtmf: DtmfListener;
  folders: RecordingFolders;
  clock: Clock;
  logger: Logger;
  /** What browsers at desks are offered; default G.711. */
  deskCodec?: DeskCodec;
  /** Bounds the recordings that are decoded at once: hundreds of calls may end in the same second. */
  limitRecordings?: Limiter;
}

export interface CallParams {
  callId: string;
  edge: EdgeRef;
  /** E.164. */
  number: string;
  /** E.164. */
  callerId: string;
  /** With its password in clear. */
  trunk: TrunkDef;
  ringTimeoutMs: number;
  maxTalkMs: number;
  recording: boolean;
  /** For the page only; must not throw. */
  onStage?(stage: 'ringing' | 'talking' | 'ending', at: Date): void;
  /** The call is over, its recording is not finished yet; must not throw. */
  onEnded?(ended: EndedCall): void;
}

export interface EndedCall {
  end: CallEnd;
  /** RFC 3339. */
  at: string;
  /** An INVITE to the customer has left, or may have. */
  invited: boolean;
}

export interface RunningCall {
  /** Never rejects: a defect of ours is `platform / internal-error`. */
  readonly result: Promise<PlacedCall>;
  /** Ends the call now, at whatever stage it is: CANCEL or BYE, `platform / released`. */
  release(): void;
  /**
   * Resolves when nobody is left to be told that the call is over, mostly before the result; until then the call's journal is
   * needed. Never rejects.
   */
  readonly told: Promise<void>;
}

/** What the parts of a call share. */
export interface CallContext {
  deps: CallDeps;
  params: CallParams;
  journal: Journal;
  media: MediaSession;
  /** Aborted, with a `StopReason`, when somebody on our side ends the call. */
  stopped: AbortSignal;
  stop(why: StopReason): void;
  /** What goes on behind the result; never rejects. */
  later(work: Promise<void>): void;
}

/** What differs between a robot and an agent. */
export interface CallPart {
  /** Further facts of the journal's first line. */
  opened: Pick<Extract<JournalFact, { kind: 'opened' }>, 'promptMs' | 'menu' | 'agent'>;
  /** Before the customer is called. @returns an end: the customer is not called at all */
  prepare?(): Promise<CallEnd | undefined>;
  onRinging?(): void;
  /** The customer's side is heard from now on. */
  onEarlyMedia?(): void;
  /**
   * The customer has answered; runs while the media server is told where they are, and `talk` waits for both: somebody says
   * "hello" already. @throws NgError
   */
  onAnswered?(): Promise<void>;
  /**
   * While the customer is on the line; comes to rest when the signal is aborted. @returns how the call ends if it was not
   * over before: by default `success / hang-up-by-us`
   */
  talk(line: Line): Promise<CallEnd | void>;
  /** Lets go whoever else is in the call. Never rejects. */
  close?(): Promise<void>;
}

export interface Line {
  dialog: LiveDialog;
  /** What the customer presses. */
  keys: KeyQueue;
  signal: AbortSignal;
}
