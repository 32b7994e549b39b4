import { randomInt } from 'node:crypto';
import type { SipResponse } from '../message/types.ts';
import { repeatWithBackoff, type Scheduled, type Scheduler } from '../transaction/scheduler.ts';
import type { SipTimers } from '../transaction/timers.ts';

/** Room for many more before 2³¹ (RFC 3262 §3). */
const FIRST_RSEQ_BELOW = 2 ** 16;

interface Numbered {
  readonly rseq: number;
  readonly response: SipResponse;
}

export interface ReliableOptions {
  readonly timers: SipTimers;
  readonly scheduler: Scheduler;
  /** Sends it for the first time. */
  readonly send: (response: SipResponse) => void;
  readonly repeat: (response: SipResponse) => void;
  /** No PRACK for 64·T1. */
  readonly onGiveUp: () => void;
}

/** A 2xx that waits. */
interface HeldSuccess {
  readonly run: () => void;
  /** The call was over before its turn came. */
  readonly onDropped: () => void;
}

/**
 * Our provisional responses to one INVITE that must be acknowledged (RFC 3262 §3): one at a time, each repeated until its PRACK,
 * the others wait behind it.
 */
export class ReliableProvisionals {
  readonly #options: ReliableOptions;
  #lastRseq = randomInt(1, FIRST_RSEQ_BELOW);
  /** Sent last; counts as outstanding until its PRACK, also when nobody waits for that any more. */
  #sent: Numbered | undefined;
  #waiting: Numbered[] = [];
  #success: HeldSuccess | undefined;
  #repeating: Scheduled | undefined;
  #deadline: Scheduled | undefined;

  constructor(options: ReliableOptions) {
    this.#options = options;
  }

  /** True while a 2xx waits for its turn. */
  get holdsSuccess(): boolean {
    return this.#success !== undefined;
  }

  /** Number of the next one. */
  number(): number {
    return ++this.#lastRseq;
  }

  push(rseq: number, response: SipResponse): void {
    if (this.#sent) this.#waiting.push({ rseq, response });
    else this.#start({ rseq, response });
  }

  /** Runs at once, or when the session descriptions sent before have been acknowledged (a 2xx must not overtake them). */
  succeed(success: HeldSuccess): void {
    const described = [this.#sent, ...this.#waiting].some((one) => one && one.response.body !== '');
    if (described) {
      this.#success = success;
      return;
    }
    this.stop();
    success.run();
  }

  /** Takes in a PRACK; undefined when it is for none that is outstanding, else how to send what has waited for it. */
  acknowledge(rseq: number): { readonly next: () => void } | undefined {
    if (this.#sent?.rseq !== rseq) return undefined;
    this.#rest();
    this.#sent = undefined;
    return { next: () => this.#goOn() };
  }

  /** A final answer leaves, or the INVITE is over: nothing is repeated or sent any more. */
  stop(): void {
    this.#rest();
    this.#waiting = [];
    const success = this.#success;
    this.#success = undefined;
    success?.onDropped();
  }

  #goOn(): void {
    if (this.#sent) return;
    const next = this.#waiting.shift();
    if (next) return this.#start(next);
    const success = this.#success;
    this.#success = undefined;
    success?.run();
  }

  #start(one: Numbered): void {
    const { timers, scheduler, send, repeat, onGiveUp } = this.#options;
    this.#sent = one;
    send(one.response);
    const pace = { firstMs: timers.t1Ms, capMs: Infinity };
    this.#repeating = repeatWithBackoff(scheduler, pace, () => repeat(one.response));
    this.#deadline = scheduler.after(timers.giveUpMs, onGiveUp);
  }

  #rest(): void {
    this.#repeating?.cancel();
    this.#deadline?.cancel();
  }
}
