/**
 * The socket of the wall: a snapshot, then what changed; reconnects by itself, for ever. The server gives a sign of life each
 * five seconds, so a silent line is a dead one.
 * @module
 */
import type { ReadonlySignal } from '@preact/signals';
import type { WallMessage } from '../../contracts/http/wall.ts';
import { createReconnecting, type LineState } from './reconnecting.ts';

const BACKOFF = { firstMs: 500, longestMs: 15_000 };
const SILENCE_MS = 20_000;
const ANSWER_MS = 8_000;

export type WallStop = 'session' | 'forbidden' | 'tooMany';

/** `LIVE_CLOSE` of the contract, by number (types only come from there; its module would bring zod). */
const STOPS: Readonly<Record<number, WallStop>> = { 4401: 'session', 4403: 'forbidden', 4409: 'tooMany' };

export interface WallSocket {
  state: ReadonlySignal<LineState>;
  /** Why it does not reconnect any more. */
  stopped: ReadonlySignal<WallStop | undefined>;
  /** Connects now, also after a stop. */
  connect: () => void;
  close: () => void;
}

export interface WallSocketDeps {
  open: () => WebSocket;
  onMessage: (message: WallMessage) => void;
  /** Never gives up but for the session, which a person has to begin anew. */
  forEver?: boolean;
  random?: () => number;
}

export function createWallSocket(deps: WallSocketDeps): WallSocket {
  const line = createReconnecting({
    open: deps.open,
    stops: deps.forEver ? { 4401: 'session' as const } : STOPS,
    backoff: BACKOFF,
    answerMs: ANSWER_MS,
    silenceMs: SILENCE_MS,
    onSilence: () => line.lost(),
    onMessage: (text) => {
      const message = parse(text);
      if (!message) return;
      line.good();
      deps.onMessage(message);
    },
    random: deps.random,
  });
  return { state: line.state, stopped: line.stopped, connect: line.connect, close: line.close };
}

/** The envelope only: the rest is our own server's and typed by the contract. */
function parse(text: string): WallMessage | undefined {
  try {
    const value = JSON.parse(text) as Partial<WallMessage> | null;
    if (value?.type === 'snapshot') return value.snapshot ? (value as WallMessage) : undefined;
    return value?.type === 'update' || value?.type === 'stale' ? (value as WallMessage) : undefined;
  } catch {
    return undefined;
  }
}
