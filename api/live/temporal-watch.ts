/**
 * Whether Temporal answers, asked in the background while somebody wants to know: a page never waits for it.
 * @module
 */
export interface TemporalWatch {
  /** The last answer; true until the first one. Starts a new question when that one is old. */
  isOk(): boolean;
}

const ASK_AGAIN_MS = 3_000;

/** @param check bounded by itself */
export function createTemporalWatch(check: () => Promise<void>): TemporalWatch {
  let ok = true;
  let askedAt = -Infinity;
  let asking = false;

  function ask(): void {
    asking = true;
    askedAt = performance.now();
    check()
      .then(() => true)
      .catch(() => false)
      .then((answer) => {
        ok = answer;
        asking = false;
      });
  }

  return {
    isOk() {
      if (!asking && performance.now() - askedAt >= ASK_AGAIN_MS) ask();
      return ok;
    },
  };
}
