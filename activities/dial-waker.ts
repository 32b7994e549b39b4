/**
 * Lets the dial loops of this process sleep until there is something to do: one connection LISTENs for all of them.
 * @module
 */
import type pg from 'pg';
import type { Database } from '../db/client.ts';
import type { Logger } from '../platform/logger.ts';

/** Payload: the campaign's id. Sent by whoever makes contacts callable in the middle of the day. */
export const DIAL_CHANNEL = 'apel_dial';

export interface DialWaker {
  /** Resolves after `ms`, when the campaign is notified, or when `signal` aborts; never rejects. */
  sleep(campaignId: number, ms: number, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

const RECONNECT_MS = 1_000;

/** A lost connection costs nothing but latency: the loops look by themselves at least each second. */
export function createDialWaker(db: Database, logger: Logger): DialWaker {
  const sleepers = new Map<number, Set<() => void>>();
  const stop = new AbortController();
  const listening = listenUntil(stop.signal, db, logger, (campaignId) => {
    for (const wake of sleepers.get(campaignId) ?? []) wake();
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

async function listenUntil(
  signal: AbortSignal,
  db: Database,
  logger: Logger,
  notified: (campaignId: number) => void,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await listenOnce(signal, db, notified);
    } catch (error) {
      if (signal.aborted) return;
      logger.warn({ err: error }, 'listening for priority lists was interrupted');
      await pause(RECONNECT_MS, signal);
    }
  }
}

/** Resolves when `signal` aborts, rejects when the connection is lost. The connection is given up in both cases. */
async function listenOnce(
  signal: AbortSignal,
  db: Database,
  notified: (campaignId: number) => void,
): Promise<void> {
  const client = await db.pool.connect();
  try {
    await new Promise<void>((resolve, reject) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
      client.on('error', reject);
      client.on('end', () => reject(new Error('the connection ended')));
      client.on('notification', (message: pg.Notification) => notified(Number(message.payload)));
      client.query(`listen ${DIAL_CHANNEL}`).catch(reject);
      if (signal.aborted) resolve();
    });
  } finally {
    client.removeAllListeners();
    // The pool would hand it to others with its LISTEN still on.
    client.on('error', () => {});
    client.release(true);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}
