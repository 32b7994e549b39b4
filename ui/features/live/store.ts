/**
 * One campaign, live: the socket's snapshot, pause and resume.
 * @module
 */
import { computed, signal, type ReadonlySignal } from '@preact/signals';
import type { LiveSnapshot } from '../../../contracts/http/live.ts';
import type { CallStage } from '../../../contracts/model/call.ts';
import type { Api } from '../../api/client.ts';
import type { Clock } from '../../lib/clock.ts';
import { createLiveSocket, type LiveSocket } from '../../live/socket.ts';

export interface LiveStore {
  socket: LiveSocket;
  /** What is shown is old: the line is down, or Postgres is. */
  stale: ReadonlySignal<boolean>;
  /** Calls in progress by stage, only stages that have some. */
  stages: ReadonlySignal<readonly { stage: CallStage; calls: number }[]>;
  busy: ReadonlySignal<boolean>;
  /** Pauses, or resumes when paused. Answers what happened. */
  togglePause: (reason: string) => Promise<'paused' | 'resumed' | 'unchanged'>;
  dispose: () => void;
}

export interface LiveStoreDeps {
  campaign: string;
  api: Pick<Api, 'pause' | 'resume'>;
  open: () => WebSocket;
  clock: Clock;
}

const STAGE_ORDER: readonly CallStage[] = [
  'talking',
  'ringing',
  'inviting',
  'claimed',
  'ending',
  'wrap-up',
  'committing',
];

export function createLiveStore(deps: LiveStoreDeps): LiveStore {
  const { api, campaign, clock } = deps;
  const busy = signal(false);
  const socket = createLiveSocket({ campaign, open: deps.open, onServerTime: clock.sync });

  socket.connect();
  const stopClock = clock.watch();
  // A phone that wakes up or finds its network again should not wait for the back-off.
  const wake = (): void => {
    if (!document.hidden && socket.state.peek() === 'reconnecting') socket.connect();
  };
  window.addEventListener('online', wake);
  document.addEventListener('visibilitychange', wake);

  return {
    socket,
    stale: computed(
      () => socket.snapshot.value !== undefined && !['live', 'connecting'].includes(socket.state.value),
    ),
    stages: computed(() => countStages(socket.snapshot.value)),
    busy,
    togglePause: async (reason) => {
      busy.value = true;
      try {
        const wasPaused = socket.snapshot.peek()?.paused != null;
        const result = wasPaused ? await api.resume(campaign, reason) : await api.pause(campaign, reason);
        if (!result.changed) return 'unchanged';
        return result.paused === null ? 'resumed' : 'paused';
      } finally {
        busy.value = false;
      }
    },
    dispose: () => {
      stopClock();
      window.removeEventListener('online', wake);
      document.removeEventListener('visibilitychange', wake);
      socket.close();
    },
  };
}

export function countStages(
  snapshot: Pick<LiveSnapshot, 'calls'> | undefined,
): { stage: CallStage; calls: number }[] {
  const counts = new Map<CallStage, number>();
  for (const call of snapshot?.calls ?? []) counts.set(call.stage, (counts.get(call.stage) ?? 0) + 1);
  return STAGE_ORDER.flatMap((stage) => {
    const calls = counts.get(stage);
    return calls === undefined ? [] : [{ stage, calls }];
  });
}
