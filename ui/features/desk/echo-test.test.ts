import { signal } from '@preact/signals';
import { expect, it, vi } from 'vitest';
import { createEchoTest } from './echo-test.ts';
import type { LineQuality } from './phone/quality.ts';

const NOW = Date.parse('2026-11-21T10:00:00Z');
const GOOD: LineQuality = { verdict: 'good', roundTripMs: 42 };

function setUp() {
  const connected = signal(false);
  const quality = signal<LineQuality | undefined>(undefined);
  const tick = signal(NOW);
  const api = {
    startEcho: vi.fn(async () => ({ until: new Date(NOW + 30_000).toISOString() })),
    endEcho: vi.fn(async () => undefined),
  };
  const run = async (_name: string, action: () => Promise<undefined>): Promise<boolean> => {
    await action();
    return true;
  };
  const echo = createEchoTest({
    api,
    run: run as never,
    phone: { connected, quality },
    clock: { now: () => NOW, tick },
  });
  return { echo, api, connected, quality, tick };
}

it('is on when the phone is called, and keeps what the line was like when it is over', async () => {
  const { echo, connected, quality, api } = setUp();
  echo.start();
  await vi.waitUntil(() => echo.state.value === 'calling');
  connected.value = true;
  quality.value = GOOD;
  expect([echo.state.value, echo.quality.value]).toEqual(['on', GOOD]);
  quality.value = undefined;
  connected.value = false;
  expect([echo.state.value, echo.quality.value]).toEqual(['off', GOOD]);
  echo.stop();
  expect(api.endEcho).not.toHaveBeenCalled();
});

it('is ended by the agent, or when its time is over and no call came', async () => {
  const { echo, api, tick } = setUp();
  echo.start();
  await vi.waitUntil(() => echo.state.value === 'calling');
  echo.stop();
  expect([echo.state.value, api.endEcho.mock.calls.length]).toEqual(['off', 1]);
  echo.start();
  await vi.waitUntil(() => echo.state.value === 'calling');
  tick.value = NOW + 30_001;
  expect(echo.state.value).toBe('off');
});

it('the quality of a call is not that of a test', () => {
  const { echo, connected, quality } = setUp();
  connected.value = true;
  quality.value = GOOD;
  expect(echo.quality.value).toBeUndefined();
});
