/**
 * Keys in the order in which they were pressed; a key pressed before anybody waits is not lost.
 * @module
 */
export interface KeyQueue {
  push(key: string): void;
  /**
   * Next key that is accepted; others are dropped.
   * @returns undefined when the signal is aborted first
   */
  next(accepts: (key: string) => boolean, signal: AbortSignal): Promise<string | undefined>;
}

/** A customer who leans on the phone fills no memory. */
const MAX_WAITING_KEYS = 32;

export function createKeyQueue(): KeyQueue {
  const keys: string[] = [];
  let wake: (() => void) | undefined;

  const take = (accepts: (key: string) => boolean): string | undefined => {
    for (let key = keys.shift(); key !== undefined; key = keys.shift()) {
      if (accepts(key)) return key;
    }
    return undefined;
  };

  return {
    push: (key) => {
      if (keys.length < MAX_WAITING_KEYS) keys.push(key);
      wake?.();
    },
    next: (accepts, signal) =>
      new Promise((resolve) => {
        const finish = (key: string | undefined): void => {
          signal.removeEventListener('abort', abort);
          wake = undefined;
          resolve(key);
        };
        const abort = (): void => finish(undefined);
        const look = (): void => {
          const key = take(accepts);
          if (key !== undefined) finish(key);
        };
        if (signal.aborted) return resolve(undefined);
        signal.addEventListener('abort', abort, { once: true });
        wake = look;
        look();
      }),
  };
}
