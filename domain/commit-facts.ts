/**
 * What a commit must know about a call, read just before it, and what it decides. Plain shapes.
 * @module
 */
import type { CallKind } from '../contracts/model/call.ts';
import type { RetryRulesDef } from '../contracts/model/config.ts';
import type { PlacedCall } from '../contracts/model/placed-call.ts';
import type { Answers } from '../contracts/model/script.ts';
import type { CallQuality } from '../contracts/model/wrap-up.ts';
import type { ContactCloseReason, ContactWait } from './dial-wait.ts';
import type { TrunkSignal } from './trunk-health.ts';

export interface StatusFlags {
  id: number;
  code: string;
  reachedPerson: boolean;
  countsAsNoAnswer: boolean;
  countsTowardsCaps: boolean;
  final: boolean;
  /** Set by the system only. Absent, as `allowedFor`: as if it were not. */
  system?: boolean;
  allowedFor?: readonly CallKind[];
}

/** One of the contact's numbers, in order of position. */
export interface ContactNumberFact {
  numberId: number;
  position: number;
  active: boolean;
  doNotCall: boolean;
  /** `Nu mai suna` in this campaign. */
  stopped: boolean;
}

export interface CommitFacts {
  call: {
    id: string;
    kind: CallKind;
    campaignId: number;
    listId?: number;
    contactId?: number;
    agentId?: number;
    trunkId?: number;
    numberId: number;
    claimedAt: Date;
  };
  /** Set when the call has been committed before. */
  committed?: { status: string };
  zone: string;
  retryRules: RetryRulesDef;
  stopAfterUnanswered: number;
  /** Consecutive unanswered calls of this campaign to the number, before this one. */
  unanswered: number;
  contact?: {
    numbers: readonly ContactNumberFact[];
    /** Earlier calls of the contact whose INVITE left, by status code. */
    placedByStatus: Readonly<Record<string, number>>;
    /** Earlier calls that never left. */
    notPlaced: number;
  };
  statuses: readonly StatusFlags[];
  /** Nothing is wrong with the trunk: no back-off, not suspended. */
  trunkQuiet?: boolean;
  /** The campaign deals its contacts out to agents: a contact stays with its own. */
  dailyQueue?: boolean;
}

/** What becomes of the contact: called again, or never. */
export type ContactNext =
  | {
      next: 'retry';
      dueAt: Date;
      position: number;
      waitReason: ContactWait;
      keepRank: boolean;
      /** Of an agent's call; absent: the rank of a retry, and whose it was. */
      queue?: AgentQueue;
    }
  | { next: 'close'; reason: ContactCloseReason };

/** Where in the queue an agent's contact goes. */
export interface AgentQueue {
  /** 1 retry, 3 callback for anyone, 4 callback for one agent. */
  rank: 1 | 3 | 4;
  /** Whose it is then; `same`: as it was; `nobody`: anyone's. */
  agent: number | 'same' | 'nobody';
}

/** What the agent's side adds to the row; only of calls with an agent. */
export interface AgentPart {
  wrapUpId?: string;
  note?: string;
  answers?: Answers;
  holdMs: number;
  wrapUpMs: number;
  quality?: CallQuality;
  doNotCallReason?: string;
  /** Nobody had saved in time. */
  late: boolean;
  /** They call another number of the contact now. */
  another?: true;
}

export interface CommitDecision {
  callId: string;
  placed: PlacedCall;
  status: StatusFlags;
  statusBy?: string;
  call: CommitFacts['call'];
  agent?: AgentPart;
  contact?: ContactNext;
  /** The number belongs to nobody, and the person wants to be called again: a contact is made of them. */
  handContact?: { dueAt: Date; queue: AgentQueue };
  /** Local day on which the call counts towards the caps; absent: it does not count. */
  capDay?: string;
  /** The number does not exist: never again for this contact. */
  numberInactive: boolean;
  /** New run of unanswered calls, when it changes; `stop` marks the number `Nu mai suna` for the campaign. */
  unanswered?: { count: number; stop: boolean };
  /** The number's phone may still ring: nobody calls it before, in whatever campaign. */
  ringsUntil?: Date;
  /** Everywhere, for every number of the contact: the person asked for it. */
  doNotCall: boolean;
  trunkSignal: TrunkSignal;
  /** There is no trouble that this call could end. What comes up after the facts were read began after its claim. */
  trunkQuiet?: boolean;
  /** UTC hour in which the call counts in reports. */
  hour: Date;
  now: Date;
}
