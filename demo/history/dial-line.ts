/**
 * Who is called next in one campaign.
 * @module
 */
import { createHeap } from './heap.ts';

export interface Waiting {
  /** Place in the contacts. */
  contact: number;
  /** As in `dial_queue`. */
  rank: number;
  dueAt: number;
  /** Of a personal callback: its agent. */
  agent?: number;
}

export interface DialLine {
  add(entry: Waiting): void;
  /** Takes out whoever is due and first; personal callbacks for their agent, or for anyone half an hour later. */
  next(at: number, agent?: number): Waiting | undefined;
  /** New contacts that nobody has called, due or not. */
  readonly fresh: number;
}

/** Callbacks were promised, priority lists asked for; then retries, then new people. By rank. */
const ORDER = [1, 2, 3, 0, 0];
const NEW_RANK = 2;
const GRACE_MS = 30 * 60_000;

export function createDialLine(): DialLine {
  const order = ({ rank }: Waiting): number => ORDER[rank] ?? 0;
  const sooner = (a: Waiting, b: Waiting): boolean =>
    a.dueAt !== b.dueAt ? a.dueAt < b.dueAt : a.contact < b.contact;
  const waiting = createHeap<Waiting>(sooner);
  const ready = createHeap<Waiting>((a, b) => (order(a) === order(b) ? sooner(a, b) : order(a) < order(b)));
  const personal = createHeap<Waiting>(sooner);
  let fresh = 0;

  const takeIn = (at: number): void => {
    for (let entry = waiting.peek(); entry && entry.dueAt <= at; entry = waiting.peek()) {
      waiting.pop();
      (entry.agent === undefined ? ready : personal).push(entry);
    }
  };
  const takePersonal = (at: number, agent: number): Waiting | undefined => {
    const passed: Waiting[] = [];
    let found: Waiting | undefined;
    while (found === undefined && personal.size > 0) {
      const entry = personal.pop();
      if (!entry) break;
      if (entry.agent === agent || entry.dueAt + GRACE_MS <= at) found = entry;
      else passed.push(entry);
    }
    for (const entry of passed) personal.push(entry);
    return found;
  };
  return {
    get fresh() {
      return fresh;
    },
    add(entry) {
      if (entry.rank === NEW_RANK) fresh += 1;
      waiting.push(entry);
    },
    next(at, agent) {
      takeIn(at);
      const entry = (agent === undefined ? undefined : takePersonal(at, agent)) ?? ready.pop();
      if (entry?.rank === NEW_RANK) fresh -= 1;
      return entry;
    },
  };
}
