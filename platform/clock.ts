/**
 * Time as a dependency: rules that speak of hours and days are tested with a clock that the test moves.
 * @module
 */
import type { Logger } from './logger.ts';

export interface Clock {
  now(): Date;
  /**
   * Reads the time anew where it is kept elsewhere: before a decision that a stopped machine or a wrong clock must not
   * make. @throws when it cannot be read
   */
  refresh?(): Promise<void>;
}

export const systemClock: Clock = { now: () => new Date() };

/** A clock that stands still until it is told otherwise. */
export function fixedClock(at: Date): Clock & { set(at: Date): void } {
  let current = at;
  return {
    now: () => current,
    set: (next) => {
      current = next;
    },
  };
}

export interface SiteClockOptions {
  /** The clock of the site: Postgres'. */
  read(): Promise<Date>;
  /** Told when the clock is set, by more than 250 ms, and how far this machine's own is off. */
  onSet?(change: { byMs: number; machineOffByMs: number }): void;
  /** This machine's; for tests. */
  machine?: { wallMs(): number; steadyMs(): number };
}

/** Below this a reading says more about the way to Postgres than about the clock. */
const TOLERANCE_MS = 250;
/** A reading that took longer is worth nothing. */
const SLOW_READ_MS = 2_000;
const MAX_READINGS = 3;
/** For decisions that do not refresh by themselves. */
const REFRESH_MS = 10_000;

/**
 * One clock for all processes: read from Postgres, carried on by the machine's steady clock in between. A wall clock that
 * is wrong, or set while the process runs, changes nothing. Until the first reading it is the machine's own.
 */
export function createSiteClock(options: SiteClockOptions): Clock & { refresh(): Promise<void> } {
  const machine = options.machine ?? { wallMs: () => Date.now(), steadyMs: () => performance.now() };
  /** Site time minus steady time. */
  let offset = machine.wallMs() - machine.steadyMs();
  const nowMs = () => machine.steadyMs() + offset;
  const refresh = async (): Promise<void> => {
    for (let reading = 0; reading < MAX_READINGS; reading += 1) {
      const askedAt = machine.steadyMs();
      const told = await options.read();
      const tookMs = machine.steadyMs() - askedAt;
      if (tookMs > SLOW_READ_MS) continue;
      const siteMs = told.getTime() + tookMs / 2;
      const byMs = siteMs - nowMs();
      if (Math.abs(byMs) <= Math.max(TOLERANCE_MS, tookMs)) return;
      offset += byMs;
      options.onSet?.({ byMs: Math.round(byMs), machineOffByMs: Math.round(machine.wallMs() - siteMs) });
      return;
    }
    throw new Error('the time of the site cannot be read: every answer came too late');
  };
  return { now: () => new Date(nowMs()), refresh };
}

/**
 * The site clock of a process. Reads at once (a Postgres that is not there yet changes nothing), then every ten seconds
 * until `stop`; a reading that fails leaves the clock as it is.
 */
export async function openSiteClock(
  read: SiteClockOptions['read'],
  logger: Logger,
): Promise<{ clock: Clock; stop: () => void }> {
  const clock = createSiteClock({
    read,
    onSet: (change) => logger.warn(change, 'the clock was set by that of Postgres'),
  });
  const refresh = () => clock.refresh().catch(() => undefined);
  await refresh();
  const timer = setInterval(() => void refresh(), REFRESH_MS);
  timer.unref();
  return { clock, stop: () => clearInterval(timer) };
}
