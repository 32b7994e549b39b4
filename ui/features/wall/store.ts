/**
 * The wall's state: one signal for each agent's row and for each section, so that a change draws what it changes and
 * nothing else.
 * @module
 */
import { batch, computed, signal, type ReadonlySignal, type Signal } from '@preact/signals';
import type { WallAgent, WallAgentPatch, WallSections } from '../../../contracts/http/wall.ts';
import type { Clock } from '../../lib/clock.ts';
import type { LiveState } from '../../live/socket.ts';
import {
  createWallCoalescer,
  nextScreenFrame,
  nextTick,
  type WallChange,
} from '../../live/wall-coalescer.ts';
import { createWallSocket, type WallStop } from '../../live/wall-socket.ts';

/** A row that stands still while its agent changes. */
export interface AgentRow {
  id: number;
  agent: ReadonlySignal<WallAgent>;
}

export interface WallStore {
  state: ReadonlySignal<LiveState>;
  stopped: ReadonlySignal<WallStop | undefined>;
  /** Time of what is shown; undefined before the first snapshot. */
  at: ReadonlySignal<string | undefined>;
  /** What is shown is old: the line is down, or Postgres is. */
  old: ReadonlySignal<boolean>;
  /** By name. Changes only when somebody comes or goes. */
  rows: ReadonlySignal<readonly AgentRow[]>;
  /** Moves now and then: for rows that nobody sees. */
  seldom: ReadonlySignal<number>;
  sections: { readonly [K in keyof WallSections]: ReadonlySignal<WallSections[K] | undefined> };
  connect: () => void;
  dispose: () => void;
}

export interface WallStoreDeps {
  open: () => WebSocket;
  clock: Clock;
  /** A screen on a wall: never gives up, and is drawn once a second, with its clocks. */
  screen?: boolean;
  nextFrame?: (run: () => void) => void;
}

/** Out of sight; a screen reader and a search in the page find what was true so long ago at most. */
const SELDOM_MS = 10_000;

export function createWallStore(deps: WallStoreDeps): WallStore {
  const { clock } = deps;
  const agents = new Map<number, Signal<WallAgent>>();
  const rows = signal<readonly AgentRow[]>([]);
  const at = signal<string | undefined>(undefined);
  /** The server says that its data are old. */
  const stale = signal(false);
  const sections = {
    totals: signal<WallSections['totals'] | undefined>(undefined),
    campaigns: signal<WallSections['campaigns'] | undefined>(undefined),
    today: signal<WallSections['today'] | undefined>(undefined),
    stuck: signal<WallSections['stuck'] | undefined>(undefined),
    parts: signal<WallSections['parts'] | undefined>(undefined),
    storage: signal<WallSections['storage'] | undefined>(undefined),
    thresholds: signal<WallSections['thresholds'] | undefined>(undefined),
    pauses: signal<WallSections['pauses'] | undefined>(undefined),
  };
  const nextFrame = deps.nextFrame ?? nextScreenFrame;
  const coalescer = createWallCoalescer({
    // All tiles of a screen are in sight: five frames a second cost three times as much as one. The first is not waited for.
    nextFrame: (run) =>
      deps.screen === true && at.peek() !== undefined ? nextTick(clock.tick, run) : nextFrame(run),
    apply,
  });
  const socket = createWallSocket({
    open: deps.open,
    onMessage: coalescer.push,
    ...(deps.screen === true && { forEver: true }),
  });

  function apply(change: WallChange): void {
    batch(() => {
      const { snapshot } = change;
      let moved = false;
      if (snapshot) {
        const here = new Set(snapshot.agents.map(({ id }) => id));
        for (const id of agents.keys()) if (!here.has(id)) moved = agents.delete(id);
        for (const agent of snapshot.agents) moved = write(agent) || moved;
        writeSections(snapshot);
      }
      for (const id of change.gone) moved = agents.delete(id) || moved;
      for (const patch of change.agents.values()) moved = write(patch) || moved;
      writeSections(change.sections);
      stale.value = change.at === null;
      // Old news may follow a snapshot within a frame: what it brought is shown, and marked.
      const seenAt = change.at ?? snapshot?.at;
      if (seenAt !== undefined) at.value = seenAt;
      if (moved) rows.value = inOrder(agents);
    });
    if (change.at !== null) clock.sync(change.at);
  }

  /** @returns whether somebody came */
  function write(patch: WallAgentPatch): boolean {
    const known = agents.get(patch.id);
    if (known) {
      // JSON has no undefined: what is there has a value.
      known.value = { ...known.peek(), ...(patch as Partial<WallAgent>) };
      return false;
    }
    // Only whole rows are new; a piece of one belongs to a snapshot that is on its way.
    if (patch.state === undefined || patch.name === undefined) return false;
    agents.set(patch.id, signal(patch as WallAgent));
    return true;
  }

  function writeSections(some: Partial<WallSections>): void {
    for (const key of Object.keys(sections) as (keyof WallSections)[]) {
      if (key in some) (sections[key] as Signal<unknown>).value = some[key];
    }
  }

  socket.connect();
  const stopClock = clock.watch();
  // A screen that wakes up or finds its network again should not wait for the back-off.
  const wake = (): void => {
    if (!document.hidden && socket.state.peek() === 'reconnecting') socket.connect();
  };
  window.addEventListener('online', wake);
  document.addEventListener('visibilitychange', wake);

  const state = computed<LiveState>(() =>
    socket.state.value === 'live' && stale.value ? 'stale' : socket.state.value,
  );
  return {
    state,
    stopped: socket.stopped,
    at,
    old: computed(() => at.value !== undefined && !['live', 'connecting'].includes(state.value)),
    rows,
    seldom: computed(() => Math.floor(clock.tick.value / SELDOM_MS)),
    sections,
    connect: socket.connect,
    dispose: () => {
      stopClock();
      coalescer.clear();
      window.removeEventListener('online', wake);
      document.removeEventListener('visibilitychange', wake);
      socket.close();
    },
  };
}

const BY_NAME = new Intl.Collator('ro');

function inOrder(agents: ReadonlyMap<number, Signal<WallAgent>>): AgentRow[] {
  return [...agents]
    .map(([id, agent]) => ({ id, agent, name: agent.peek().name }))
    .sort((a, b) => BY_NAME.compare(a.name, b.name) || a.id - b.id)
    .map(({ id, agent }) => ({ id, agent }));
}
