import type { SipLogger } from './core/core.ts';

/** Lines of one message within a window; what strangers send must not fill a disk. */
const LINES = 10;
const WINDOW_MS = 10_000;

/**
 * Passes on the first lines of each message in a window of 10 s; the first one of the next window tells in `suppressed` how
 * many were left out. Messages are constants of the code, so that there are few of them.
 */
export function boundedLogger(logger: SipLogger, now: () => number = Date.now): SipLogger {
  const windows = new Map<string, { since: number; lines: number }>();
  return {
    warn(message, fields) {
      const at = now();
      const window = windows.get(message);
      if (window && at - window.since < WINDOW_MS) {
        window.lines += 1;
        if (window.lines <= LINES) logger.warn(message, fields);
        return;
      }
      windows.set(message, { since: at, lines: 1 });
      const suppressed = Math.max(0, (window?.lines ?? 0) - LINES);
      logger.warn(message, suppressed > 0 ? { ...fields, suppressed } : fields);
    },
  };
}
