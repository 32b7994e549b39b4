/**
 * The desk: what the server says (`Desk`, whole each time), what this computer adds (phone, drafts, outbox, tab), and
 * what the agent may do. The page shows it; nothing here knows components.
 * @module
 */
import { batch, computed, effect, signal, type ReadonlySignal } from '@preact/signals';
import type {
  Customer,
  Desk,
  DeskOptions,
  DialManually,
  LogOn,
  NextNumber,
  SetState,
} from '../../../contracts/http/desk.ts';
import type { StatusView } from '../../../contracts/http/statuses.ts';
import type { NextState } from '../../../contracts/model/agent.ts';
import type { DeskApi, DeskCommand } from '../../api/desk.ts';
import { ApiError } from '../../api/problem.ts';
import type { Clock } from '../../lib/clock.ts';
import { createResource, type Resource } from '../../lib/resource.ts';
import type { KeyValueStore } from '../../lib/storage.ts';
import { createDeskSocket, type DeskSocket } from '../../live/desk-socket.ts';
import { openKept, type Kept } from './kept.ts';
import { createDraftStore, type DraftStore } from './draft-store.ts';
import { ownDeskId } from './desk-id.ts';
import { createNextLoop } from './next-loop.ts';
import { createOneTab, type OneTab } from './one-tab.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import type { PhoneStore } from './phone-store.ts';
import { saveCall } from './save-call.ts';
import { problemsFromIssues, type FormProblems } from './wrap-up-form.ts';

/** The page saves this long before the server's own deadline, so that what was typed arrives. */
const SAVE_AHEAD_MS = 1_500;

export type DeskView = 'loading' | 'failed' | 'other-tab' | 'taken-over' | 'elsewhere' | 'log-on' | 'working';
export type Busy =
  | 'log-on' | 'log-off' | 'state' | 'next-state' | 'next' | 'dial' | 'skip' | 'manual' | 'hang-up' | 'hold'
  | 'refuse-recording' | 'extend' | 'save'; // prettier-ignore

export interface DeskStore {
  view: ReadonlySignal<DeskView>;
  desk: ReadonlySignal<Desk | undefined>;
  error: ReadonlySignal<unknown>;
  socket: DeskSocket;
  tab: OneTab;
  phone: PhoneStore;
  options: Resource<DeskOptions>;
  draft: ReadonlySignal<DraftStore | undefined>;
  outbox: ReadonlySignal<Outbox | undefined>;
  /** False: this browser keeps nothing over a reload. */
  durable: ReadonlySignal<boolean>;
  problems: ReadonlySignal<FormProblems | null>;
  busy: ReadonlySignal<Busy | undefined>;
  /** There is no number now; the desk asks again by itself at `until`. */
  waiting: ReadonlySignal<NonNullable<NextNumber['wait']> | undefined>;
  digits: ReadonlySignal<string>;
  /** When the last call of this page was committed, ms. */
  savedAt: ReadonlySignal<number | undefined>;
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
  dial: () => Promise<void>;
  skip: (reason: string) => Promise<boolean>;
  dialManually: (body: DialManually) => Promise<boolean>;
  command: (command: DeskCommand) => Promise<void>;
  setMuted: (muted: boolean) => void;
  press: (digit: string) => void;
  extend: () => Promise<void>;
  /** Checks, writes into the outbox; false: something is missing, `problems` says what. */
  save: () => Promise<boolean>;
  reload: () => Promise<void>;
  dispose: () => void;
}

export interface DeskStoreDeps {
  api: DeskApi;
  userId: number;
  storage: KeyValueStore;
  clock: Clock;
  phone: PhoneStore;
  locks?: LockManager;
  open: (path: string) => WebSocket;
  statusOf: (code: string) => StatusView | undefined;
  onError: (error: unknown) => void;
  onSaved?: () => void;
  /** The desk could not be called twice in a row: no more numbers by itself. */
  onGivenUp?: () => void;
  kept?: () => Promise<Kept>;
  uuid?: () => string;
}

