/**
 * One watch per campaign that somebody looks at: reads its snapshot once a second, however many sockets share it, and
 * tells what changed.
 * @module
 */
import type { LiveSnapshot } from '../../contracts/http/live.ts';
import type { Logger } from '../../platform/logger.ts';
import type { ReadSnapshot } from './snapshot.ts';

export type WatchEvent =
  | { type: 'snapshot'; snapshot: LiveSnapshot }
  | { type: 'update'; snapshot: LiveSnapshot; changes: Partial<LiveSnapshot> }
  /** Postgres does not answer; `since` is the time of the last good snapshot. */
  | { type: 'stale'; since: string | null }
  | { type: 'not-found' };

export type WatchListener = (event: WatchEvent) => void;

export interface Watches {
  /** The first event comes soon: a snapshot, `stale` or `not-found`. Returns how to stop. */
  watch(campaign: string, listener: WatchListener): () => void;
  close(): void;
}

export interface WatchesDeps {
  readSnapshot: ReadSnapshot;
  logger: Logger;
  /** Default 1 s. */
  intervalMs?: number;
  /** Longest wait for Postgres before the page is told that it is away. Default 3 s. */
  timeoutMs?: number;
}

interface Watch {
  /** A read still under way after its time-out: waited for again instead of asking twice. */
  reading: Promise<LiveSnapshot | null> | null;
  listeners: Set<WatchListener>;
  last: LiveSnapshot | null;
  stale: boolean;
  timer: NodeJS.Timeout | null;
}

export function createWatches(deps: WatchesDeps): Watches {
  const watches = new Map<string, Watch>();
  let closed = false;

  function tell(watch: Watch, event: WatchEvent): void {
    for (const listener of watch.listeners) listener(event);
  }

  async function poll(campaign: string, watch: Watch): Promise<void> {
    const event = await nextEvent(campaign, watch);
    if (watches.get(campaign) !== watch) return;
    if (event) tell(watch, event);
    if (event?.type === 'not-found') return drop(campaign, watch);
    watch.timer = setTimeout(() => void poll(campaign, watch), deps.intervalMs ?? 1_000);
  }

  async function nextEvent(campaign: string, watch: Watch): Promise<WatchEvent | null> {
    try {
      const snapshot = await withTimeout(read(campaign, watch), deps.timeoutMs ?? 3_000);
      return snapshot === null ? { type: 'not-found' } : compare(watch, snapshot);
    } catch (error) {
      if (watch.stale) return null;
      watch.stale = true;
      deps.logger.warn({ err: error, campaign }, 'live snapshot failed');
      return { type: 'stale', since: watch.last?.generatedAt ?? null };
    }
  }

  function read(campaign: string, watch: Watch): Promise<LiveSnapshot | null> {
    watch.reading ??= deps.readSnapshot(campaign).finally(() => {
      watch.reading = null;
    });
    return watch.reading;
  }

  function drop(campaign: string, watch: Watch): void {
    if (watch.timer) clearTimeout(watch.timer);
    if (watches.get(campaign) === watch) watches.delete(campaign);
  }

  function open(campaign: string): Watch {
    const watch: Watch = { reading: null, listeners: new Set(), last: null, stale: false, timer: null };
    watches.set(campaign, watch);
    void poll(campaign, watch);
    return watch;
  }

  return {
    watch(campaign, listener) {
      if (closed) return () => {};
      const watch = watches.get(campaign) ?? open(campaign);
      watch.listeners.add(listener);
      if (watch.stale) listener({ type: 'stale', since: watch.last?.generatedAt ?? null });
      else if (watch.last) listener({ type: 'snapshot', snapshot: watch.last });
      return () => {
        watch.listeners.delete(listener);
        if (watch.listeners.size === 0) drop(campaign, watch);
      };
    },
    close() {
      closed = true;
      for (const [campaign, watch] of watches) drop(campaign, watch);
    },
  };
}

/** The first one and the first after `stale` go out whole, others as what changed; null when nothing did. */
function compare(watch: Watch, snapshot: LiveSnapshot): WatchEvent | null {
  const before = watch.last;
  const whole = before === null || watch.stale;
  watch.last = snapshot;
  watch.stale = false;
  if (whole) return { type: 'snapshot', snapshot };
  const changes = changedSections(before, snapshot);
  if (Object.keys(changes).length === 0) return null;
  return { type: 'update', snapshot, changes: { ...changes, generatedAt: snapshot.generatedAt } };
}

/** Sections of which the JSON differs; the time of the snapshot alone is no change. */
export function changedSections(before: LiveSnapshot, after: LiveSnapshot): Partial<LiveSnapshot> {
  const keys = (Object.keys(after) as (keyof LiveSnapshot)[]).filter((key) => key !== 'generatedAt');
  const changed = keys.filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]));
  return Object.fromEntries(changed.map((key) => [key, after[key]]));
}

function withTimeout<T>(work: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
