import { afterEach, expect, test } from 'vitest';
import { createLogger } from '../../platform/logger.ts';
import { watchUnheardCalls, type UnheardCall, type UnheardCalls } from './unheard-calls.ts';

interface World {
  watch: UnheardCalls;
  waiting: UnheardCall[];
  here: Set<string>;
  handedOut: Set<string>;
  givenUp: string[];
  now: number;
}

const CALL: UnheardCall = { callId: 'a', workflowId: 'call:1:1' };
let watch: UnheardCalls | undefined;
afterEach(() => watch?.stop());

function world(): World {
  const state: Omit<World, 'watch'> = {
    waiting: [CALL],
    here: new Set(),
    handedOut: new Set([CALL.workflowId]),
    givenUp: [],
    now: 0,
  };
  watch = watchUnheardCalls({
    waiting: async () => state.waiting,
    isHere: (callId) => state.here.has(callId),
    isHandedOut: async (workflowId) => state.handedOut.has(workflowId),
    giveUp: ({ callId }) => void state.givenUp.push(callId),
    logger: createLogger({ service: 'test', level: 'silent' }),
    now: () => state.now,
  });
  return Object.assign(state, { watch });
}

async function lookAt(w: World, ...times: number[]): Promise<void> {
  for (const now of times) {
    w.now = now;
    await w.watch.look();
  }
}

test('a call that was handed out and does not come for four seconds is given up, once', async () => {
  const w = world();
  await lookAt(w, 0, 2_000);
  expect(w.givenUp).toEqual([]);
  await lookAt(w, 4_000);
  expect(w.givenUp).toEqual(['a']);
  w.here.add('a');
  await lookAt(w, 6_000, 12_000);
  expect(w.givenUp).toEqual(['a']);
});

test('a call that still waits for a worker of its workflow is left alone', async () => {
  const w = world();
  w.handedOut.clear();
  await lookAt(w, 0, 10_000, 60_000);
  expect(w.givenUp).toEqual([]);
});

test('a task that arrives late is a call like any other', async () => {
  const w = world();
  await lookAt(w, 0, 2_000);
  w.here.add('a');
  await lookAt(w, 4_000, 8_000);
  expect(w.givenUp).toEqual([]);
});

test('a call whose leg was opened meanwhile begins anew when it is ever seen again', async () => {
  const w = world();
  await lookAt(w, 0);
  w.waiting = [];
  await lookAt(w, 3_000);
  w.waiting = [CALL];
  await lookAt(w, 5_000);
  expect(w.givenUp).toEqual([]);
});
