import { expect, it, vi } from 'vitest';
import { createLogger } from '../../platform/logger.ts';
import type { StageChange } from './edge-store.ts';
import { createStageWriter } from './stage-writer.ts';

const logger = createLogger({ service: 'test', level: 'silent' });
const edge = { node: 'edge-1', epoch: 1 };
const at = (second: number) => new Date(Date.UTC(2026, 10, 23, 8, 0, second));

it('writes what changed together in one statement, of each call the newest with its answer', async () => {
  const written: StageChange[][] = [];
  const stages = createStageWriter({
    edge,
    logger,
    store: { setStages: (_edge, changes) => Promise.resolve(void written.push([...changes])) },
  });
  stages.set('a', 'ringing', at(1));
  stages.set('a', 'talking', at(2));
  stages.set('b', 'ringing', at(3));
  stages.set('a', 'ending', at(4));
  await vi.waitFor(() => expect(written).toHaveLength(1), 20_000);
  expect(written[0]).toEqual([
    { callId: 'a', stage: 'ending', at: at(4), answeredAt: at(2) },
    { callId: 'b', stage: 'ringing', at: at(3) },
  ]);
});

it('goes on after a failure, and with what came meanwhile', async () => {
  let tries = 0;
  const written: string[] = [];
  const stages = createStageWriter({
    edge,
    logger,
    store: {
      setStages: async (_edge, changes) => {
        tries += 1;
        if (tries === 1) {
          stages.set('b', 'talking', at(2));
          throw new Error('away');
        }
        written.push(...changes.map(({ callId }) => callId));
      },
    },
  });
  stages.set('a', 'talking', at(1));
  await vi.waitFor(() => expect(written).toEqual(['b']), 20_000);
});
