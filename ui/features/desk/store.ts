/**
 * The desk: what the server says (`Desk`, whole each time), what this computer adds (phone, tab), and the shift. What is
 * done to a call is in `call-commands.ts`, what is written about it in `call-form.ts`, what follows it in `next-loop.ts`.
 * The page shows it; nothing here knows components.
 * @module
 */
import { batch, computed, effect, signal, type ReadonlySignal } from '@preact/signals';
import type {
  Customer,
  Desk,
  DeskOptions,
  LogOn,
  NextNumber,
  SetState,
} from '../../../contracts/http/desk.ts';
import type { StatusView } from '../../../contracts/http/statuses.ts';
import type { NextState } from '../../../contracts/model/agent.ts';
import type { DeskApi } from '../../api/desk.ts';
import type { Clock } from '../../lib/clock.ts';
import { createResource, type Resource } from '../../lib/resource.ts';
import type { KeyValueStore } from '../../lib/storage.ts';
import { createDeskSocket, type DeskSocket } from '../../live/desk-socket.ts';
import { createActions, type Actions } from './actions.ts';
import { createAnotherNumber, type AnotherNumber } from './another-number.ts';
import { createCallCommands, type CallCommands } from './call-commands.ts';
import { createCallForm, type CallForm, type LateSaved } from './call-form.ts';
import { createEchoTest, type EchoTestStore } from './echo-test.ts';
import { openKept, type Kept } from './kept.ts';
import { ownDeskId } from './desk-id.ts';
import { createNextLoop } from './next-loop.ts';
import { createOneTab, type OneTab } from './one-tab.ts';
import type { PhoneStore } from './phone-store.ts';

export type DeskView = 'loading' | 'failed' | 'other-tab' | 'taken-over' | 'elsewhere' | 'log-on' | 'working';

export interface DeskStore extends CallCommands, CallForm, AnotherNumber, Pick<Actions, 'busy'> {
  view: ReadonlySignal<DeskView>;
  desk: ReadonlySignal<Desk | undefined>;
  error: ReadonlySignal<unknown>;
  socket: DeskSocket;
  tab: OneTab;
  phone: PhoneStore;
  /** The test call to an echo. */
  echo: EchoTestStore;
  options: Resource<DeskOptions>;
  /** There is no number now; the desk asks again by itself at `until`. */
  waiting: ReadonlySignal<NonNullable<NextNumber['wait']> | undefined>;
  /** A contact opened between calls, from the own last calls. */
  looked: ReadonlySignal<Customer | null>;
  look: (contactId: number | null) => Promise<void>;
  deskId: string;
  logOn: (input: Omit<LogOn, 'deskId'>) => Promise<boolean>;
  logOff: () => Promise<void>;
  setState: (to: SetState) => Promise<void>;
  setNextState: (next: NextState | null) => Promise<void>;
  next: () => Promise<void>;
  stopWaiting: () => void;
  reload: () => Promise<void>;
  dispose: () => void;
}

export interface DeskStoreDeps {
  api: DeskApi;
  userId: number;
  storage: KeyValueStore;
  clock: Clock;
  phone: PhoneStore;
  /** A shift went on here when the page was left: the phone does not wait for the picture. Credentials are the desk's alone. */
  onShift?: boolean;
  locks?: LockManager;
  open: (path: string) => WebSocket;
  statusOf: (code: string) => StatusView | undefined;
  onError: (error: unknown) => void;
  onSaved?: () => void;
  onLate?: (late: LateSaved) => void;
  /** The desk could not be called twice in a row: no more numbers by itself. */
  onGivenUp?: () => void;
  kept?: () => Promise<Kept>;
  uuid?: () => string;
}

