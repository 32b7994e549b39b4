/**
 * What the agent asks of the server, one after the other: what goes wrong is told, never thrown.
 * @module
 */
import { signal, type ReadonlySignal } from '@preact/signals';
import type { Desk } from '../../../contracts/http/desk.ts';
import { ApiError } from '../../api/problem.ts';

export type Busy =
  | 'log-on' | 'log-off' | 'state' | 'next-state' | 'next' | 'dial' | 'skip' | 'manual' | 'hang-up' | 'hold'
  | 'refuse-recording' | 'extend' | 'another' | 'echo'; // prettier-ignore

type Action = () => Promise<Desk | undefined>;

export interface Actions {
  /** The action that is under way. */
  busy: ReadonlySignal<Busy | undefined>;
  /**
   * Runs it after the one that is under way: the socket tells of an effect before its answer comes, and whoever is quick
   * presses the next key in between. Twice the same is one wish. False: it did not work, and was told; or it was asked for
   * before.
   */
  run: (name: Busy, action: Action) => Promise<boolean>;
  /** As `run`, with wishes finer than the name: hold and resume are two. */
  inTurn: (name: Busy, wish: string, action: Action) => Promise<boolean>;
  /** Now, or when the action that is under way has ended. */
  whenIdle: (act: () => void) => void;
}

export function createActions(deps: {
  accept: (desk: Desk) => void;
  /** What the page knew was not true any more. */
  refresh: () => Promise<void>;
  onError: (error: unknown) => void;
}): Actions {
  const busy = signal<Busy | undefined>(undefined);
  const wishes = new Set<string>();

  async function act(name: Busy, action: Action): Promise<boolean> {
    busy.value = name;
    try {
      const next = await action();
      if (next !== undefined) deps.accept(next);
      return true;
    } catch (cause) {
      if (cause instanceof ApiError && cause.status === 409) void deps.refresh();
      deps.onError(cause);
      return false;
    } finally {
      busy.value = undefined;
    }
  }

  function whenIdle(then: () => void): void {
    const stop = busy.subscribe((now) => {
      if (now !== undefined) return;
      queueMicrotask(() => {
        stop();
        then();
      });
    });
  }

  async function inTurn(name: Busy, wish: string, action: Action): Promise<boolean> {
    if (wishes.has(wish)) return false;
    wishes.add(wish);
    try {
      while (busy.peek() !== undefined) await new Promise<void>(whenIdle);
      return await act(name, action);
    } finally {
      wishes.delete(wish);
    }
  }

  return { busy, run: (name, action) => inTurn(name, name, action), inTurn, whenIdle };
}
