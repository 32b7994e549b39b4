import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LiveSnapshot } from '../../contracts/http/live.ts';
import { createLogger } from '../../platform/logger.ts';
import { createWatches, type WatchEvent } from './watches.ts';

const logger = createLogger({ service: 'test', level: 'silent' });

function snapshot(callsInProgress: number, generatedAt = 't0'): LiveSnapshot {
  return { callsInProgress, generatedAt, health: [] } as unknown as LiveSnapshot;
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the watch of a campaign', () => {
  it('is read once a second for any number of sockets, and not at all for none', async () => {
    const readSnapshot = vi.fn(async () => snapshot(1));
    const watches = createWatches({ readSnapshot, logger });
    const stops = [1, 2, 3].map(() => watches.watch('oradea', () => {}));
    await vi.advanceTimersByTimeAsync(5_500);
    expect(readSnapshot).toHaveBeenCalledTimes(6);
    for (const stop of stops) stop();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(readSnapshot.mock.calls.length).toBeLessThanOrEqual(7);
  });

  it('tells only what changed; the time alone is no news', async () => {
    let now = snapshot(1, 't0');
    const watches = createWatches({ readSnapshot: async () => now, logger });
    const events: WatchEvent[] = [];
    watches.watch('oradea', (event) => events.push(event));
    await vi.advanceTimersByTimeAsync(0);
    now = snapshot(1, 't1');
    await vi.advanceTimersByTimeAsync(1_000);
    now = snapshot(2, 't2');
    await vi.advanceTimersByTimeAsync(1_000);
    watches.close();
    expect(events.map((e) => e.type)).toEqual(['snapshot', 'update']);
    expect(events[1]).toMatchObject({ changes: { callsInProgress: 2, generatedAt: 't2' } });
  });

  it('says stale once when nothing answers, asks only once meanwhile, and ends it with a whole snapshot', async () => {
    let answer: (value: LiveSnapshot) => void = () => {};
    let hangs = false;
    const readSnapshot = vi.fn(async () =>
      hangs
        ? new Promise<LiveSnapshot>((resolve) => {
            answer = resolve;
          })
        : snapshot(1),
    );
    const watches = createWatches({ readSnapshot, logger });
    const events: WatchEvent[] = [];
    watches.watch('oradea', (event) => events.push(event));
    await vi.advanceTimersByTimeAsync(0);
    hangs = true;
    await vi.advanceTimersByTimeAsync(20_000);
    expect(events.map((e) => e.type)).toEqual(['snapshot', 'stale']);
    expect(events[1]).toMatchObject({ since: 't0' });
    expect(readSnapshot).toHaveBeenCalledTimes(2);
    const late: WatchEvent[] = [];
    watches.watch('oradea', (event) => late.push(event));
    expect(late.map((e) => e.type)).toEqual(['stale']);
    hangs = false;
    answer(snapshot(1));
    await vi.advanceTimersByTimeAsync(5_000);
    expect(events.map((e) => e.type)).toEqual(['snapshot', 'stale', 'snapshot']);
    watches.close();
  });
});
