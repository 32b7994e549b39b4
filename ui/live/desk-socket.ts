/**
 * The desk's live socket: the whole `Desk` at opening and after each change; reconnects by itself, for ever.
 *
 * ```
 *            open + desk               lost
 * connecting ───────────> live ────────────────> reconnecting ──> live …
 *      any ── close 4401, 4403, 4410 ──> stopped
 * ```
 * A browser cannot see whether a silent line still lives, and the server speaks only when something changes: after a
 * silence the page asks over HTTP, and takes the line for dead when that fails.
 * @module
 */
import { signal, type ReadonlySignal } from '@preact/signals';
import type { Desk, DeskMessage } from '../../contracts/http/desk.ts';

const FIRST_BACKOFF_MS = 250;
const LONGEST_BACKOFF_MS = 8_000;
const SILENCE_MS = 20_000;
/** No first message for so long after opening: the line is dead. */
const ANSWER_MS = 6_000;

export type DeskLine = 'connecting' | 'live' | 'reconnecting' | 'stopped';
export type DeskStop = 'session' | 'forbidden' | 'taken-over';

const STOPS: Readonly<Record<number, DeskStop>> = { 4401: 'session', 4403: 'forbidden', 4410: 'taken-over' };

export interface DeskSocket {
  state: ReadonlySignal<DeskLine>;
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
  const random = deps.random ?? Math.random;
  const state = signal<DeskLine>('connecting');
  const stopped = signal<DeskStop | undefined>(undefined);
  let socket: WebSocket | undefined;
  let losses = 0;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;
  let watchdog: ReturnType<typeof setTimeout> | undefined;

  function connect(): void {
    drop();
    stopped.value = undefined;
    if (state.peek() === 'stopped') state.value = 'connecting';
    let mine: WebSocket;
    try {
      mine = deps.open();
    } catch {
      lost(undefined);
      return;
    }
    socket = mine;
    watchdog = setTimeout(() => lost(undefined), ANSWER_MS);
    mine.addEventListener('message', (event) => mine === socket && receive(String(event.data)));
    mine.addEventListener('close', (event) => mine === socket && lost(STOPS[event.code]));
  }

  function receive(text: string): void {
    const desk = parse(text);
    if (!desk) return;
    losses = 0;
    state.value = 'live';
    deps.onDesk(desk);
    listenForSilence();
  }

  function listenForSilence(): void {
    clearTimeout(watchdog);
    watchdog = setTimeout(() => void askOnce(socket), SILENCE_MS);
  }

  async function askOnce(mine: WebSocket | undefined): Promise<void> {
    try {
      const desk = await deps.ask();
      if (mine !== socket) return;
      deps.onDesk(desk);
      listenForSilence();
    } catch {
      if (mine === socket) lost(undefined);
    }
  }

  function lost(stop: DeskStop | undefined): void {
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
    old?.close();
  }

  return { state, stopped, connect, close: drop };
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
