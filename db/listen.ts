/**
 * LISTEN that outlives its connection.
 * @module
 */
import { setTimeout as wait } from 'node:timers/promises';
import type pg from 'pg';
import type { Database } from './client.ts';

const RECONNECT_MS = 1_000;

export interface ListenOptions {
  /** A name of ours; it becomes part of the statement. */
  channel: string;
  onNotify: (payload: string) => void;
  /** Listening (again): what was said before may have been missed. */
  onListening?(): void;
  /** The connection was lost; another is opened. */
  onInterrupted(error: unknown): void;
  signal: AbortSignal;
}

/** Takes one connection of the pool until `signal` aborts; then resolves. Never rejects. */
export async function listen(db: Database, options: ListenOptions): Promise<void> {
  const { signal } = options;
  while (!signal.aborted) {
    try {
      await listenOnce(db, options);
    } catch (error) {
      if (signal.aborted) return;
      options.onInterrupted(error);
      await wait(RECONNECT_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}

/** Resolves when `signal` aborts, rejects when the connection is lost. The connection is given up in both cases. */
async function listenOnce(db: Database, options: ListenOptions): Promise<void> {
  const { channel, onNotify, signal } = options;
  const client = await db.pool.connect();
  try {
    await new Promise<void>((resolve, reject) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
      client.on('error', reject);
      client.on('end', () => reject(new Error('the connection ended')));
      client.on('notification', (message: pg.Notification) => onNotify(message.payload ?? ''));
      client.query(`listen ${channel}`).then(() => options.onListening?.(), reject);
      if (signal.aborted) resolve();
    });
  } finally {
    client.removeAllListeners();
    // The pool would hand it to others with its LISTEN still on.
    client.on('error', () => {});
    client.release(true);
  }
}
