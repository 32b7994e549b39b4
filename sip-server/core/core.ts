import type { Arrived } from '../message/build.ts';
import type { Branches } from '../message/ids.ts';
import type { SipRequest, SipResponse } from '../message/types.ts';
import type { Scheduler } from '../transaction/scheduler.ts';
import type { SipTimers } from '../transaction/timers.ts';
import type { TransactionLayer } from '../transaction/layer.ts';
import type { Flow } from '../transport/flow.ts';
import type { Transports } from '../transport/transports.ts';
import type { Meta } from '../wire/reports.ts';
import type { AppRegistry } from './app-registry.ts';
import type { DialogTable } from './dialog-table.ts';
import type { Dialog } from './dialog.ts';
import type { FlowMemory } from './flow-memory.ts';
import type { IsPeer } from './peers.ts';

/** Diagnostics of the server: never URIs, numbers, names or bodies. */
export interface SipLogger {
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** A request of the network with the way it came. */
export interface Received extends Arrived {
  readonly flow: Flow;
}

/** An answer as it left, or why it did not; undefined when the final one has been given already, or nobody waits for one. */
export type SendOutcome =
  { readonly response: SipResponse; readonly flow: Flow } | { readonly problem: string } | undefined;

/** A request of the network that waits for the application's answer. */
export interface Answerable {
  readonly dialogId: string;
  /** Sends the answer, at once or when those before it have been acknowledged, and says what became of it. */
  respond(answer: SipResponse, onSent: (outcome: SendOutcome) => void): void;
}

/** An INVITE of ours without a final answer. */
export interface Cancellable {
  readonly meta: Meta;
  cancel(): SipRequest;
}

/** Everything the controller's functions share; one per server. */
export interface Core {
  readonly timers: SipTimers;
  readonly scheduler: Scheduler;
  readonly transports: Transports;
  readonly branches: Branches;
  readonly transactions: TransactionLayer;
  readonly dialogs: DialogTable;
  readonly apps: AppRegistry;
  /** Ways to registered browsers. */
  readonly flowMemory: FlowMemory;
  /** Requests of the network that wait for the application's answer, by transaction id. */
  readonly inbound: Map<string, Answerable>;
  /** Our INVITEs without a final answer, by transaction id. */
  readonly outbound: Map<string, Cancellable>;
  /** How long a dialog whose application is gone is kept for another one to end it. */
  readonly orphanDialogMs: number;
  /** Who may begin something; requests of others outside dialogs get no answer at all. */
  readonly isPeer: IsPeer;
  readonly log: SipLogger;
  /** Sends the session refresh that is due for a dialog (RFC 4028). */
  refreshSession(dialog: Dialog, seconds: number): void;
}

/** Requests in progress at once; beyond it new ones are refused with 503. */
export const MAX_IN_PROGRESS = 50_000;
