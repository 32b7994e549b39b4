import type { SipResponse } from '../message/types.ts';
import type { Flow } from '../transport/flow.ts';
import { repeatWithBackoff, type Scheduled, type Scheduler } from './scheduler.ts';
import type { SipTimers } from './timers.ts';

export interface ServerOptions {
  /** Where answers go (RFC 3261 §18.2.2, RFC 3581). */
  readonly flow: Flow;
  readonly timers: SipTimers;
  readonly scheduler: Scheduler;
  onTerminated(): void;
}

type State = 'proceeding' | 'accepted' | 'completed' | 'confirmed' | 'terminated';

const TRANSITIONS: Record<State, readonly State[]> = {
  proceeding: ['accepted', 'completed', 'terminated'],
  accepted: ['terminated'],
  completed: ['confirmed', 'terminated'],
  confirmed: ['terminated'],
  terminated: [],
};

/**
 * INVITE server transaction (RFC 3261 §17.2.1, RFC 6026 §7.1).
 *
 *     proceeding ──2xx──> accepted ──timer L──> terminated
 *         └──300+──> completed ──ACK──> confirmed ──timer I──> terminated
 *                        └──timer H──> terminated
 *
 * A 2xx is repeated by the user of the transaction until its ACK comes (§13.3.1.4), not here.
 */
export class InviteServerTransaction {
  #state: State = 'proceeding';
  #last: Buffer | undefined;
  #repeating: Scheduled | undefined;
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
    if (this.#state !== 'proceeding') return false;
    const { flow, timers, scheduler } = this.#options;
    const bytes = Buffer.from(response.raw, 'latin1');
    this.#last = bytes;
    flow.send(bytes);
    if (response.status < 200) return true;
    if (response.status < 300) {
      this.#transition('accepted');
    } else {
      this.#transition('completed');
      if (flow.protocol === 'udp') {
        const pace = { firstMs: timers.t1Ms, capMs: timers.t2Ms };
        this.#repeating = repeatWithBackoff(scheduler, pace, () => flow.send(bytes));
      }
    }
    this.#deadline = scheduler.after(timers.giveUpMs, () => this.terminate());
    return true;
  }

  /** The same INVITE again: repeats the last answer, except a 2xx. */
  receiveRepeat(): void {
    const repeats = this.#state === 'proceeding' || this.#state === 'completed';
    if (repeats && this.#last) this.#options.flow.send(this.#last);
  }

  /** ACK of a failure. The ACK of a 2xx belongs to the dialog. */
  receiveAck(): void {
    if (this.#state !== 'completed') return;
    const { flow, timers, scheduler } = this.#options;
    this.#transition('confirmed');
    if (flow.protocol !== 'udp') this.terminate();
    else this.#deadline = scheduler.after(timers.t4Ms, () => this.terminate());
  }

  /** Ends at once, without a word to the peer. */
  terminate(): void {
    this.#transition('terminated');
  }

  #transition(next: State): void {
    if (!TRANSITIONS[this.#state].includes(next)) return;
    this.#state = next;
    this.#repeating?.cancel();
    this.#deadline?.cancel();
    if (next === 'terminated') this.#options.onTerminated();
  }
}
