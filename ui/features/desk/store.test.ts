import { signal } from '@preact/signals';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Desk, NextNumber, WrapUp } from '../../../contracts/http/desk.ts';
import type { DeskApi } from '../../api/desk.ts';
import { callOf } from '../../dev/desk-fixtures.ts';
import { deskOf, type DeskScenario } from '../../dev/desk-scenarios.ts';
import { STATUSES } from '../../dev/fixtures.ts';
import { createClock } from '../../lib/clock.ts';
import { memoryKept } from './kept.ts';
import type { PhoneStore } from './phone-store.ts';
import { createDeskStore, type DeskStore } from './store.ts';

const DESK_ID = '0d6f0c3e-5a0e-4d0c-9d55-1b7f5f9f0a01';
const NOW = Date.parse('2026-11-21T10:00:00Z');

class FakeSocket extends EventTarget {
  close(): void {}
}

/** The store over a server that answers as told; the phone is a row of signals. */
function setUp(scenario: DeskScenario, answers: Partial<DeskApi> = {}, onShift = false) {
  const sockets: FakeSocket[] = [];
  const errors: unknown[] = [];
  const givenUp = vi.fn();
  const saved = vi.fn();
  let desk = deskOf(scenario, DESK_ID, Date.now());
  const wrapUps: WrapUp[] = [];
  const never = () => new Promise<never>(() => undefined);
  const api: DeskApi = {
    desk: async () => desk, options: never, logOn: never, logOff: never, setState: never, setNextState: never,
    sip: never, next: vi.fn(async (): Promise<NextNumber> => ({ desk, wait: null })), dialManually: never,
    dial: vi.fn(async () => desk), skip: never, command: async () => desk, saveDraft: async () => undefined,
    wrapUp: async (_, wrapUp) => {
      wrapUps.push(wrapUp);
      return { state: 'stored' };
    },
    extend: never, history: never, speedDials: never, saveSpeedDials: never, customer: never, ...answers,
  }; // prettier-ignore
  const phone = {
    line: signal('registered'), connected: signal(false), ringing: signal(undefined), quality: signal(undefined),
    muted: signal(false), start: vi.fn(), stop: vi.fn(), setMuted: vi.fn(), wake: vi.fn(), newCall: vi.fn(), callOver: vi.fn(),
    talkQuality: () => ({ jitterMs: 4 }), dispose: vi.fn(), media: {}, tones: { unlock: vi.fn(), play: vi.fn(), key: vi.fn() },
  } as unknown as PhoneStore; // prettier-ignore
  const kept = new Map([['apel.desk.id', DESK_ID]]);
  const store = createDeskStore({
    api,
    phone,
    onShift,
    userId: 7,
    storage: { get: (key) => kept.get(key) ?? null, set: (key, value) => void kept.set(key, value ?? '') },
    clock: createClock(),
    open: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket as unknown as WebSocket;
    },
    statusOf: (code) => STATUSES.find((status) => status.code === code),
    onError: (error) => errors.push(error),
    onSaved: saved,
    onGivenUp: givenUp,
    kept: async () => memoryKept(),
  });
  stores.push(store);
  const tell = (next: Desk): void => {
    desk = next;
    sockets
      .at(-1)
      ?.dispatchEvent(
        Object.assign(new Event('message'), { data: JSON.stringify({ type: 'desk', desk: next }) }),
      );
  };
  const at = (scenarioThen: DeskScenario): Desk => deskOf(scenarioThen, DESK_ID, Date.now());
  const lose = (): void => void sockets.at(-1)?.dispatchEvent(new Event('close'));
  return { store, api, phone, tell, lose, at, errors, wrapUps, givenUp, saved };
}

const stores: DeskStore[] = [];
beforeEach(() => void vi.useFakeTimers({ now: NOW }));
afterEach(() => {
  stores.splice(0).forEach((store) => store.dispose());
  vi.useRealTimers();
});
const settle = () => vi.advanceTimersByTimeAsync(1);

