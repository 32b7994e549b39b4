/**
 * What happens in which order.
 * @module
 */
import { createHeap } from './heap.ts';

export interface Events {
  /** At the same time: in the order in which they were added. */
  add(at: number, run: (at: number) => void): void;
  /** So many, or all there are. @returns whether there are more */
  run(most: number): boolean;
}

export function createEvents(): Events {
  interface Event {
    at: number;
    seq: number;
    run: (at: number) => void;
  }
  let seq = 0;
  const heap = createHeap<Event>((a, b) => (a.at === b.at ? a.seq < b.seq : a.at < b.at));
  return {
    add(at, run) {
      heap.push({ at, seq: seq++, run });
    },
    run(most) {
      for (let ran = 0; ran < most; ran++) {
        const event = heap.pop();
        if (!event) return false;
        event.run(event.at);
      }
      return heap.size > 0;
    },
  };
}
