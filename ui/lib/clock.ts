/**
 * The server's clock in the browser: a wrong clock on this computer must not make calls look older than they are.
 * @module
 */
import { signal, type ReadonlySignal } from '@preact/signals';

export interface Clock {
  /** Server time in ms, renewed every second while somebody watches. */
  tick: ReadonlySignal<number>;
  /** Server time now, ms. */
  now: () => number;
  /** Tells the clock a time stamp just received from the server. */
  sync: (serverTime: string | number) => void;
  /** Starts ticking; the answer stops it. Several watchers share one timer. */
  watch: () => () => void;
}

/** Network delay makes each stamp look a little old, so the largest offset of the last few is the best one. */
const KEPT_OFFSETS = 8;

export function createClock(localNow: () => number = Date.now): Clock {
  const offsets: number[] = [];
  let watchers = 0;
  let timer: ReturnType<typeof setInterval> | undefined;
  const now = (): number => localNow() + (offsets.length > 0 ? Math.max(...offsets) : 0);
  const tick = signal(now());

  return {
    tick,
    now,
    sync: (serverTime) => {
      const time = typeof serverTime === 'number' ? serverTime : Date.parse(serverTime);
      if (Number.isNaN(time)) return;
      offsets.push(time - localNow());
      if (offsets.length > KEPT_OFFSETS) offsets.shift();
    },
    watch: () => {
      watchers += 1;
      tick.value = now();
      timer ??= setInterval(() => (tick.value = now()), 1000);
      return () => {
        watchers -= 1;
        if (watchers > 0) return;
        clearInterval(timer);
        timer = undefined;
      };
    },
  };
}
