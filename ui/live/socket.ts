/**
 * The live socket of one campaign: snapshot, then updates in sequence; reconnects by itself, for ever.
 *
 * ```
 *            open+snapshot                  lost, gap, silent
 * connecting ─────────────> live ─────────────────────────────> reconnecting ─┐
 *                            │ ^ snapshot          snapshot                    │
 *                     'stale'│ │           live <──────────────────────────────┘
 *                            v │
 *                           stale (Postgres away)      any ── close 4401, 4403, 4404, 4409 ──> stopped
 * ```
 * @module
 */
import { batch, signal, type ReadonlySignal } from '@preact/signals';
import type { LiveClientMessage, LiveServerMessage, LiveSnapshot } from '../../contracts/http/live.ts';

/** First wait after a loss; doubles up to the longest. */
const FIRST_BACKOFF_MS = 500;
const LONGEST_BACKOFF_MS = 15_000;
/** No message for so long: ask for a snapshot, because a browser cannot see whether the line still lives. */
const SILENCE_MS = 20_000;
/** No answer to that, nor to the first `subscribe`: the line is dead. */
const ANSWER_MS = 6_000;

export type LiveState = 'connecting' | 'live' | 'stale' | 'reconnecting' | 'stopped';
export type LiveStop = 'session' | 'forbidden' | 'notFound' | 'tooMany';

/** `LIVE_CLOSE` of the contract, by number (types only come from there; its module would bring zod). */
const STOPS: Readonly<Record<number, LiveStop>> = {
  4401: 'session',
  4403: 'forbidden',
  4404: 'notFound',
  4409: 'tooMany',
};

export interface LiveSocket {
  state: ReadonlySignal<LiveState>;
  snapshot: ReadonlySignal<LiveSnapshot | undefined>;
  /** Why it does not reconnect any more. */
  stopped: ReadonlySignal<LiveStop | undefined>;
  /** When the last good message came, ms by the local clock. */
  freshAt: ReadonlySignal<number | undefined>;
  /** Connects now, also after a stop. */
  connect: () => void;
  close: () => void;
}

export interface LiveSocketDeps {
  campaign: string;
  open: () => WebSocket;
  /** 0..1, spreads the reconnects of many pages after a restart. */
  random?: () => number;
  now?: () => number;
  /** Each server time stamp, for the clock. */
  onServerTime?: (instant: string) => void;
}

export function createLiveSocket(deps: LiveSocketDeps): LiveSocket {
  const random = deps.random ?? Math.random;
  const now = deps.now ?? Date.now;
  const state = signal<LiveState>('connecting');
  const snapshot = signal<LiveSnapshot | undefined>(undefined);
  const stopped = signal<LiveStop | undefined>(undefined);
  const freshAt = signal<number | undefined>(undefined);
  let socket: WebSocket | undefined;
  let sequence: number | undefined;
  let losses = 0;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;
  let watchdog: ReturnType<typeof setTimeout> | undefined;

  function connect(): void {
    drop();
    stopped.value = undefined;
    if (state.value === 'stopped') state.value = 'connecting';
    let mine: WebSocket;
    try {
      mine = deps.open();
    } catch {
      lost(undefined);
      return;
    }
    socket = mine;
    expectAnswer();
    mine.addEventListener('open', () => mine === socket && subscribe());
    mine.addEventListener('message', (event) => mine === socket && receive(String(event.data)));
    mine.addEventListener('close', (event) => mine === socket && lost(STOPS[event.code]));
  }

  function subscribe(): void {
    sequence = undefined;
    const message: LiveClientMessage = { type: 'subscribe', campaign: deps.campaign };
    socket?.send(JSON.stringify(message));
    expectAnswer();
  }

  function receive(text: string): void {
    const message = parse(text);
    if (!message || message.campaign !== deps.campaign) return;
    if (message.type === 'snapshot') {
      accept(message.sequence, 'live', message.snapshot);
      losses = 0;
      return;
    }
    // Before the snapshot of this subscription nothing can be applied; after a gap neither.
    if (sequence === undefined) return;
    if (message.sequence !== sequence + 1) {
      subscribe();
      return;
    }
    if (message.type === 'update' && snapshot.value) {
      accept(message.sequence, 'live', { ...snapshot.value, ...withoutUndefined(message.changes) });
    } else {
      accept(message.sequence, 'stale', undefined);
    }
  }

  function accept(number: number, next: LiveState, content: LiveSnapshot | undefined): void {
    sequence = number;
    batch(() => {
      state.value = next;
      if (!content) return;
      snapshot.value = content;
      freshAt.value = now();
    });
    if (content) deps.onServerTime?.(content.generatedAt);
    clearTimeout(watchdog);
    watchdog = setTimeout(subscribe, SILENCE_MS);
  }

  function expectAnswer(): void {
    clearTimeout(watchdog);
    watchdog = setTimeout(() => lost(undefined), ANSWER_MS);
  }

  function lost(stop: LiveStop | undefined): void {
    drop();
    if (stop) {
      stopped.value = stop;
      state.value = 'stopped';
      return;
    }
    state.value = 'reconnecting';
    const wait = Math.min(FIRST_BACKOFF_MS * 2 ** losses, LONGEST_BACKOFF_MS);
    losses = Math.min(losses + 1, 10);
    retryTimer = setTimeout(connect, wait * (0.5 + random() / 2));
  }

  function drop(): void {
    clearTimeout(retryTimer);
    clearTimeout(watchdog);
    const old = socket;
    socket = undefined;
    sequence = undefined;
    old?.close();
  }

  return { state, snapshot, stopped, freshAt, connect, close: drop };
}

/** The envelope only: the sections are our own server's and typed by the contract. */
function parse(text: string): LiveServerMessage | undefined {
  try {
    const value = JSON.parse(text) as Partial<LiveServerMessage> | null;
    if (!value || typeof value.campaign !== 'string' || !Number.isInteger(value.sequence)) return undefined;
    if (value.type === 'snapshot') return isObject(value.snapshot) ? (value as LiveServerMessage) : undefined;
    if (value.type === 'update') return isObject(value.changes) ? (value as LiveServerMessage) : undefined;
    return value.type === 'stale' ? (value as LiveServerMessage) : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

/** An explicit `undefined` in a change must not erase a section. */
function withoutUndefined(changes: {
  [K in keyof LiveSnapshot]?: LiveSnapshot[K] | undefined;
}): Partial<LiveSnapshot> {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
}
