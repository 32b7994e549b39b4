import { expect, test } from 'vitest';
import type { PlacedCall } from '../../contracts/model/placed-call.ts';
import { createLogger } from '../../platform/logger.ts';
import { createKeptResults, type KeptResults } from './kept-results.ts';

const placed: PlacedCall = {
  end: { result: 'customer', reason: 'busy' },
  edge: { node: 'e', epoch: 1 },
  endedAt: '2026-11-23T08:00:00.000Z',
  talkMs: 0,
  recording: { state: 'none', reason: 'not-answered' },
  timeline: [],
};

interface World {
  kept: KeptResults;
  live: Set<string>;
  completed: string[];
  forgotten: string[];
  now: number;
  failing: boolean;
}

function world(): World {
  const state: Omit<World, 'kept'> = {
    live: new Set(),
    completed: [],
    forgotten: [],
    now: 0,
    failing: false,
  };
  const kept = createKeptResults({
    stillLive: async (ids) => {
      if (state.failing) throw new Error('Postgres is away');
      return new Set(ids.filter((id) => state.live.has(id)));
    },
    complete: async (workflowId) => void state.completed.push(workflowId),
    forget: async (callId) => void state.forgotten.push(callId),
    logger: createLogger({ service: 'test', level: 'silent' }),
    now: () => state.now,
  });
  return Object.assign(state, { kept });
}

/** One look: `whenEmpty` looks once before it sees the signal. */
const look = (kept: KeptResults): Promise<void> => kept.whenEmpty(AbortSignal.timeout(50));

test('a result is kept while its row is there, and forgotten with its journal when it is gone', async () => {
  const w = world();
  w.live.add('a');
  w.kept.keep({ callId: 'a', workflowId: 'call:1:1', placed });
  await look(w.kept);
  expect(w.kept.get('a')).toBe(placed);
  expect([w.completed, w.forgotten]).toEqual([[], []]);
  w.live.delete('a');
  await look(w.kept);
  expect(w.kept.get('a')).toBeUndefined();
  expect(w.forgotten).toEqual(['a']);
  w.kept.stop();
});

test('the journal of a committed call stays until nobody is left to be told', async () => {
  const w = world();
  let tell = (): void => {};
  const told = new Promise<void>((resolve) => (tell = resolve));
  w.kept.keep({ callId: 'a', workflowId: 'call:1:1', placed, told });
  await look(w.kept);
  expect([w.kept.size(), w.forgotten]).toEqual([0, []]);
  tell();
  await expect.poll(() => w.forgotten).toEqual(['a']);
  w.kept.stop();
});

test('a row that is still there after 5 s gets its activity completed by id, again each 5 s', async () => {
  const w = world();
  w.live.add('a');
  w.kept.keep({ callId: 'a', workflowId: 'call:1:1', placed });
  for (const now of [4_999, 5_000, 5_001, 10_001]) {
    w.now = now;
    await look(w.kept);
  }
  expect(w.completed).toEqual(['call:1:1', 'call:1:1']);
  w.kept.stop();
});

test('with Postgres away nothing is forgotten and nothing completed', async () => {
  const w = world();
  w.kept.keep({ callId: 'a', workflowId: 'call:1:1', placed });
  w.failing = true;
  w.now = 60_000;
  await look(w.kept);
  expect(w.kept.size()).toBe(1);
  expect([w.completed, w.forgotten]).toEqual([[], []]);
  w.kept.stop();
});
