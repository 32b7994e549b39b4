/**
 * @module
 */
import { log } from '@temporalio/workflow';
import type { WrapUpDetails, WrapUpMeta } from '../contracts/model/wrap-up.ts';
import { isSensitive, type Sensitive } from '../contracts/temporal/sensitive.ts';
import type { WrapUpBounds } from '../contracts/temporal/workflow-types.ts';

export interface StoredWrapUp {
  meta: WrapUpMeta;
  details: Sensitive<WrapUpDetails>;
}

/** What the agent saved, and until when it is waited for. Handlers only change this state; the call's straight line looks at it. */
export class WrapUpState {
  readonly #bounds: WrapUpBounds;
  #stored: StoredWrapUp | undefined;
  #extendedBySeconds = 0;

  constructor(bounds: WrapUpBounds) {
    this.#bounds = bounds;
  }

  get stored(): StoredWrapUp | undefined {
    return this.#stored;
  }

  /** Seconds that were added to the time; grows once. */
  get extendedBySeconds(): number {
    return this.#extendedBySeconds;
  }

  /** The same id again changes nothing; another one is a later thought and takes its place, until the call is committed. */
  store(meta: WrapUpMeta, details: Sensitive<WrapUpDetails>): void {
    // Signals never throw: what a person typed at the CLI would fail this workflow's tasks for ever.
    if (typeof meta?.id !== 'string' || typeof meta.outcome !== 'string' || !isSensitive(details)) {
      log.warn('a wrap-up that is none was ignored');
      return;
    }
    if (this.#stored?.meta.id !== meta.id) this.#stored = { meta, details };
  }

  extend(): void {
    this.#extendedBySeconds = this.#bounds.extendSeconds;
  }

  /**
   * How long nobody having saved is accepted: `unbounded`, or seconds. Nothing was dialed (no edge, no desk, a gate): there
   * is nothing to say about the call.
   */
  patienceSeconds(call: { invited: boolean; answered: boolean }): number | 'unbounded' {
    if (!call.invited) return 0;
    if (!call.answered) return this.#bounds.confirmSeconds;
    if (this.#bounds.atEnd === 'keep' || this.#bounds.seconds === 0) return 'unbounded';
    return this.#bounds.seconds + this.#extendedBySeconds;
  }
}
