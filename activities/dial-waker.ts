/**
 * Lets the dial loops of this process sleep until there is something to do: one connection LISTENs for all of them.
 * @module
 */
import type { Database } from '../db/client.ts';
import { listen } from '../db/listen.ts';
import type { Logger } from '../platform/logger.ts';

/** Payload: the campaign's id. Sent by whoever makes contacts callable in the middle of the day. */
export const DIAL_CHANNEL = 'apel_dial';

export interface DialWaker {
  /** Resolves after `ms`, when the campaign is notified, or when `signal` aborts; never rejects. */
  sleep(campaignId: number, ms: number, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** A lost connection costs nothing but latency: the loops look by themselves at least each second. */
export function createDialWaker(db: Database, logger: Logger): DialWaker {
  const sleepers = new Map<number, Set<() => void>>();
  const stop = new AbortController();
  const listening = listen(db, {
    channel: DIAL_CHANNEL,
    onNotify: (campaignId) => {
      for (const wake of sleepers.get(Number(campaignId)) ?? []) wake();
    },
    onInterrupted: (error) => logger.warn({ err: error }, 'listening for priority lists was interrupted'),
    signal: stop.signal,
  });
  return {
    sleep: (campaignId, ms, signal) =>
      new Promise((resolve) => {
        const mine = sleepers.get(campaignId) ?? new Set();
        sleepers.set(campaignId, mine);
        const done = () => {
          clearTimeout(timer);
          signal.removeEventListener('abort', done);
          mine.delete(done);
          resolve();
        };
        const timer = setTimeout(done, ms);
        signal.addEventListener('abort', done);
        mine.add(done);
        if (signal.aborted) done();
      }),
    close: async () => {
      stop.abort();
      for (const mine of sleepers.values()) for (const wake of mine) wake();
      await listening;
    },
  };
}
