/**
 * Wrap-ups on their way to the server: written down first, posted until the answer is 200 (committed) or 202 (Temporal
 * has it). Each has its id, so that sending twice saves once.
 * @module
 */
import { computed, signal, type ReadonlySignal } from '@preact/signals';
import type { FieldIssue } from '../../../contracts/http/problem.ts';
import type { WrapUp, WrapUpReply } from '../../../contracts/http/desk.ts';
import { ApiError } from '../../api/problem.ts';
import type { Kept, QueuedWrapUp } from './kept.ts';

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 15_000;

/** Answers after which sending the same again is pointless. */
const FINAL_STATUSES: readonly number[] = [400, 403, 404, 409, 413, 415, 422];

export interface Refusal {
  item: QueuedWrapUp;
  code: string;
  issues: readonly FieldIssue[];
}

export interface Outbox {
  /** Not sent yet, without those refused. */
  pending: ReadonlySignal<number>;
  items: ReadonlySignal<readonly QueuedWrapUp[]>;
  /** The last answer that needs a person; null when it was dealt with. */
  refusal: ReadonlySignal<Refusal | null>;
  /** Written down when this resolves. */
  add: (item: QueuedWrapUp) => Promise<void>;
  /** Takes an entry out, such as one that was refused and is mended in the form. */
  drop: (id: string) => Promise<void>;
  /** Tries now. */
  flush: () => Promise<void>;
  dispose: () => void;
}

export interface OutboxDeps {
  kept: Kept;
  userId: number;
  send: (callId: string, wrapUp: WrapUp) => Promise<WrapUpReply>;
  onSent?: (item: QueuedWrapUp, reply: WrapUpReply) => void;
}

export function createOutbox(deps: OutboxDeps): Outbox {
  const items = signal<readonly QueuedWrapUp[]>([]);
  const refusal = signal<Refusal | null>(null);
  let failures = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let sending: Promise<void> | undefined;
  let ended = false;

  async function read(): Promise<void> {
    items.value = await deps.kept.queued(deps.userId);
  }

  function flush(): Promise<void> {
    clearTimeout(timer);
    sending ??= sendAll().finally(() => (sending = undefined));
    return sending;
  }

  async function sendAll(): Promise<void> {
    await read();
    for (;;) {
      const item = items.peek().find(({ refused }) => refused === undefined);
      if (item === undefined || ended) return;
      const outcome = await sendOne(item);
      if (outcome === 'later') {
        failures += 1;
        const wait = Math.min(FIRST_WAIT_MS * 2 ** (failures - 1), LONGEST_WAIT_MS);
        if (!ended) timer = setTimeout(() => void flush(), wait);
        return;
      }
      failures = 0;
      await read();
    }
  }

  async function sendOne(item: QueuedWrapUp): Promise<'done' | 'later'> {
    try {
      const reply = await deps.send(item.callId, item.wrapUp);
      await deps.kept.dequeue(item.id);
      deps.onSent?.(item, reply);
      return 'done';
    } catch (error) {
      if (!(error instanceof ApiError) || !FINAL_STATUSES.includes(error.status)) return 'later';
      const code = error.problem?.code ?? String(error.status);
      // Kept, not thrown away: somebody's answers are in it.
      await deps.kept.enqueue({ ...item, refused: code });
      refusal.value = { item, code, issues: issuesOf(error) };
      return 'done';
    }
  }

  return {
    pending: computed(() => items.value.filter(({ refused }) => refused === undefined).length),
    items,
    refusal,
    add: async (item) => {
      await deps.kept.enqueue(item);
      await read();
      void flush();
    },
    drop: async (id) => {
      await deps.kept.dequeue(id);
      if (refusal.peek()?.item.id === id) refusal.value = null;
      await read();
    },
    flush,
    dispose: () => {
      ended = true;
      clearTimeout(timer);
    },
  };
}

function issuesOf(error: ApiError): FieldIssue[] {
  const issues = error.problem?.params['issues'];
  if (!Array.isArray(issues)) return [];
  return issues.filter((issue): issue is FieldIssue => typeof issue !== 'string');
}