export function createDeskStore(deps: DeskStoreDeps): DeskStore {
  const { api, clock, phone } = deps;
  const uuid = deps.uuid ?? (() => crypto.randomUUID());
  const deskId = ownDeskId(deps.storage, uuid);
  const desk = signal<Desk | undefined>(undefined);
  const error = signal<unknown>(undefined);
  const busy = signal<Busy | undefined>(undefined);
  const wishes = new Set<string>();
  const problems = signal<FormProblems | null>(null);
  const draft = signal<DraftStore | undefined>(undefined);
  const outbox = signal<Outbox | undefined>(undefined);
  const durable = signal(true);
  const digits = signal('');
  const savedAt = signal<number | undefined>(undefined);
  const looked = signal<Customer | null>(null);
  const dialed = new Set<string>();
  let saving = false;
  let sendingDigits: Promise<void> = Promise.resolve();

  const kept = (deps.kept ?? (() => openKept()))();
  void kept.then((store) => {
    durable.value = store.durable;
    outbox.value = createOutbox({
      kept: store,
      userId: deps.userId,
      send: api.wrapUp,
      onSent: () => void refresh(),
    });
    return outbox.value.flush();
  });

  const tab = createOneTab({ storage: deps.storage, ...(deps.locks ? { locks: deps.locks } : {}) });
  const options = createResource((abort) => api.options(abort));
  const socket = createDeskSocket({
    open: () => deps.open(`/api/desk/live?desk=${deskId}`),
    onDesk: accept,
    ask: () => api.desk(),
  });

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
      if (before?.call?.id !== next.call?.id) turnTo(next, before);
      if (next.agent.state !== 'available') loop.stop();
    });
    follow(before, next);
  }

  function turnTo(next: Desk, before: Desk | undefined): void {
    const old = draft.peek();
    old?.dispose();
    problems.value = null;
    digits.value = '';
    looked.value = null;
    draft.value = undefined;
    if (next.call !== null) {
      draft.value = createDraftStore({
        call: next.call,
        userId: deps.userId,
        kept: () => kept,
        put: api.saveDraft,
      });
      void draft.value.load();
      if (before !== undefined) phone.newCall();
    }
    if (old === undefined || old.saved.peek() === null) return;
    // The commit was seen: what the browser kept has done its work.
    savedAt.value = clock.now();
    deps.onSaved?.();
    void kept.then((store) => store.dropDraft(old.callId));
  }

  function follow(before: Desk | undefined, next: Desk): void {
    const gone = before?.call ?? null;
    if (gone !== null && next.call === null && next.agent.state === 'available') loop.callGone(gone);
    const { call } = next;
    if (call?.endedAt != null && before?.call?.endedAt === null && call.endReason === 'busy') {
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

  /** Runs one action; what goes wrong is told, never thrown. Asked for while another runs it is dropped. */
  function run(name: Busy, action: () => Promise<Desk | undefined>): Promise<boolean> {
    return busy.peek() === undefined ? act(name, action) : Promise.resolve(false);
  }

  /** A command to the call is never dropped: it waits for the one before. Twice the same is one wish. */
  async function inTurn(name: Busy, wish: string, action: () => Promise<Desk | undefined>): Promise<boolean> {
    if (wishes.has(wish)) return false;
    wishes.add(wish);
    try {
      while (busy.peek() !== undefined) await new Promise<void>(whenIdle);
      return await act(name, action);
    } finally {
      wishes.delete(wish);
    }
  }

  async function act(name: Busy, action: () => Promise<Desk | undefined>): Promise<boolean> {
    busy.value = name;
    try {
      const next = await action();
      if (next !== undefined) accept(next);
      return true;
    } catch (cause) {
      if (cause instanceof ApiError && cause.status === 409) void refresh();
      deps.onError(cause);
      return false;
    } finally {
      busy.value = undefined;
    }
  }

  const withCall = (name: Busy, action: (callId: string) => Promise<Desk>): Promise<boolean> => {
    const id = desk.peek()?.call?.id;
    return id === undefined ? Promise.resolve(false) : run(name, () => action(id));
  };

  function whenIdle(act: () => void): void {
    const stop = busy.subscribe((now) => {
      if (now !== undefined) return;
      queueMicrotask(() => {
        stop();
        act();
      });
    });
  }

  const loop = createNextLoop({
    now: clock.now,
    ask: async (take) => run('next', async () => take(await api.next())),
    accept,
    whenIdle,
    isAvailable: () => desk.peek()?.agent.state === 'available',
    ...(deps.onGivenUp ? { onGivenUp: deps.onGivenUp } : {}),
  });

  async function dial(): Promise<void> {
    const call = desk.peek()?.call;
    if (call?.previewUntil == null || call.stage !== 'claimed') return;
    dialed.add(call.id);
    if (!(await withCall('dial', api.dial))) dialed.delete(call.id);
  }

  const save = async (): Promise<boolean> => {
    const call = desk.peek()?.call;
    const typed = draft.peek();
    const queue = outbox.peek();
    // Twice the key is one wish: the second would be a wrap-up of its own.
    if (!call || !typed || !queue || saving) return false;
    saving = true;
    try {
      const result = await saveCall({ ...deps, call, draft: typed, outbox: queue, uuid });
      if (result !== 'not-now') problems.value = result;
      return result === null;
    } finally {
      saving = false;
    }
  };

  function onTick(now: number): void {
    const call = desk.peek()?.call;
    if (!call || view.peek() !== 'working' || busy.peek() !== undefined) return;
    if (call.previewUntil !== null && call.stage === 'claimed') {
      if (now >= Date.parse(call.previewUntil) && !dialed.has(call.id)) void dial();
      return;
    }
    const typed = draft.peek();
    if (call.wrapUpUntil === null || typed === undefined || typed.saved.peek() !== null) return;
    const left = Date.parse(call.wrapUpUntil) - now;
    const something = typed.outcome.peek() !== null || typed.note.peek().trim() !== '';
    if (left <= SAVE_AHEAD_MS && left > -SAVE_AHEAD_MS && something) void save();
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
      if (socket.state.value === 'live') void outbox.peek()?.flush();
    }),
    effect(() => {
      if (view.value === 'working') phone.start();
      else if (view.value !== 'loading' && view.value !== 'failed') phone.stop();
    }),
    effect(() => {
      // A wrap-up that came back refused is mended where it was typed.
      const refusal = outbox.value?.refusal.value;
      const typed = draft.value;
      if (!refusal || typed === undefined || refusal.item.callId !== typed.callId) return;
      void outbox.peek()?.drop(refusal.item.id);
      void typed.markSaved(null);
      problems.value = problemsFromIssues(refusal.issues);
    }),
  ];
  const wake = (): void => {
    if (document.hidden) return;
    if (socket.state.peek() === 'reconnecting') socket.connect();
    phone.wake();
    void outbox.peek()?.flush();
  };
  globalThis.addEventListener?.('online', wake);
  globalThis.document?.addEventListener('visibilitychange', wake);
  void refresh();
  void options.reload();

  return {
    view,
    desk,
    error,
    socket,
    tab,
    phone,
    options,
    draft,
    outbox,
    durable,
    problems,
    busy,
    waiting: loop.waiting,
    digits,
    savedAt,
    looked,
    deskId,
    look: async (contactId) => {
      try {
        looked.value = contactId === null ? null : await api.customer(contactId);
      } catch (cause) {
        deps.onError(cause);
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
    setNextState: async (next) => void (await run('next-state', () => api.setNextState(next))),
    next: loop.start,
    stopWaiting: loop.stop,
    dial,
    skip: (reason) => {
      loop.expectGone();
      return withCall('skip', (id) => api.skip(id, reason));
    },
    dialManually: (body) => run('manual', () => api.dialManually(body)),
    command: async (command) => {
      const name = command.type === 'resume' ? 'hold' : command.type;
      if (name === 'hang-up') loop.expectGone();
      const id = desk.peek()?.call?.id;
      if (name === 'digits' || name === 'mute' || id === undefined) return;
      await inTurn(name, command.type, () => api.command(id, command));
    },
    setMuted: (muted) => {
      phone.setMuted(muted);
      const id = desk.peek()?.call?.id;
      // The edge only notes it: the microphone is silent already.
      if (id !== undefined) api.command(id, { type: 'mute', muted }).then(accept, () => undefined);
    },
    press: (digit) => {
      const id = desk.peek()?.call?.id;
      phone.tones.key(digit);
      if (id === undefined) return;
      digits.value += digit;
      // One after the other: keys must arrive in the order in which they were pressed.
      sendingDigits = sendingDigits.then(() =>
        api.command(id, { type: 'digits', digits: digit }).then(accept, deps.onError),
      );
    },
    extend: async () => void (await withCall('extend', api.extend)),
    save,
    reload: refresh,
    dispose: () => {
      for (const stop of stops) stop();
      globalThis.removeEventListener?.('online', wake);
      globalThis.document?.removeEventListener('visibilitychange', wake);
      loop.stop();
      draft.peek()?.dispose();
      outbox.peek()?.dispose();
      socket.close();
      phone.dispose();
      tab.dispose();
      options.dispose();
    },
  };
}
