import { signal } from '@preact/signals';
import { describe, expect, it, vi } from 'vitest';
import type { WallAgent, WallMessage } from '../../contracts/http/wall.ts';
import { createWallStore } from '../features/wall/store.ts';
import { createClock } from '../lib/clock.ts';
import { wallSnapshot } from '../dev/wall-fixtures.ts';
import { FakeLine } from './testing/fake-line.ts';
import { createWallCoalescer, type WallChange } from './wall-coalescer.ts';

const AT = '2026-11-21T10:00:00.000Z';
const NOON = Date.parse(AT);
const update = (more: Partial<Extract<WallMessage, { type: 'update' }>>): WallMessage => ({
  type: 'update',
  at: AT,
  ...more,
});

function setUp() {
  const frames: (() => void)[] = [];
  const changes: WallChange[] = [];
  const coalescer = createWallCoalescer({
    nextFrame: (run) => frames.push(run),
    apply: (change) => changes.push(change),
  });
  return { ...coalescer, changes, frames, draw: () => frames.splice(0).forEach((run) => run()) };
}

describe('messages of the wall', () => {
  it('are one change a frame, however many come', () => {
    const { push, changes, frames, draw } = setUp();
    for (let n = 0; n < 500; n++) {
      push(update({ agents: [{ id: n % 50, state: n < 450 ? 'available' : 'paused' }] }));
    }
    expect([frames.length, changes.length]).toEqual([1, 0]);
    draw();
    expect(changes).toHaveLength(1);
    expect([...(changes[0]?.agents.values() ?? [])]).toEqual(
      Array.from({ length: 50 }, (_, id) => ({ id, state: 'paused' })),
    );
    draw();
    expect(changes).toHaveLength(1);
  });

  it('keep every field that changed, the last one of each', () => {
    const { push, changes, draw } = setUp();
    push(
      update({ agents: [{ id: 1, state: 'paused', reason: 'masa' }], sections: { totals: { paused: 1 } } }),
    );
    push(update({ agents: [{ id: 1, since: AT }], sections: { totals: { paused: 2 } } }));
    draw();
    expect(changes[0]?.agents.get(1)).toEqual({ id: 1, state: 'paused', reason: 'masa', since: AT });
    expect(changes[0]?.sections).toEqual({ totals: { paused: 2 } });
  });

  it('forget what came before a snapshot, and somebody who has gone', () => {
    const { push, changes, draw } = setUp();
    const snapshot = wallSnapshot(NOON, { agents: 3 });
    push(update({ agents: [{ id: 1, state: 'missed' }], gone: [2] }));
    push({ type: 'snapshot', snapshot });
    push(update({ agents: [{ id: 7, state: 'missed' }] }));
    push(update({ gone: [7] }));
    draw();
    expect(changes[0]?.snapshot).toBe(snapshot);
    expect([[...(changes[0]?.agents.keys() ?? [])], [...(changes[0]?.gone ?? [])]]).toEqual([[], [7]]);
  });
});

describe('the store of the wall', () => {
  it('changes the row of whom it heard of, and no other', () => {
    const line = new FakeLine();
    const frames: (() => void)[] = [];
    const draw = (): void => frames.splice(0).forEach((run) => run());
    vi.stubGlobal('window', { addEventListener: () => {}, removeEventListener: () => {} });
    vi.stubGlobal('document', { hidden: false, addEventListener: () => {}, removeEventListener: () => {} });
    const store = createWallStore({
      clock: createClock(),
      nextFrame: (run) => frames.push(run),
      open: () => line as unknown as WebSocket,
    });
    const snapshot = wallSnapshot(NOON, { agents: 5 });
    line.says({ type: 'snapshot', snapshot });
    expect(store.rows.value).toEqual([]);
    draw();
    const order = store.rows.value;
    const seen = order.map(({ agent }) => agent.value);
    const [first, second] = seen as [WallAgent, WallAgent];
    line.says(
      update({ agents: [{ id: first.id, state: 'missed', since: AT }], sections: { totals: { missed: 1 } } }),
    );
    draw();
    expect(store.rows.value).toBe(order);
    expect(order[0]?.agent.value).toEqual({ ...first, state: 'missed', since: AT });
    expect(order.slice(1).map(({ agent }) => agent.value)).toEqual(seen.slice(1));
    expect(order[1]?.agent.value).toBe(second);
    expect(store.sections.totals.value).toEqual({ missed: 1 });

    line.says(update({ gone: [first.id] }));
    line.says({ type: 'stale', since: AT });
    draw();
    expect([store.rows.value.length, store.state.value, store.old.value]).toEqual([4, 'stale', true]);
    // A snapshot and the news that it is old, within one frame: shown, and marked.
    line.says({ type: 'snapshot', snapshot: { ...snapshot, at: '2026-11-21T10:00:09.000Z' } });
    line.says({ type: 'stale', since: AT });
    draw();
    expect([store.rows.value.length, store.at.value, store.old.value]).toEqual([
      5,
      '2026-11-21T10:00:09.000Z',
      true,
    ]);
    line.says(update({ gone: [first.id] }));
    // A piece of somebody who is not known is no row.
    line.says(update({ agents: [{ id: 999, state: 'missed' }] }));
    draw();
    expect([store.rows.value.length, store.state.value]).toEqual([4, 'live']);
    store.dispose();
    vi.unstubAllGlobals();
  });

  it('of a screen is drawn with the first snapshot, then when its clock moves', () => {
    const line = new FakeLine();
    vi.stubGlobal('window', { addEventListener: () => {}, removeEventListener: () => {} });
    vi.stubGlobal('document', { hidden: false, addEventListener: () => {}, removeEventListener: () => {} });
    const tick = signal(NOON);
    const frames: (() => void)[] = [];
    const store = createWallStore({
      clock: { ...createClock(), tick, watch: () => () => {} },
      nextFrame: (run) => frames.push(run),
      open: () => line as unknown as WebSocket,
      screen: true,
    });
    const snapshot = wallSnapshot(NOON, { agents: 3 });
    line.says({ type: 'snapshot', snapshot });
    frames.splice(0).forEach((run) => run());
    const [row] = store.rows.value;
    const states: string[] = [];
    row?.agent.subscribe(({ state }) => states.push(state));
    for (const state of ['missed', 'paused', 'wrap-up'] as const) {
      line.says(update({ agents: [{ id: row?.id ?? 0, state }] }));
    }
    expect(states).toHaveLength(1);
    expect(frames).toEqual([]);
    tick.value += 1_000;
    expect(states.slice(1)).toEqual(['wrap-up']);
    tick.value += 1_000;
    expect(states).toHaveLength(2);
    store.dispose();
    vi.unstubAllGlobals();
  });
});