describe('which face the desk shows', () => {
  it.each<[DeskScenario, string]>([
    ['log-on', 'log-on'],
    ['elsewhere', 'elsewhere'],
    ['available', 'working'],
    ['talking', 'working'],
  ])('%s is %s', async (scenario, view) => {
    const { store, phone } = setUp(scenario);
    expect(store.view.value).toBe('loading');
    await settle();
    expect(store.view.value).toBe(view);
    expect(vi.mocked(phone.start).mock.calls.length > 0).toBe(view === 'working');
  });

  it('an answer that is older than what is shown changes nothing', async () => {
    const { store, tell, at } = setUp('available');
    const old = at('available');
    await vi.advanceTimersByTimeAsync(500);
    tell(at('talking'));
    tell(old);
    expect(store.desk.value?.agent.state).toBe('in-call');
  });

  it.each([true, false])(
    'before there is a picture the phone starts where a shift went on: %s',
    (onShift) => {
      const { store, phone } = setUp('talking', { desk: () => new Promise<never>(() => undefined) }, onShift);
      expect(store.view.value).toBe('loading');
      expect(vi.mocked(phone.start).mock.calls.length > 0).toBe(onShift);
    },
  );

  it('another desk took over: the phone stops', async () => {
    const { store, phone, tell, at } = setUp('available');
    await settle();
    tell(at('elsewhere'));
    expect(store.view.value).toBe('elsewhere');
    expect(phone.stop).toHaveBeenCalled();
  });
});

it('a page that is not the desk does not ask for the number after the call', async () => {
  const { api, tell, at } = setUp('elsewhere');
  await settle();
  const deskId = at('elsewhere').deskId;
  tell({ ...at('available'), deskId });
  await vi.advanceTimersByTimeAsync(100);
  expect(api.next).not.toHaveBeenCalled();
});

it('what follows the call is what was chosen last, however quickly', async () => {
  const sent: unknown[] = [];
  const { store, at, errors } = setUp('talking', {
    setNextState: async (next) => {
      sent.push(next);
      await new Promise((resolve) => setTimeout(resolve, 20));
      return at('talking');
    },
  });
  await settle();
  const wishes = [{ to: 'available' }, { to: 'paused', reason: 'lunch' }, { to: 'available' }] as const;
  const done = Promise.all(wishes.map((wish) => store.setNextState(wish)));
  await vi.advanceTimersByTimeAsync(100);
  await done;
  expect([sent, errors]).toEqual([wishes, []]);
});

it('the key is not lost that comes before the answer to the one before', async () => {
  let answer: (next: NextNumber) => void = () => undefined;
  const next = () => new Promise<NextNumber>((resolve) => (answer = resolve));
  const { store, api, tell, at } = setUp('available', { next });
  await settle();
  void store.next();
  await settle();
  tell(at('preview'));
  void store.dial();
  void store.dial();
  await settle();
  expect(api.dial).not.toHaveBeenCalled();
  answer({ desk: at('preview'), wait: null });
  await settle();
  expect(api.dial).toHaveBeenCalledTimes(1);
});

it('the phone is told once that the call is over, however it left the desk', async () => {
  for (const after of ['wrap-up', 'available'] as const) {
    const { phone, tell, at } = setUp('talking');
    await settle();
    tell(at('talking'));
    expect(phone.callOver).not.toHaveBeenCalled();
    for (const scenario of [after, 'available'] as const) {
      await vi.advanceTimersByTimeAsync(100);
      tell(at(scenario));
    }
    expect(phone.callOver).toHaveBeenCalledOnce();
  }
});

it('a command waits for the one before it; the same twice is one', async () => {
  const sent: string[] = [];
  const answers: ((desk: Desk) => void)[] = [];
  const { store, at } = setUp('talking', {
    command: (_, { type }) => {
      sent.push(type);
      return new Promise((resolve) => answers.push(resolve));
    },
  });
  await settle();
  void store.command({ type: 'hold' });
  void store.command({ type: 'hold' });
  const last = store.command({ type: 'resume' });
  await settle();
  expect(sent).toEqual(['hold']);
  answers[0]?.(at('talking'));
  await settle();
  expect(sent).toEqual(['hold', 'resume']);
  answers[1]?.(at('talking'));
  await last;
  expect(store.busy.value).toBeUndefined();
});

