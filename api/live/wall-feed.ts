/**
 * One feed of the wall for all its sockets: reads the agents whom Postgres says something changed of, at most five times a
 * second however much changes, and the other sections once a second; nothing while nobody looks.
 * @module
 */
import type { WallAgent, WallMessage, WallSections, WallSnapshot } from '../../contracts/http/wall.ts';
import { listen } from '../../db/listen.ts';
import type { ApiDeps } from '../deps.ts';
import { agentPatch, changedWallSections, totalsOf } from './wall-delta.ts';

/** A trigger notifies it with the user's id: `db/migrations/0008_desk.sql`. */
const CHANNEL = 'apel_desk';
/** Between two updates of rows: people cannot read faster, and the browser has to draw them. */
const GATHER_MS = 200;
const SECTIONS_MS = 1_000;
/** All agents are read again, for a notice that was lost; also the sign of life of a quiet wall. */
const ALL_EVERY = 5;
/** Longest wait for Postgres before the page is told that it is away. */
const ANSWER_MS = 3_000;

export type WallListener = (message: WallMessage) => void;

export interface WallFeed {
  /** The first message comes soon: `snapshot` or `stale`. Returns how to stop. */
  watch(listener: WallListener): () => void;
  /** Everything as it is now, for sockets that could not be told all updates; null before it was read. */
  snapshot(): WallSnapshot | null;
  close(): Promise<void>;
}

export interface WallFeedDeps extends Pick<ApiDeps, 'db' | 'clock' | 'logger'> {
  /** Of everybody on shift, or of these. */
  readAgents(ids?: readonly number[]): Promise<WallAgent[]>;
  readSections(): Promise<Omit<WallSections, 'totals'>>;
}

/** While somebody looks. */
interface Run {
  stop: AbortController;
  listening: Promise<void>;
  timer: NodeJS.Timeout | undefined;
  /** Ends the wait between two rounds. */
  wake: () => void;
  agents: Map<number, WallAgent>;
  sections: WallSections | null;
  /** Whose rows have to be read; `all` after a gap. */
  dirty: Set<number>;
  all: boolean;
  stale: boolean;
  at: string | null;
  looks: number;
}

export function createWallFeed(deps: WallFeedDeps): WallFeed {
  const listeners = new Set<WallListener>();
  let run: Run | null = null;
  let closed = false;

  function tell(message: WallMessage): void {
    for (const listener of listeners) listener(message);
  }

  function open(): Run {
    const stop = new AbortController();
    const opened: Run = {
      stop,
      listening: Promise.resolve(),
      timer: undefined,
      wake: () => {},
      agents: new Map(),
      sections: null,
      dirty: new Set(),
      all: true,
      stale: false,
      at: null,
      looks: 0,
    };
    opened.listening = listen(deps.db, {
      channel: CHANNEL,
      onNotify: (payload) => opened.dirty.add(Number(payload)),
      onListening: () => {
        opened.all = true;
      },
      onInterrupted: (error) => deps.logger.warn({ err: error }, 'listening for the wall was interrupted'),
      signal: stop.signal,
    });
    void loop(opened);
    return opened;
  }

  /** One round each 200 ms: rows if some are dirty, sections each second. Rounds never overlap. */
  async function loop(mine: Run): Promise<void> {
    let sectionsAt = -Infinity;
    while (!mine.stop.signal.aborted) {
      const began = performance.now();
      const withSections = began - sectionsAt >= SECTIONS_MS;
      if (withSections) sectionsAt = began;
      if (withSections || mine.all || mine.dirty.size > 0) await round(mine, withSections);
      const wait = Math.max(10, GATHER_MS - (performance.now() - began));
      await new Promise<void>((resolve) => {
        mine.wake = resolve;
        mine.timer = setTimeout(resolve, wait);
      });
    }
  }

  async function round(mine: Run, withSections: boolean): Promise<void> {
    if (withSections) mine.looks += 1;
    const everyLook = withSections && mine.looks % ALL_EVERY === 1;
    const all = mine.all || everyLook || mine.stale || mine.sections === null;
    const ids = all ? undefined : [...mine.dirty];
    mine.dirty = new Set();
    mine.all = false;
    try {
      const [agents, sections] = await inTime(
        Promise.all([
          ids?.length === 0 ? [] : deps.readAgents(ids),
          withSections || mine.sections === null || mine.stale ? deps.readSections() : undefined,
        ]),
      );
      if (run !== mine) return;
      accept(mine, { ids, agents, sections, alive: everyLook });
    } catch (error) {
      mine.all = true;
      if (run !== mine || mine.stale) return;
      mine.stale = true;
      deps.logger.warn({ err: error }, 'the wall could not be read');
      tell({ type: 'stale', since: mine.at });
    }
  }

  interface Read {
    ids: readonly number[] | undefined;
    agents: WallAgent[];
    sections: Omit<WallSections, 'totals'> | undefined;
    alive: boolean;
  }

  function accept(mine: Run, { ids, agents, sections, alive }: Read): void {
    const whole = mine.stale || mine.sections === null;
    const found = new Set(agents.map(({ id }) => id));
    const gone = (ids ?? [...mine.agents.keys()]).filter((id) => mine.agents.has(id) && !found.has(id));
    const patches = agents.flatMap((agent) => agentPatch(mine.agents.get(agent.id), agent) ?? []);
    for (const id of gone) mine.agents.delete(id);
    for (const agent of agents) mine.agents.set(agent.id, agent);
    const after = { ...sections, totals: totalsOf(mine.agents.values()) };
    const changed = mine.sections === null ? {} : changedWallSections(mine.sections, after);
    mine.sections = { ...(mine.sections as WallSections), ...after };
    mine.stale = false;
    mine.at = deps.clock.now().toISOString();
    if (whole) return tell({ type: 'snapshot', snapshot: snapshotOf(mine, mine.sections, mine.at) });
    const someSections = Object.keys(changed).length > 0;
    if (patches.length === 0 && gone.length === 0 && !someSections && !alive) return;
    tell({
      type: 'update',
      at: mine.at,
      ...(patches.length > 0 && { agents: patches }),
      ...(gone.length > 0 && { gone }),
      ...(someSections && { sections: changed }),
    });
  }

  function snapshot(): WallSnapshot | null {
    if (run?.sections == null || run.at === null) return null;
    return snapshotOf(run, run.sections, run.at);
  }

  function end(mine: Run): void {
    if (run === mine) run = null;
    mine.stop.abort();
    clearTimeout(mine.timer);
    mine.wake();
  }

  return {
    watch(listener) {
      if (closed) return () => {};
      listeners.add(listener);
      run ??= open();
      if (run.stale) listener({ type: 'stale', since: run.at });
      else {
        const now = snapshot();
        if (now) listener({ type: 'snapshot', snapshot: now });
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0 && run) end(run);
      };
    },
    snapshot,
    async close() {
      closed = true;
      const mine = run;
      if (mine) end(mine);
      await mine?.listening;
    },
  };
}

function snapshotOf(run: Pick<Run, 'agents'>, sections: WallSections, at: string): WallSnapshot {
  return { ...sections, at, agents: [...run.agents.values()] };
}

function inTime<T>(work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer within ${ANSWER_MS} ms`)), ANSWER_MS);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
