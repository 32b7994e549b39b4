import type { SipRequest } from '../message/types.ts';
import type { Flow } from '../transport/flow.ts';
import type { ReceivedResponse } from './received.ts';
import type { ClientEvents, ClientOptions } from './invite-client.ts';
import { repeatWithBackoff, type Scheduled } from './scheduler.ts';

type State = 'trying' | 'proceeding' | 'completed' | 'terminated';

const TRANSITIONS: Record<State, readonly State[]> = {
  trying: ['proceeding', 'completed', 'terminated'],
  proceeding: ['completed', 'terminated'],
  completed: ['terminated'],
  terminated: [],
};

/**
 * Client transaction of every method but INVITE and ACK (RFC 3261 §17.1.2).
 *
 *     trying ──1xx──> proceeding ──200+──> completed ──timer K──> terminated
 *        └──────────────┴──timer F, transport error──────────────-> terminated
 */
export class PlainClientTransaction {
  readonly flow: Flow;
  #request: SipRequest | undefined;
  #state: State = 'trying';
  #repeating: Scheduled | undefined;
  #unwatch: (() => void) | undefined;
  #deadline: Scheduled | undefined;
  readonly #options: Omit<ClientOptions, 'request' | 'flow' | 'events'>;
  #events: Partial<ClientEvents>;

  constructor({ request, flow, events, ...options }: ClientOptions) {
    this.#options = options;
    this.#events = events;
    this.#request = request;
    this.flow = flow;
  }

  get state(): State {
    return this.#state;
  }

  start(): void {
    const { flow } = this;
    const { timers, scheduler } = this.#options;
    const bytes = Buffer.from(this.#request?.raw ?? '', 'latin1');
    const fail = (error: Error) => this.#fail(() => this.#events.onTransportError?.(error));
    const send = () => flow.send(bytes, fail);
    this.#unwatch = flow.whenClosed?.(fail);
    if (flow.protocol === 'udp') {
      this.#repeating = repeatWithBackoff(scheduler, { firstMs: timers.t1Ms, capMs: timers.t2Ms }, send);
    }
    this.#deadline = scheduler.after(timers.giveUpMs, () => this.#fail(() => this.#events.onTimeout?.()));
    send();
  }

  receive(response: ReceivedResponse): void {
    const { timers, scheduler } = this.#options;
    if (this.#state === 'completed' || this.#state === 'terminated') return;
    if (response.status < 200) {
      // Timers E and F go on: a provisional response does not stop a non-INVITE request (§17.1.2.2).
      this.#transition('proceeding');
      this.#events.onResponse?.(response);
      return;
    }
    this.#transition('completed');
    this.#events.onResponse?.(response);
    // What listened for an answer holds the request and more.
    this.#events = this.#events.onTerminated ? { onTerminated: this.#events.onTerminated } : {};
    if (this.flow.protocol !== 'udp') this.terminate();
    else this.#deadline = scheduler.after(timers.t4Ms, () => this.terminate());
  }

  /** Ends at once, without a word to the peer. */
  terminate(): void {
    this.#transition('terminated');
  }

  #fail(tell: () => void): void {
    if (this.#state !== 'trying' && this.#state !== 'proceeding') return;
    this.#transition('terminated');
    tell();
  }

  #transition(next: State): void {
    if (!TRANSITIONS[this.#state].includes(next)) return;
    this.#state = next;
    if (next === 'proceeding') return;
    this.#repeating?.cancel();
    this.#repeating = undefined;
    this.#deadline?.cancel();
    this.#request = undefined;
    this.#unwatch?.();
    this.#unwatch = undefined;
    if (next !== 'terminated') return;
    this.#options.forget();
    this.#events.onTerminated?.();
  }
}
