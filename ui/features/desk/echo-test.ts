/**
 * The test call: the edge calls this desk and sends back what it hears, over the path that calls take.
 * @module
 */
import { computed, effect, signal, type ReadonlySignal } from '@preact/signals';
import type { DeskApi } from '../../api/desk.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Actions } from './actions.ts';
import type { PhoneStore } from './phone-store.ts';
import type { LineQuality } from './phone/quality.ts';

export interface EchoTestStore {
  /** `calling`: asked for, the desk is not called yet. `on`: one hears oneself. */
  state: ReadonlySignal<'off' | 'calling' | 'on'>;
  /** The edge ends it then, ms. */
  until: ReadonlySignal<number | undefined>;
  /** What the line was like, also after the test. */
  quality: ReadonlySignal<LineQuality | undefined>;
  start: () => void;
  stop: () => void;
  dispose: () => void;
}

export function createEchoTest(deps: {
  api: Pick<DeskApi, 'startEcho' | 'endEcho'>;
  phone: Pick<PhoneStore, 'connected' | 'quality'>;
  run: Actions['run'];
  clock: Pick<Clock, 'now' | 'tick'>;
}): EchoTestStore {
  const { api, phone, clock } = deps;
  const until = signal<number | undefined>(undefined);
  const heard = signal(false);
  const quality = signal<LineQuality | undefined>(undefined);

  function over(): void {
    until.value = undefined;
    heard.value = false;
  }

  const stops = [
    effect(() => {
      if (until.value === undefined) return;
      if (phone.connected.value) heard.value = true;
      // The other side has ended it, or a call has taken its place.
      else if (heard.peek()) over();
      quality.value = phone.quality.value ?? quality.peek();
    }),
    clock.tick.subscribe((now) => {
      const end = until.peek();
      if (end !== undefined && now > end) over();
    }),
  ];
  return {
    state: computed(() => (until.value === undefined ? 'off' : heard.value ? 'on' : 'calling')),
    until,
    quality,
    start: () => {
      quality.value = undefined;
      void deps.run('echo', async () => {
        until.value = Date.parse((await api.startEcho()).until);
        return undefined;
      });
    },
    stop: () => {
      if (until.peek() === undefined) return;
      over();
      api.endEcho().catch(() => undefined);
    },
    dispose: () => {
      for (const stop of stops) stop();
    },
  };
}
