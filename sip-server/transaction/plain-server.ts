import type { SipResponse } from '../message/types.ts';
import type { ServerOptions } from './invite-server.ts';
import type { Scheduled } from './scheduler.ts';

type State = 'trying' | 'proceeding' | 'completed' | 'terminated';

const TRANSITIONS: Record<State, readonly State[]> = {
  trying: ['proceeding', 'completed', 'terminated'],
  proceeding: ['completed', 'terminated'],
  completed: ['terminated'],
  terminated: [],
};

/**
 * Server transaction of every method but INVITE and ACK (RFC 3261 §17.2.2).
 *
 *     trying ──1xx──> proceeding ──200+──> completed ──timer J──> terminated
 */
export class PlainServerTransaction {
  #state: State = 'trying';
  #last: Buffer | undefined;
  #deadline: Scheduled | undefined;
  readonly #options: ServerOptions;

  constructor(options: ServerOptions) {
    this.#options = options;
  }

  get state(): State {
    return this.#state;
  }

  /** Sends an answer; false when the transaction has its final answer already. */
  respond(response: SipResponse): boolean {
    if (this.#state !== 'trying' && this.#state !== 'proceeding') return false;
    const { flow, timers, scheduler } = this.#options;
    this.#last = Buffer.from(response.raw, 'latin1');
    flow.send(this.#last);
    if (response.status < 200) {
      this.#transition('proceeding');
      return true;
    }
    this.#transition('completed');
    if (flow.protocol !== 'udp') this.terminate();
    else this.#deadline = scheduler.after(timers.giveUpMs, () => this.terminate());
    return true;
  }

  /** The same request again: repeats the last answer, if there is one. */
  receiveRepeat(): void {
    if (this.#last) this.#options.flow.send(this.#last);
  }

  /** Ends at once, without a word to the peer. */
  terminate(): void {
    this.#transition('terminated');
  }

  #transition(next: State): void {
    if (!TRANSITIONS[this.#state].includes(next)) return;
    this.#state = next;
    if (next !== 'terminated') return;
    this.#deadline?.cancel();
    this.#options.onTerminated();
  }
}
