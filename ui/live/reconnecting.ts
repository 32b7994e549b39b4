/**
 * A WebSocket that comes back by itself, for ever, until the server says that it need not.
 *
 * ```
 *            good               lost
 * connecting ─────> live ────────────────> reconnecting ──> live …
 *      any ── a close code of `stops` ──> stopped
 * ```
 * @module
 */
import { batch, signal, type ReadonlySignal } from '@preact/signals';

export type LineState = 'connecting' | 'live' | 'reconnecting' | 'stopped';

export interface Reconnecting<Stop extends string> {
  state: ReadonlySignal<LineState>;
  /** Why it does not reconnect any more. */
  stopped: ReadonlySignal<Stop | undefined>;
  /** Connects now, also after a stop. */
  connect: () => void;
  /** Nothing happens any more, until `connect`. */
  close: () => void;
  send: (text: string) => void;
  /** The line lives: the next loss waits shortly again, and `onSilence` comes when nothing good follows. */
  good: () => void;
  /** Nothing good within `answerMs` from now: the line is dead. */
  expectAnswer: () => void;
  lost: () => void;
  /** Tells later whether the line is still the one of now. */
  same: () => () => boolean;
}

export interface ReconnectingOptions<Stop extends string> {
  open: () => WebSocket;
  /** Close codes that end it for good. */
  stops: Readonly<Record<number, Stop>>;
  /** Wait after the first loss; doubles up to the longest. */
  backoff: { firstMs: number; longestMs: number };
  /** No answer for so long after opening: the line is dead. */
  answerMs: number;
  /** A browser cannot see whether a silent line still lives. */
  silenceMs: number;
  onSilence: () => void;
  onMessage: (text: string) => void;
  onOpen?: () => void;
  /** 0..1, spreads the reconnects of many pages after a restart. */
  random?: (() => number) | undefined;
}

export function createReconnecting<Stop extends string>(
  options: ReconnectingOptions<Stop>,
): Reconnecting<Stop> {
  const { stops, backoff, random = Math.random } = options;
  const state = signal<LineState>('connecting');
  const stopped = signal<Stop | undefined>(undefined);
  let socket: WebSocket | undefined;
  let losses = 0;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;
  let watchdog: ReturnType<typeof setTimeout> | undefined;

  function connect(): void {
    close();
    batch(() => {
      stopped.value = undefined;
      if (state.peek() === 'stopped') state.value = 'connecting';
    });
    let mine: WebSocket;
    try {
      mine = options.open();
    } catch {
      lost(undefined);
      return;
    }
    socket = mine;
    expectAnswer();
    mine.addEventListener('open', () => mine === socket && options.onOpen?.());
    mine.addEventListener('message', (event) => mine === socket && options.onMessage(String(event.data)));
    mine.addEventListener('close', (event) => mine === socket && lost(stops[event.code]));
  }

  function watch(afterMs: number, act: () => void): void {
    clearTimeout(watchdog);
    watchdog = setTimeout(act, afterMs);
  }

  function expectAnswer(): void {
    watch(options.answerMs, () => lost(undefined));
  }

  function lost(stop: Stop | undefined): void {
    close();
    batch(() => {
      stopped.value = stop;
      state.value = stop === undefined ? 'reconnecting' : 'stopped';
    });
    if (stop !== undefined) return;
    const wait = Math.min(backoff.firstMs * 2 ** losses, backoff.longestMs);
    losses = Math.min(losses + 1, 10);
    retryTimer = setTimeout(connect, wait * (0.5 + random() / 2));
  }

  function close(): void {
    clearTimeout(retryTimer);
    clearTimeout(watchdog);
    const old = socket;
    socket = undefined;
    old?.close();
  }

  return {
    state,
    stopped,
    connect,
    close,
    send: (text) => socket?.send(text),
    good: () => {
      losses = 0;
      state.value = 'live';
      watch(options.silenceMs, options.onSilence);
    },
    expectAnswer,
    lost: () => lost(undefined),
    same: () => {
      const mine = socket;
      return () => mine === socket;
    },
  };
}
