/**
 * What happens in which order.
 * @module
 */
import { createHeap } from './heap.ts';

export interface Events {
  /** At the same time: in the order in which they were added. */
  add(at: number, run: (at: number) => void): void;
  /** Until there are none. */
  run(): void;
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
    run() {
      for (let event = heap.pop(); event; event = heap.pop()) event.run(event.at);
    },
  };
}
