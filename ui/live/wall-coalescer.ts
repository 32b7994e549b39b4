/**
 * Messages of the wall's socket, folded into one change for each frame of the screen: however many come, the page is drawn
 * once, and a hidden tab keeps one change and no queue.
 * @module
 */
import type { ReadonlySignal } from '@preact/signals';
import type { WallAgentPatch, WallMessage, WallSections, WallSnapshot } from '../../contracts/http/wall.ts';

/** Everything since the last frame, in the order in which it has to be applied. */
export interface WallChange {
  /** Replaces everything. */
  snapshot?: WallSnapshot;
  agents: ReadonlyMap<number, WallAgentPatch>;
  gone: ReadonlySet<number>;
  sections: Partial<WallSections>;
  /** Of the last message: when it was true; null while what there is, is old. */
  at: string | null;
}

export interface WallCoalescer {
  push: (message: WallMessage) => void;
  /** What waits is forgotten. */
  clear: () => void;
}

interface Pending {
  snapshot?: WallSnapshot;
  agents: Map<number, WallAgentPatch>;
  gone: Set<number>;
  sections: Partial<WallSections>;
  at: string | null;
}

/** @param nextFrame runs later, once; `apply` is called then with all that came meanwhile */
export function createWallCoalescer(deps: {
  nextFrame: (run: () => void) => void;
  apply: (change: WallChange) => void;
}): WallCoalescer {
  let pending: Pending | undefined;

  function flush(): void {
    const change = pending;
    pending = undefined;
    if (change) deps.apply(change);
  }

  function waiting(): Pending {
    if (pending) return pending;
    pending = { agents: new Map(), gone: new Set(), sections: {}, at: null };
    deps.nextFrame(flush);
    return pending;
  }

  return {
    push(message) {
      const change = waiting();
      if (message.type === 'stale') {
        change.at = null;
        return;
      }
      if (message.type === 'snapshot') {
        change.snapshot = message.snapshot;
        change.agents.clear();
        change.gone.clear();
        change.sections = {};
        change.at = message.snapshot.at;
        return;
      }
      change.at = message.at;
      for (const id of message.gone ?? []) {
        change.agents.delete(id);
        change.gone.add(id);
      }
      // Somebody who comes back within a frame comes whole, so they are not gone.
      for (const patch of message.agents ?? []) {
        change.gone.delete(patch.id);
        change.agents.set(patch.id, { ...change.agents.get(patch.id), ...patch });
      }
      Object.assign(change.sections, message.sections);
    },
    clear() {
      pending = undefined;
    },
  };
}

/** The next frame; in a hidden tab, which has none, now and then. */
export function nextScreenFrame(run: () => void): void {
  let done = false;
  const once = (): void => {
    if (done) return;
    done = true;
    run();
  };
  requestAnimationFrame(once);
  setTimeout(once, HIDDEN_MS);
}

const HIDDEN_MS = 1_000;

/** When the clock moves next: what came is drawn in the same frame. */
export function nextTick(tick: ReadonlySignal<number>, run: () => void): void {
  const now = tick.peek();
  const stop = tick.subscribe((time) => {
    if (time === now) return;
    stop();
    run();
  });
}
