/**
 * The desk's live socket: the whole `Desk` at opening and after each change; reconnects by itself, for ever, until it is
 * closed with 4401, 4403 or 4410. The server speaks only when something changes: after a silence the page asks over
 * HTTP, and takes the line for dead when that fails.
 * @module
 */
import type { ReadonlySignal } from '@preact/signals';
import type { Desk, DeskMessage } from '../../contracts/http/desk.ts';
import { createReconnecting, type LineState } from './reconnecting.ts';

/** A desk is called through this line's server: it comes back sooner than a wall. */
const BACKOFF = { firstMs: 250, longestMs: 8_000 };
const SILENCE_MS = 20_000;
const ANSWER_MS = 6_000;

export type DeskStop = 'session' | 'forbidden' | 'taken-over';

const STOPS: Readonly<Record<number, DeskStop>> = { 4401: 'session', 4403: 'forbidden', 4410: 'taken-over' };

export interface DeskSocket {
  state: ReadonlySignal<LineState>;
  stopped: ReadonlySignal<DeskStop | undefined>;
  /** Connects now, also after a stop. */
  connect: () => void;
  close: () => void;
}

export interface DeskSocketDeps {
  open: () => WebSocket;
  onDesk: (desk: Desk) => void;
  /** Asks for the desk over HTTP; fails when the server is away. */
  ask: () => Promise<Desk>;
  random?: () => number;
}

export function createDeskSocket(deps: DeskSocketDeps): DeskSocket {
  const line = createReconnecting({
    open: deps.open,
    stops: STOPS,
    backoff: BACKOFF,
    answerMs: ANSWER_MS,
    silenceMs: SILENCE_MS,
    onSilence: () => void askOnce(),
    onMessage: (text) => {
      const desk = parse(text);
      if (desk) accept(desk);
    },
    random: deps.random,
  });

  function accept(desk: Desk): void {
    line.good();
    deps.onDesk(desk);
  }

  async function askOnce(): Promise<void> {
    const same = line.same();
    try {
      const desk = await deps.ask();
      if (same()) accept(desk);
    } catch {
      if (same()) line.lost();
    }
  }

  return { state: line.state, stopped: line.stopped, connect: line.connect, close: line.close };
}

/** The envelope only: the rest is our own server's and typed by the contract. */
function parse(text: string): Desk | undefined {
  try {
    const message = JSON.parse(text) as Partial<DeskMessage> | null;
    return message?.type === 'desk' && typeof message.desk?.at === 'string' ? message.desk : undefined;
  } catch {
    return undefined;
  }
}
