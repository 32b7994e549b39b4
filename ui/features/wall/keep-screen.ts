/**
 * A screen that nobody touches: it stays lit, and begins anew each night, so that it runs the page of the present release
 * and weeks leave nothing behind.
 * @module
 */

const HOUR_MS = 3_600_000;
/** By the screen's own clock: nobody works then. */
const ANEW_AT_HOUR = 4;
/** The server was away at that hour. */
const AGAIN_MS = 600_000;

/** How long until the next four in the morning; at least an hour, so that a screen never begins twice. */
export function untilNight(now: Date): number {
  const next = new Date(now);
  next.setHours(ANEW_AT_HOUR, 0, 0, 0);
  while (next.getTime() - now.getTime() < HOUR_MS) next.setDate(next.getDate() + 1);
  return next.getTime() - now.getTime();
}

/** Returns how to stop. */
export function keepScreen(): () => void {
  let timer = setTimeout(() => void beginAnew(), untilNight(new Date()));
  let lock: WakeLockSentinel | undefined;
  let stopped = false;

  async function beginAnew(): Promise<void> {
    // Only while the server answers: the browser's own error page would stay for ever.
    const there = await fetch('/healthz').then(
      (answer) => answer.ok,
      () => false,
    );
    if (stopped) return;
    if (there) location.reload();
    else timer = setTimeout(() => void beginAnew(), AGAIN_MS);
  }

  // Given up by the browser whenever the page is hidden; not every browser has it, and none without HTTPS.
  async function stayLit(): Promise<void> {
    if (document.hidden || !('wakeLock' in navigator)) return;
    lock = await navigator.wakeLock.request('screen').catch(() => undefined);
  }
  const onVisible = (): void => void stayLit();
  document.addEventListener('visibilitychange', onVisible);
  void stayLit();

  return () => {
    stopped = true;
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', onVisible);
    void lock?.release().catch(() => undefined);
  };
}
