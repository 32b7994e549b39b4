import type { SipResponse } from '../message/types.ts';
import type { Dialog } from './dialog.ts';
import { rseqOf } from './rack.ts';

/** A forking proxy that makes more of one INVITE is not asked back for more. */
const MAX_LEGS = 32;

interface Leg {
  readonly dialog: Dialog;
  /** The last reliable provisional response taken in. */
  rseq: number | undefined;
  /** Shown to the application, not yet acknowledged by it. */
  unacknowledged: number[];
}

/**
 * The early dialogs of one INVITE, one for each To tag (RFC 3261 §12.1, §13.2.2.4): forks answer each for itself, count their
 * requests each for itself, and number their reliable responses each for itself.
 */
export class EarlyLegs {
  readonly #legs = new Map<string, Leg>();

  get(tag: string): Dialog | undefined {
    return this.#legs.get(tag)?.dialog;
  }

  /** @returns the dialog of that tag, the one given when it is new; undefined when there are too many */
  add(tag: string, make: () => Dialog): Dialog | undefined {
    const known = this.#legs.get(tag);
    if (known || this.#legs.size >= MAX_LEGS) return known?.dialog;
    const dialog = make();
    this.#legs.set(tag, { dialog, rseq: undefined, unacknowledged: [] });
    return dialog;
  }

  /**
   * True for a reliable response that came before, or before its turn (RFC 3262 §4): our PRACK is on its way, or the missing one is
   * still to come, and this one will be repeated.
   */
  isRepeated(tag: string, response: SipResponse): boolean {
    const rseq = rseqOf(response);
    const leg = this.#legs.get(tag);
    if (rseq === undefined || !leg) return false;
    if (leg.rseq !== undefined && rseq !== leg.rseq + 1) return true;
    leg.rseq = rseq;
    leg.unacknowledged.push(rseq);
    return false;
  }

  /** See `OutgoingOffer.takeReliable`; the eldest, should two forks have chosen the same number. */
  takeReliable(rseq: number): Dialog | undefined {
    for (const leg of this.#legs.values()) {
      if (!leg.unacknowledged.includes(rseq)) continue;
      leg.unacknowledged = leg.unacknowledged.filter((other) => other !== rseq);
      return leg.dialog;
    }
    return undefined;
  }

  *dialogs(): Iterable<Dialog> {
    for (const { dialog } of this.#legs.values()) yield dialog;
  }
}
