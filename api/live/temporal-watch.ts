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

  async function ask(): Promise<void> {
    asking = true;
    askedAt = performance.now();
    try {
      await check();
      ok = true;
    } catch {
      ok = false;
    } finally {
      asking = false;
    }
  }

  return {
    isOk() {
      if (!asking && performance.now() - askedAt >= ASK_AGAIN_MS) void ask();
      return ok;
    },
  };
}
