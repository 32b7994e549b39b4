import { describe, expect, it, vi } from 'vitest';
import { createLogger } from '../../platform/logger.ts';
import { startUpkeep } from './upkeep.ts';

const logger = createLogger({ service: 'test', level: 'silent' });

describe('startUpkeep', () => {
  it('repeats each task by itself, through failures of one of them', async () => {
    let good = 0;
    let bad = 0;
    const upkeep = startUpkeep(
      [
        { name: 'good', everyMs: 5, run: async () => void (good += 1) },
        {
          name: 'bad',
          everyMs: 5,
          run: async () => {
            bad += 1;
            throw new Error('away');
          },
        },
      ],
      logger,
    );
    await vi.waitFor(() => expect(Math.min(good, bad)).toBeGreaterThan(3), 20_000);
    await upkeep.stop();
    const stopped = good + bad;
    await new Promise((resolve) => setImmediate(resolve));
    expect(good + bad).toBe(stopped);
  });

  it('never runs a task beside itself, and lets a running one finish before it stops', async () => {
    let running = 0;
    let most = 0;
    let finish: () => void = () => {};
    const task = {
      name: 'slow',
      everyMs: 1,
      run: async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise<void>((resolve) => (finish = resolve));
        running -= 1;
      },
    };
    const upkeep = startUpkeep([task], logger);
    await vi.waitFor(() => expect(running).toBe(1), 20_000);
    const stopping = upkeep.stop();
    finish();
    await stopping;
    expect({ running, most }).toEqual({ running: 0, most: 1 });
  });
});
