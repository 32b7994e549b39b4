/**
 * One campaign, live: the socket's snapshot, the hours of the day, pause and resume.
 * @module
 */
import { computed, signal, type ReadonlySignal } from '@preact/signals';
import type { LiveSnapshot } from '../../../contracts/http/live.ts';
import type { DailyReport } from '../../../contracts/http/reports.ts';
import type { CallStage } from '../../../contracts/model/call.ts';
import type { Api } from '../../api/client.ts';
import { createFormat } from '../../i18n/format.ts';
import type { Clock } from '../../lib/clock.ts';
import { pollWhileVisible } from '../../lib/poll.ts';
import { createResource, type Resource } from '../../lib/resource.ts';
import { createLiveSocket, type LiveSocket } from '../../live/socket.ts';

/** The hours change slowly; the cards above them are live. */
const HOURS_REFRESH_MS = 30_000;

export interface LiveStore {
  socket: LiveSocket;
  hours: Resource<DailyReport>;
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
  api: Pick<Api, 'daily' | 'pause' | 'resume'>;
  open: () => WebSocket;
  clock: Clock;
  withHours: boolean;
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
  const hours = createResource(async (signal) => {
    const zone = socket.snapshot.peek()?.campaign.zone ?? 'Europe/Bucharest';
    const date = createFormat('ro', zone).localDate(clock.now());
    return api.daily({ date, campaign }, signal);
  });

  socket.connect();
  const stopClock = clock.watch();
  const stopHours = deps.withHours ? pollWhileVisible(hours.reload, HOURS_REFRESH_MS) : () => undefined;
  // A phone that wakes up or finds its network again should not wait for the back-off.
  const wake = (): void => {
    if (!document.hidden && socket.state.peek() === 'reconnecting') socket.connect();
  };
  window.addEventListener('online', wake);
  document.addEventListener('visibilitychange', wake);

  return {
    socket,
    hours,
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
      stopHours();
      window.removeEventListener('online', wake);
      document.removeEventListener('visibilitychange', wake);
      socket.close();
      hours.dispose();
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