describe('one number after the other', () => {
  it('a saved call is followed by the next, once it is seen to be committed', async () => {
    const { store, api, tell, at, saved, wrapUps } = setUp('busy');
    await settle();
    await store.save();
    await settle();
    expect(wrapUps.map(({ outcome }) => outcome)).toEqual(['busy']);
    expect(api.next).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(500);
    tell(at('available'));
    await settle();
    expect([saved.mock.calls.length, vi.mocked(api.next).mock.calls.length]).toEqual([1, 1]);
  });

  it('a skipped contact is followed by the next, though the socket tells it before the answer comes', async () => {
    let answer: (desk: Desk) => void = () => undefined;
    const { store, api, tell, at, givenUp } = setUp('preview', {
      skip: () => new Promise((resolve) => (answer = resolve)),
    });
    await settle();
    const skipped = store.skip('altă limbă');
    await vi.advanceTimersByTimeAsync(100);
    tell(at('available'));
    await settle();
    expect(api.next).not.toHaveBeenCalled();
    answer(at('available'));
    await skipped;
    await settle();
    expect(api.next).toHaveBeenCalledOnce();
    expect(givenUp).not.toHaveBeenCalled();
  });

  it('a desk that cannot be called twice in a row gets no more numbers', async () => {
    const { api, tell, at, givenUp } = setUp('available');
    await settle();
    for (const round of [1, 2]) {
      tell({ ...at('preview'), call: callOf(round, Date.now(), { stage: 'inviting' }) });
      await vi.advanceTimersByTimeAsync(100);
      tell(at('available'));
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(vi.mocked(api.next).mock.calls.length).toBe(1);
    expect(givenUp).toHaveBeenCalledOnce();
  });

  it('no number now: asked again at the time the server named, not after a pause', async () => {
    const wait = { code: 'nothing-due', params: {}, until: new Date(NOW + 8_000).toISOString() };
    const { store, api, tell, at } = setUp('available', {
      next: vi.fn(async () => ({ desk: deskOf('available', DESK_ID, Date.now()), wait })),
    });
    await settle();
    await store.next();
    expect(store.waiting.value?.code).toBe('nothing-due');
    await vi.advanceTimersByTimeAsync(9_000);
    expect(vi.mocked(api.next).mock.calls.length).toBeGreaterThanOrEqual(2);
    const asked = vi.mocked(api.next).mock.calls.length;
    tell(at('paused'));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(vi.mocked(api.next).mock.calls.length).toBe(asked);
  });

  it('at the end of the preview the desk calls by itself, once', async () => {
    const { api } = setUp('preview');
    await vi.advanceTimersByTimeAsync(13_000);
    expect(api.dial).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(api.dial).toHaveBeenCalledOnce();
  });
});

describe('saving', () => {
  it('twice the key is one wrap-up', async () => {
    const { store, wrapUps } = setUp('busy');
    await settle();
    await Promise.all([store.save(), store.save()]);
    await settle();
    expect(wrapUps).toHaveLength(1);
  });

  it('what the server did not take is sent as soon as it is back', async () => {
    const sent: string[] = [];
    let up = false;
    const { store, tell, at, lose } = setUp('busy', {
      wrapUp: (_, { id }) => {
        sent.push(id);
        return up ? Promise.resolve({ state: 'stored' }) : Promise.reject(new TypeError('Failed to fetch'));
      },
    });
    await settle();
    tell(at('busy'));
    await store.save();
    await vi.advanceTimersByTimeAsync(3_500);
    lose();
    await vi.advanceTimersByTimeAsync(300);
    expect([sent.length, store.outbox.value?.pending.value]).toEqual([3, 1]);
    up = true;
    tell(at('busy'));
    await settle();
    expect([sent.length, new Set(sent).size, store.outbox.value?.pending.value]).toEqual([4, 1, 0]);
  });

  it('what was typed is saved before the time is over; nothing typed is left to the server', async () => {
    const typed = setUp('busy');
    await settle();
    typed.store.draft.value?.setNote('robotul operatorului');
    await vi.advanceTimersByTimeAsync(7_000);
    expect(typed.wrapUps.map(({ outcome, note }) => [outcome, note])).toEqual([
      ['busy', 'robotul operatorului'],
    ]);
    const untouched = setUp('busy');
    await vi.advanceTimersByTimeAsync(20_000);
    expect(untouched.wrapUps).toEqual([]);
  });

  it('the figures of the line go with it', async () => {
    const { store, wrapUps } = setUp('busy');
    await settle();
    await store.save();
    await settle();
    expect(wrapUps[0]?.quality).toEqual({ jitterMs: 4 });
  });

  it('a preview cannot be saved', async () => {
    const { store, wrapUps } = setUp('preview');
    await settle();
    expect(await store.save()).toBe(false);
    expect(wrapUps).toEqual([]);
  });
});
