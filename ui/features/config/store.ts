/**
 * One config object under a form: what is there, what was changed, what is wrong with it, and what others did meanwhile.
 * @module
 */
import { computed, effect, signal, type ReadonlySignal } from '@preact/signals';
import type { ConfigObjectView, ConfigPlan } from '../../../contracts/http/config-admin.ts';
import type { ConfigIssue } from '../../../contracts/http/config-issues.ts';
import type { ConfigKind } from '../../../contracts/model/config.ts';
import { configDifferences, type ConfigDifference } from '../../../domain/config-diff.ts';
import { ApiError } from '../../api/problem.ts';
import { createResource, type Resource } from '../../lib/resource.ts';
import type { Body, ConfigApi } from './api.ts';
import { setAt } from './body.ts';

/** While somebody types. */
const CHECK_AFTER_MS = 500;

export interface Conflict {
  /** As it is now; null: it was removed. */
  theirs: ConfigPlan['current'];
}

export interface ObjectStore {
  kind: ConfigKind;
  name: string;
  /** Null: there is none (yet). */
  object: Resource<ConfigObjectView | null>;
  /** Undefined: not loaded. */
  body: ReadonlySignal<Body | undefined>;
  /** The version that the form was made from; empty for a new object. */
  base: ReadonlySignal<Body>;
  changes: ReadonlySignal<readonly ConfigDifference[]>;
  dirty: ReadonlySignal<boolean>;
  issues: ReadonlySignal<readonly ConfigIssue[]>;
  /** Somebody tried to save: issues of empty fields are told now. */
  tried: ReadonlySignal<boolean>;
  busy: ReadonlySignal<boolean>;
  error: ReadonlySignal<unknown>;
  conflict: ReadonlySignal<Conflict | undefined>;
  set: (path: string, value: unknown) => void;
  put: (body: Body) => void;
  /** Begins anew, with a body that is not saved yet. */
  begin: (body: Body) => void;
  discard: () => void;
  /** True: saved. */
  save: () => Promise<boolean>;
  /** Goes on from their version with this body. */
  resolve: (body: Body) => void;
  remove: () => Promise<void>;
  /** Out of use, or back into it. */
  changeUse: (verb: 'retire' | 'restore') => Promise<void>;
  dispose: () => void;
}

export function createObjectStore(
  deps: { api: ConfigApi; setTimeout: typeof setTimeout },
  kind: ConfigKind,
  name: string,
): ObjectStore {
  const { api } = deps;
  const base = signal<{ version: number | null; body: Body } | undefined>(undefined);
  const body = signal<Body | undefined>(undefined);
  const issues = signal<readonly ConfigIssue[]>([]);
  const tried = signal(false);
  const busy = signal(false);
  const error = signal<unknown>(undefined);
  const conflict = signal<Conflict | undefined>(undefined);
  let checking: AbortController | undefined;

  const object = createResource<ConfigObjectView | null>(async (abort) => {
    try {
      const found = await api.read(kind, name, abort);
      // A reload must not take away what is being typed.
      if (base.peek() === undefined || !dirty.peek()) open(found.version, found.body);
      return found;
    } catch (cause) {
      if (cause instanceof ApiError && cause.is('not-found')) return null;
      throw cause;
    }
  });
  const changes = computed(() =>
    base.value === undefined || body.value === undefined
      ? []
      : configDifferences(base.value.version === null ? {} : base.value.body, body.value),
  );
  const dirty = computed(() => changes.value.length > 0);

  function open(version: number | null, next: Body): void {
    base.value = { version, body: next };
    body.value = next;
    issues.value = [];
    tried.value = false;
    conflict.value = undefined;
    error.value = undefined;
  }

  async function check(): Promise<ConfigPlan | undefined> {
    const [from, next] = [base.peek(), body.peek()];
    if (!from || !next) return undefined;
    checking?.abort();
    const mine = new AbortController();
    checking = mine;
    const plan = await api.plan(kind, name, { version: from.version, body: { ...next } }, mine.signal);
    if (checking !== mine) return undefined;
    issues.value = plan.issues;
    const stale = (plan.current?.version ?? null) !== from.version;
    if (stale) conflict.value = { theirs: plan.current };
    return plan;
  }

  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = effect(() => {
    const isDirty = dirty.value;
    // Whoever may only read is never checked: nothing is ever changed.
    if (body.value === undefined || !isDirty) return;
    clearTimeout(timer);
    // A dry run that fails is told by the save.
    timer = deps.setTimeout(() => void check().catch(() => undefined), CHECK_AFTER_MS);
  });

  return {
    kind,
    name,
    object,
    body,
    base: computed(() => (base.value?.version == null ? {} : base.value.body)),
    changes,
    dirty,
    issues,
    tried,
    busy,
    error,
    conflict,
    set: (path, value) => {
      const now = body.peek();
      if (!now) return;
      const gone = takenAlong(kind, path, value);
      const next = setAt(now, path, value);
      body.value = gone === undefined ? next : setAt(next, gone, undefined);
    },
    put: (next) => {
      body.value = next;
    },
    begin: (next) => open(null, next),
    discard: () => {
      const from = base.peek();
      if (!from) return;
      const late = conflict.peek() !== undefined;
      open(from.version, from.body);
      if (late) void object.reload();
    },
    save: async () => {
      const [from, next] = [base.peek(), body.peek()];
      if (!from || !next || busy.peek()) return false;
      busy.value = true;
      tried.value = true;
      error.value = undefined;
      try {
        const plan = await check();
        if (plan === undefined || plan.issues.length > 0 || conflict.peek() !== undefined) return false;
        const saved = await api.save(kind, name, { version: from.version, body: { ...next } });
        open(saved.version, next);
        await object.reload();
        return true;
      } catch (cause) {
        if (cause instanceof ApiError && cause.is('conflict')) await check().catch(() => undefined);
        if (conflict.peek() === undefined) error.value = cause;
        return false;
      } finally {
        busy.value = false;
      }
    },
    resolve: (next) => {
      const theirs = conflict.peek()?.theirs;
      base.value = { version: theirs?.version ?? null, body: theirs?.body ?? {} };
      body.value = next;
      conflict.value = undefined;
    },
    remove: async () => {
      const version = base.peek()?.version;
      if (version != null) await api.remove(kind, name, version);
    },
    changeUse: async (verb) => {
      const version = base.peek()?.version;
      if (version == null) return;
      await api.changeUse(kind, name, verb, version);
      await object.reload();
    },
    dispose: () => {
      stop();
      clearTimeout(timer);
      checking?.abort();
      object.dispose();
    },
  };
}

/** Keys belong to a robot, desk settings to agents, a password to its user. */
function takenAlong(kind: ConfigKind, path: string, value: unknown): string | undefined {
  if (kind === 'campaign' && path === 'mode') return value === 'robot' ? 'desk' : 'menu';
  return kind === 'trunk' && path === 'credentials.username' && value === undefined
    ? 'credentials'
    : undefined;
}

/** What is wrong at a field or below it; a field that nobody filled in yet is told when somebody tries to save. */
export function issueAt(
  issues: readonly ConfigIssue[],
  path: string,
  tried: boolean,
): ConfigIssue | undefined {
  const found = issues.find((issue) => issue.path === path || issue.path.startsWith(`${path}.`));
  const quiet = found !== undefined && !tried && (found.code === 'missing' || found.code === 'empty');
  return quiet ? undefined : found;
}
