import { expect, test } from 'vitest';
import { createLogger } from '../platform/logger.ts';
import { deferred } from './deferred.ts';
import { createDeskSound, type DeskSound } from './desk-sound.ts';
import type { Journal } from './journal.ts';
import type { MediaSession } from './media-session.ts';

const PROMPT = { sha256: 'a', durationMs: 1_000 };
const RINGING = { agentBlocked: true, customerBlocked: false, music: false, ringback: true };
const TALKING = { agentBlocked: false, customerBlocked: false, music: false, ringback: false };
const ON_HOLD = { agentBlocked: true, customerBlocked: true, music: true, ringback: false };

/** @param slow a command whose answer the test gives */
function listen(slow?: string): { sound: DeskSound; asked: string[]; answer: () => void } {
  const asked: string[] = [];
  const answered = deferred<void>();
  const ask = async (command: string): Promise<void> => {
    asked.push(command);
    await (command === slow ? answered.promise : undefined);
  };
  const media = {
    block: (slot: string) => ask(`block ${slot}`),
    unblock: (slot: string) => ask(`unblock ${slot}`),
    stop: (slot: string) => ask(`stop ${slot}`),
    play: async (slot: string) => {
      await ask(`play ${slot}`);
      return 1_000;
    },
  } as unknown as MediaSession;
  const sound = createDeskSound({
    media,
    journal: { append: () => undefined } as unknown as Journal,
    promptsDir: '/prompts',
    music: PROMPT,
    ringback: PROMPT,
    logger: createLogger({ service: 'test', level: 'silent' }),
  });
  return { sound, asked, answer: () => answered.resolve() };
}

test('at the answer the agent is heard without waiting for the end of the ringback', async () => {
  const { sound, asked, answer } = listen('stop agent');
  await sound.want(RINGING);
  const talking = sound.want(TALKING);
  await expect.poll(() => asked).toContain('unblock agent');
  answer();
  await talking;
  expect(asked.toSorted()).toEqual(['block agent', 'play agent', 'stop agent', 'unblock agent']);
});

test('music begins when the agent is silent, and the agent is heard when it is over', async () => {
  const { sound, asked } = listen();
  await sound.want(ON_HOLD);
  await sound.want(TALKING);
  const customersEar = asked.filter((command) => /agent|music|play|stop/.test(command));
  expect(customersEar).toEqual(['block agent', 'play cust', 'stop cust', 'unblock agent']);
});

test('a change waits until both ears have come to rest from the one before', async () => {
  const { sound, asked, answer } = listen('stop agent');
  await sound.want(RINGING);
  const talking = sound.want(TALKING);
  await expect.poll(() => asked).toContain('unblock agent');
  const before = asked.length;
  const held = sound.want(ON_HOLD);
  await new Promise((resolve) => setImmediate(resolve));
  expect(asked.slice(before)).toEqual([]);
  answer();
  await Promise.all([talking, held]);
  expect(asked.slice(before).toSorted()).toEqual(['block agent', 'block cust', 'play cust']);
});