export function createDeskStore(deps: DeskStoreDeps): DeskStore {
  const { api, clock, phone, onError } = deps;
  const uuid = deps.uuid ?? (() => crypto.randomUUID());
  const deskId = ownDeskId(deps.storage, uuid);
  const desk = signal<Desk | undefined>(undefined);
  const error = signal<unknown>(undefined);
  const looked = signal<Customer | null>(null);
  const call = () => desk.peek()?.call ?? null;

  const tab = createOneTab({ storage: deps.storage, ...(deps.locks ? { locks: deps.locks } : {}) });
  const options = createResource((abort) => api.options(abort));
  const socket = createDeskSocket({
    open: () => deps.open(`/api/desk/live?desk=${deskId}`),
    onDesk: accept,
    ask: () => api.desk(),
  });
  const actions = createActions({ accept, refresh, onError });
  const { busy, run } = actions;
  let choices = 0;
  const loop = createNextLoop({
    now: clock.now,
    ask: async (take) => run('next', async () => take(await api.next())),
    accept,
    whenIdle: actions.whenIdle,
    isAvailable: () => desk.peek()?.agent.state === 'available',
    ...(deps.onGivenUp ? { onGivenUp: deps.onGivenUp } : {}),
  });
  const { expectGone } = loop;
  const commands = createCallCommands({ api, phone, actions, call, accept, expectGone, onError });
  const form = createCallForm({
    ...deps,
    uuid,
    call,
    kept: (deps.kept ?? (() => openKept()))(),
    onSent: () => void refresh(),
  });

  const { dial } = commands;
  const { callAnother } = createAnotherNumber({ api, actions, form, call, dial, expectGone, uuid });
  const echo = createEchoTest({ api, phone, run, clock });

  const view = computed<DeskView>(() => {
    if (tab.state.value === 'other' || tab.state.value === 'lost') return 'other-tab';
    if (socket.stopped.value === 'taken-over') return 'taken-over';
    const now = desk.value;
    if (now === undefined) return error.value === undefined ? 'loading' : 'failed';
    if (now.deskId === null || now.agent.state === 'logged-out') return 'log-on';
    return now.deskId === deskId ? 'working' : 'elsewhere';
  });

  /** Answers and socket messages may cross: the newer by the server's clock wins. */
  function accept(next: Desk): void {
    const before = desk.peek();
    if (before !== undefined && Date.parse(next.at) < Date.parse(before.at)) return;
    clock.sync(next.at);
    batch(() => {
      desk.value = next;
      error.value = undefined;
      if (before?.call?.id !== next.call?.id) {
        looked.value = null;
        commands.turnTo();
        form.turnTo(next.call);
        if (next.call !== null && before !== undefined) phone.newCall();
      }
      if (next.agent.state !== 'available') loop.stop();
    });
    follow(before, next);
  }

  function follow(before: Desk | undefined, next: Desk): void {
    const gone = before?.call ?? null;
    // A page that is not the desk (any more) only watches: the number is the other one's to ask for.
    const free = next.call === null && next.agent.state === 'available' && next.deskId === deskId;
    if (gone !== null && free) loop.callGone(gone);
    const { call: now } = next;
    if (gone?.endedAt === null && (now?.id !== gone.id || now.endedAt !== null)) phone.callOver();
    if (now?.endedAt != null && before?.call?.endedAt === null && now.endReason === 'busy') {
      phone.tones.play('busy', 2);
    }
  }

  async function refresh(): Promise<void> {
    try {
      accept(await api.desk());
    } catch (cause) {
      if (desk.peek() === undefined) error.value = cause;
    }
  }

  function onTick(now: number): void {
    if (view.peek() !== 'working' || busy.peek() !== undefined) return;
    commands.tick(now);
    form.tick(now);
  }

  const stops = [
    clock.watch(),
    clock.tick.subscribe(onTick),
    // The tab is asked first: the second tab must not look like the desk coming back.
    effect(() => {
      const { value } = tab.state;
      if (value === 'mine') socket.connect();
      else if (value === 'other' || value === 'lost') socket.close();
    }),
    effect(() => {
      // The server is back: what waits for it need not wait for its own next try.
      if (socket.state.value === 'live') form.flush();
    }),
    effect(() => {
      const expected = view.value === 'loading' && tab.state.value === 'mine' && deps.onShift === true;
      if (view.value === 'working' || expected) phone.start();
      else if (view.value !== 'loading' && view.value !== 'failed') phone.stop();
    }),
    onWake(() => {
      if (socket.state.peek() === 'reconnecting') socket.connect();
      phone.wake();
      form.flush();
    }),
  ];
  void refresh();
  void options.reload();

  return {
    ...commands,
    ...form,
    callAnother,
    view,
    desk,
    error,
    socket,
    tab,
    phone,
    echo,
    options,
    busy,
    waiting: loop.waiting,
    looked,
    deskId,
    look: async (contactId) => {
      try {
        looked.value = contactId === null ? null : await api.customer(contactId);
      } catch (cause) {
        onError(cause);
      }
    },
    logOn: async (input) => {
      phone.tones.unlock();
      const done = await run('log-on', () => api.logOn({ ...input, deskId }));
      if (done) socket.connect();
      return done;
    },
    logOff: async () => void (await run('log-off', () => api.logOff())),
    setState: async (to) => void (await run('state', () => api.setState(to))),
    // Each choice is a wish of its own, in their order: on a list that is walked through by arrow keys the last one counts.
    setNextState: async (next) => {
      choices += 1;
      await actions.inTurn('next-state', `next-state ${choices}`, () => api.setNextState(next));
    },
    next: loop.start,
    stopWaiting: loop.stop,
    reload: refresh,
    dispose: () => {
      for (const stop of stops) stop();
      loop.stop();
      form.dispose();
      echo.dispose();
      socket.close();
      phone.dispose();
      tab.dispose();
      options.dispose();
    },
  };
}

/** The network is back, or the tab is in front again: no waiting for a back-off. The answer ends it. */
function onWake(act: () => void): () => void {
  const wake = (): void => {
    if (!globalThis.document?.hidden) act();
  };
  globalThis.addEventListener?.('online', wake);
  globalThis.document?.addEventListener('visibilitychange', wake);
  return () => {
    globalThis.removeEventListener?.('online', wake);
    globalThis.document?.removeEventListener('visibilitychange', wake);
  };
}
