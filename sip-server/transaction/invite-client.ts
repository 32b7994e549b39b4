import { failureAck } from '../message/build.ts';
import type { SipRequest } from '../message/types.ts';
import type { Flow } from '../transport/flow.ts';
import type { ReceivedResponse } from './received.ts';
import { repeatWithBackoff, type Scheduled, type Scheduler } from './scheduler.ts';
import type { SipTimers } from './timers.ts';

/** What a client transaction tells its user (RFC 3261 §17.1, "TU"). */
export interface ClientEvents {
  /** 1xx, the final response, and for an INVITE every repeated or forked 2xx. */
  onResponse(response: ReceivedResponse): void;
  onTimeout(): void;
  onTransportError(error: Error): void;
  /** The last word; only for who waits for it. */
  onTerminated?: () => void;
}

export interface ClientOptions {
  readonly request: SipRequest;
  readonly flow: Flow;
  readonly timers: SipTimers;
  readonly scheduler: Scheduler;
  readonly events: ClientEvents;
  /** The layer's: there is nothing left to receive. */
  readonly forget: () => void;
}

type State = 'calling' | 'proceeding' | 'completed' | 'accepted' | 'terminated';

const TRANSITIONS: Record<State, readonly State[]> = {
  calling: ['proceeding', 'completed', 'accepted', 'terminated'],
  proceeding: ['completed', 'accepted', 'terminated'],
  completed: ['terminated'],
  accepted: ['terminated'],
  terminated: [],
};

/**
 * INVITE client transaction (RFC 3261 §17.1.1, RFC 6026 §7.2). Once it is answered it lets go of its request: thousands
 * of answered ones wait out their 32 s at any time.
 *
 *     calling ──1xx──> proceeding ──2xx──> accepted ──timer M──> terminated
 *        │                 └──────300+──> completed ──timer D──> terminated
 *        └──timer B, transport error──────────────────────────-> terminated
 */
export class InviteClientTransaction {
  readonly flow: Flow;
  #request: SipRequest | undefined;
  #state: State = 'calling';
  #ack: Buffer | undefined;
  #repeating: Scheduled | undefined;
  #unwatch: (() => void) | undefined;
  #deadline: Scheduled | undefined;
  readonly #options: Omit<ClientOptions, 'request' | 'flow'>;

  constructor({ request, flow, ...options }: ClientOptions) {
    this.#options = options;
    this.#request = request;
    this.flow = flow;
  }

  get state(): State {
    return this.#state;
  }

  start(): void {
    const { flow } = this;
    const { timers, scheduler, events } = this.#options;
    const bytes = Buffer.from(this.#request?.raw ?? '', 'latin1');
    const fail = (error: Error) => this.#fail(() => events.onTransportError(error));
    const send = () => flow.send(bytes, fail);
    this.#unwatch = flow.whenClosed?.(fail);
    if (flow.protocol === 'udp') {
      this.#repeating = repeatWithBackoff(scheduler, { firstMs: timers.t1Ms, capMs: Infinity }, send);
    }
    this.#deadline = scheduler.after(timers.giveUpMs, () => this.#fail(() => events.onTimeout()));
    send();
  }

  receive(response: ReceivedResponse): void {
    if (this.#state === 'terminated') return;
    if (response.status < 200) this.#receiveProvisional(response);
    else if (response.status < 300) this.#receiveSuccess(response);
    else this.#receiveFailure(response);
  }

  /** Ends at once, without a word to the peer. */
  terminate(): void {
    this.#transition('terminated');
  }

  #receiveProvisional(response: ReceivedResponse): void {
    if (this.#state !== 'calling' && this.#state !== 'proceeding') return;
    if (this.#state === 'calling') this.#transition('proceeding');
    this.#options.events.onResponse(response);
  }

  #receiveSuccess(response: ReceivedResponse): void {
    if (this.#state === 'completed') return;
    const { timers, scheduler, events } = this.#options;
    if (this.#state !== 'accepted') {
      this.#transition('accepted');
      this.#deadline = scheduler.after(timers.giveUpMs, () => this.terminate());
    }
    events.onResponse(response);
  }

  #receiveFailure(response: ReceivedResponse): void {
    const { flow } = this;
    const { timers, scheduler, events } = this.#options;
    if (this.#state === 'completed') {
      if (this.#ack) flow.send(this.#ack);
      return;
    }
    if (!this.#request) return;
    this.#ack = Buffer.from(failureAck(this.#request, response).raw, 'latin1');
    flow.send(this.#ack);
    this.#transition('completed');
    events.onResponse(response);
    if (flow.protocol !== 'udp') this.terminate();
    else this.#deadline = scheduler.after(timers.timerDMs, () => this.terminate());
  }

  #fail(tell: () => void): void {
    if (this.#state !== 'calling' && this.#state !== 'proceeding') return;
    this.#transition('terminated');
    tell();
  }

  #letGo(): void {
    this.#request = undefined;
    this.#unwatch?.();
    this.#unwatch = undefined;
  }

  #transition(next: State): void {
    if (!TRANSITIONS[this.#state].includes(next)) return;
    this.#state = next;
    this.#repeating?.cancel();
    this.#repeating = undefined;
    this.#deadline?.cancel();
    if (next !== 'proceeding') this.#letGo();
    if (next !== 'terminated') return;
    this.#options.forget();
    this.#options.events.onTerminated?.();
  }
}
