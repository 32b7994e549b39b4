/**
 * What a commit must know about a call, read just before it, and what it decides. Plain shapes.
 * @module
 */
import type { CallKind } from '../contracts/model/call.ts';
import type { RetryRulesDef } from '../contracts/model/config.ts';
import type { PlacedCall } from '../contracts/model/placed-call.ts';
import type { ContactCloseReason, ContactWait } from './dial-wait.ts';
import type { TrunkSignal } from './trunk-health.ts';

export interface StatusFlags {
  id: number;
  code: string;
  reachedPerson: boolean;
  countsAsNoAnswer: boolean;
  countsTowardsCaps: boolean;
  final: boolean;
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
}

/** What becomes of the contact: called again, or never. */
export type ContactNext =
  | { next: 'retry'; dueAt: Date; position: number; waitReason: ContactWait; keepRank: boolean }
  | { next: 'close'; reason: ContactCloseReason };

export interface CommitDecision {
  callId: string;
  placed: PlacedCall;
  status: StatusFlags;
  statusBy?: string;
  call: CommitFacts['call'];
  contact?: ContactNext;
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
