/**
 * How long the oldest rollup delta has been waiting, as seen from here: deltas carry no time of their own, and folding
 * takes a second when somebody does it.
 * @module
 */
export interface FoldLag {
  /** @param oldestDelta id of the oldest delta, null when there is none; returns seconds */
  observe(oldestDelta: number | null, now: Date): number;
}

export function createFoldLag(): FoldLag {
  let seen: { id: number; at: number } | null = null;
  return {
    observe(oldestDelta, now) {
      if (oldestDelta === null) {
        seen = null;
        return 0;
      }
      if (seen?.id !== oldestDelta) seen = { id: oldestDelta, at: now.getTime() };
      return Math.max(0, (now.getTime() - seen.at) / 1000);
    },
  };
}
