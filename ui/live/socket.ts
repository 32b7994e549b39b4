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
import { batch, computed, signal, type ReadonlySignal } from '@preact/signals';
import type { LiveClientMessage, LiveServerMessage, LiveSnapshot } from '../../contracts/http/live.ts';
import { createReconnecting, type LineState } from './reconnecting.ts';

const BACKOFF = { firstMs: 500, longestMs: 15_000 };
/** No message for so long: ask for a snapshot. */
const SILENCE_MS = 20_000;
/** No answer to that, nor to the first `subscribe`: the line is dead. */
const ANSWER_MS = 6_000;

export type LiveState = LineState | 'stale';
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
  const now = deps.now ?? Date.now;
  const snapshot = signal<LiveSnapshot | undefined>(undefined);
  const freshAt = signal<number | undefined>(undefined);
  /** The server says that its data are old. */
  const old = signal(false);
  let sequence: number | undefined;
  const line = createReconnecting({
    open: deps.open,
    stops: STOPS,
    backoff: BACKOFF,
    answerMs: ANSWER_MS,
    silenceMs: SILENCE_MS,
    onSilence: subscribe,
    onOpen: subscribe,
    onMessage: receive,
    random: deps.random,
  });

  function subscribe(): void {
    sequence = undefined;
    const message: LiveClientMessage = { type: 'subscribe', campaign: deps.campaign };
    line.send(JSON.stringify(message));
    line.expectAnswer();
  }

  function receive(text: string): void {
    const message = parse(text);
    if (!message || message.campaign !== deps.campaign) return;
    if (message.type === 'snapshot') {
      accept(message.sequence, message.snapshot);
      return;
    }
    // Before the snapshot of this subscription nothing can be applied; after a gap neither.
    if (sequence === undefined) return;
    if (message.sequence !== sequence + 1) {
      subscribe();
    } else if (message.type === 'update' && snapshot.value) {
      accept(message.sequence, { ...snapshot.value, ...withoutUndefined(message.changes) });
    } else {
      accept(message.sequence, undefined);
    }
  }

  /** @param content undefined: what there is, is old */
  function accept(number: number, content: LiveSnapshot | undefined): void {
    sequence = number;
    batch(() => {
      line.good();
      old.value = content === undefined;
      if (!content) return;
      snapshot.value = content;
      freshAt.value = now();
    });
    if (content) deps.onServerTime?.(content.generatedAt);
  }

  const state = computed<LiveState>(() => {
    const { value } = line.state;
    return value === 'live' && old.value ? 'stale' : value;
  });
  return { state, snapshot, stopped: line.stopped, freshAt, connect: line.connect, close: line.close };
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
