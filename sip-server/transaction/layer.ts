import type { Envelope } from '../message/envelope.ts';
import { BRANCH_COOKIE } from '../message/ids.ts';
import type { SipRequest } from '../message/types.ts';
import type { Flow } from '../transport/flow.ts';
import { InviteClientTransaction, type ClientEvents } from './invite-client.ts';
import { InviteServerTransaction } from './invite-server.ts';
import { PlainClientTransaction } from './plain-client.ts';
import { PlainServerTransaction } from './plain-server.ts';
import type { ReceivedResponse } from './received.ts';
import type { Scheduler } from './scheduler.ts';
import type { SipTimers } from './timers.ts';

export type ClientTransaction = InviteClientTransaction | PlainClientTransaction;
export type ServerTransaction = InviteServerTransaction | PlainServerTransaction;

/** Finds the transaction a message belongs to (RFC 3261 §17.1.3, §17.2.3) and makes new ones. */
export class TransactionLayer {
  readonly #clients = new Map<string, ClientTransaction>();
  readonly #servers = new Map<string, ServerTransaction>();
  readonly #timers: SipTimers;
  readonly #scheduler: Scheduler;

  constructor({ timers, scheduler }: { timers: SipTimers; scheduler: Scheduler }) {
    this.#timers = timers;
    this.#scheduler = scheduler;
  }

  get size(): number {
    return this.#clients.size + this.#servers.size;
  }

  /** Requests of peers, from their arrival until their repetitions have died out. */
  get servers(): number {
    return this.#servers.size;
  }

  /** Sends a request and watches over it. `branch` is the one in its Via. */
  startClient(request: SipRequest, branch: string, flow: Flow, events: ClientEvents): ClientTransaction {
    const key = `${branch} ${request.method}`;
    const options = {
      request,
      flow,
      timers: this.#timers,
      scheduler: this.#scheduler,
      events,
      forget: () => this.#clients.delete(key),
    };
    const transaction =
      request.method === 'INVITE'
        ? new InviteClientTransaction(options)
        : new PlainClientTransaction(options);
    this.#clients.set(key, transaction);
    transaction.start();
    return transaction;
  }

  /** Hands a response to its client transaction; false when there is none. */
  receiveResponse(response: ReceivedResponse): boolean {
    const { envelope } = response;
    const transaction = this.#clients.get(`${envelope.via.branch} ${envelope.method}`);
    transaction?.receive(response);
    return transaction !== undefined;
  }

  /** The server transaction of a request; an ACK or a CANCEL finds its INVITE's with `as`. */
  findServer(envelope: Envelope, as: string = envelope.method): ServerTransaction | undefined {
    return this.#servers.get(serverKey(envelope, as));
  }

  startInviteServer(envelope: Envelope, flow: Flow): InviteServerTransaction {
    const transaction = new InviteServerTransaction(this.#serverOptions(envelope, flow));
    this.#servers.set(serverKey(envelope, envelope.method), transaction);
    return transaction;
  }

  startPlainServer(envelope: Envelope, flow: Flow): PlainServerTransaction {
    const transaction = new PlainServerTransaction(this.#serverOptions(envelope, flow));
    this.#servers.set(serverKey(envelope, envelope.method), transaction);
    return transaction;
  }

  #serverOptions(envelope: Envelope, flow: Flow) {
    const key = serverKey(envelope, envelope.method);
    return {
      flow,
      timers: this.#timers,
      scheduler: this.#scheduler,
      onTerminated: () => this.#servers.delete(key),
    };
  }
}

/**
 * Branch and sent-by; for RFC 2543 peers, whose branches mean nothing, what §17.2.3 lists instead. Call-ID and CSeq number
 * are the same in whatever belongs to one transaction: with them, peers that use a branch twice (scanners, RFC 4475's own
 * messages) do not get each other's answers.
 */
function serverKey(envelope: Envelope, method: string): string {
  const { via } = envelope;
  if (via.branch.startsWith(BRANCH_COOKIE) && via.branch.length > BRANCH_COOKIE.length)
    return `${via.branch} ${via.host}:${via.port ?? ''} ${envelope.callId} ${envelope.seq} ${method}`;
  return `${envelope.callId} ${envelope.fromTag} ${envelope.seq} ${via.value} ${method}`;
}
