/**
 * The next number, and the one after it: asks again when there is none now, goes on after a saved call, and stops when
 * the phone cannot be called.
 * @module
 */
import { signal, type ReadonlySignal } from '@preact/signals';
import type { Desk, DeskCall, NextNumber } from '../../../contracts/http/desk.ts';

const LONGEST_WAIT_MS = 30_000;
const SHORTEST_WAIT_MS = 1_000;
/** Calls in a row for which the desk could not be called: once may happen, twice is a broken phone. */
const MOST_IN_VAIN = 2;

type Wait = NonNullable<NextNumber['wait']>;

export interface NextLoop {
  /** There is no number now; asked again by itself at `until`. */
  waiting: ReadonlySignal<Wait | undefined>;
  start: () => Promise<void>;
  stop: () => void;
  /** The open call is skipped or hung up by the agent: its end says nothing about the phone. */
  expectGone: () => void;
  /** A call left the desk, and the agent is available. */
  callGone: (call: DeskCall) => void;
}

export interface NextLoopDeps {
  now: () => number;
  /** Asks the server and hands the answer on; false: it did not work, and was told. */
  ask: (take: (answer: NextNumber) => undefined) => Promise<boolean>;
  accept: (desk: Desk) => void;
  isAvailable: () => boolean;
  /** Now, or when the action that is under way has ended: the socket may tell its effect before its answer comes. */
  whenIdle: (act: () => void) => void;
  onGivenUp?: () => void;
}

export function createNextLoop(deps: NextLoopDeps): NextLoop {
  const waiting = signal<Wait | undefined>(undefined);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let inVain = 0;
  let expected = false;

  function stop(): void {
    clearTimeout(timer);
    waiting.value = undefined;
  }

  async function ask(): Promise<void> {
    stop();
    await deps.ask(({ desk, wait }) => {
      deps.accept(desk);
      if (wait === null || !deps.isAvailable()) return undefined;
      waiting.value = wait;
      const inMs = Date.parse(wait.until) - deps.now();
      timer = setTimeout(() => void ask(), Math.min(Math.max(inMs, SHORTEST_WAIT_MS), LONGEST_WAIT_MS));
      return undefined;
    });
  }

  return {
    waiting,
    stop,
    start: () => {
      inVain = 0;
      return ask();
    },
    expectGone: () => {
      expected = true;
    },
    callGone: (call) => {
      const unreached = !expected && call.endedAt === null && call.answeredAt === null;
      expected = false;
      inVain = unreached ? inVain + 1 : 0;
      if (inVain >= MOST_IN_VAIN) deps.onGivenUp?.();
      else if (call.campaign.autoNext && !call.manual) {
        deps.whenIdle(() => void (deps.isAvailable() && ask()));
      }
    },
  };
}
