/**
 * Commits that meet in one process go together: one transaction, one round trip, one flush of the log for up to sixteen; those
 * of robots as one statement (`commit-set.ts`).
 *
 * ```
 *  commit ──> waiting ──(end of this turn of the event loop)──> one of two lanes ──> all committed
 *               ^            while both lanes are taken             │
 *               └── those that come meanwhile                      └ refused: each alone, with its own result
 * ```
 * Nothing waits for company: a call that finds a lane free leaves at once, alone if it is alone.
 * @module
 */
import { DatabaseError, type Pool } from 'pg';
import type { CommitDecision } from '../domain/commit-facts.ts';
import { commitCall, commitCalls } from './commit-call.ts';
import { sharesRows } from './commit-statement.ts';

export interface CommitGroup {
  /** As `commitCall`. That of one call rejects for that call only, unless the database is gone for all. */
  commit(decision: CommitDecision): Promise<{ first: boolean }>;
}

export interface CommitGroupOptions {
  pool: Pick<Pool, 'connect'>;
  /** Told when commits that went together were refused, before each goes alone. */
  onSplit?: (error: Error, calls: number) => void;
  /** Of commits that go together. Default 100. */
  lockTimeoutMs?: number;
}

/** How long its row locks are held, and how many calls one that fails takes along. */
const MOST_TOGETHER = 16;
/**
 * While one waits for the disk the other works. With one the database stands still while we read answers; with three the
 * groups get smaller and a commit dearer (192, 204, 256 µs with 1, 2, 3 lanes and eight at once).
 */
const LANES = 2;
/** A row that somebody else holds must not hold up the neighbours; far below Postgres' own second until it looks for deadlocks. */
const LOCK_TIMEOUT_MS = 100;

interface Waiting {
  decision: CommitDecision;
  resolve: (result: { first: boolean }) => void;
  reject: (error: unknown) => void;
}

/** One for a process and pool. */
export function createCommitGroup(options: CommitGroupOptions): CommitGroup {
  const { pool, onSplit } = options;
  const lockTimeoutMs = options.lockTimeoutMs ?? LOCK_TIMEOUT_MS;
  const waiting: Waiting[] = [];
  let taken = 0;
  let woken = false;

  /** At the end of the turn: answers that came in together have their next commits together. */
  function wake(): void {
    if (woken) return;
    woken = true;
    setImmediate(() => {
      woken = false;
      depart();
    });
  }

  function depart(): void {
    while (taken < LANES && waiting.length > 0) {
      const share = Math.ceil(waiting.length / (LANES - taken));
      taken += 1;
      void together(waiting.splice(0, Math.min(share, MOST_TOGETHER)));
    }
  }

  async function together(group: readonly Waiting[]): Promise<void> {
    try {
      const decisions = group.map(({ decision }) => decision);
      const results = await commitCalls(pool, decisions, { lockTimeoutMs });
      for (const [at, result] of results.entries()) group[at]?.resolve(result);
    } catch (error) {
      if (group.length > 1 && isRefusal(error)) {
        onSplit?.(error, group.length);
        for (const one of group) commitCall(pool, one.decision).then(one.resolve, one.reject);
      } else {
        for (const { reject } of group) reject(error);
      }
    } finally {
      taken -= 1;
      wake();
    }
  }

  return {
    commit: (decision) => {
      if (sharesRows(decision)) return commitCall(pool, decision);
      return new Promise((resolve, reject) => {
        waiting.push({ decision, resolve, reject });
        wake();
      });
    },
  };
}

/** Something is wrong with a statement, not with the server (shutting down, connection lost): alone the others may get through. */
function isRefusal(error: unknown): error is DatabaseError {
  return error instanceof DatabaseError && !/^(08|57P)/.test(error.code ?? '');
}
