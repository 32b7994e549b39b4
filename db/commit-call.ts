/**
 * Makes a call's result true: one statement, all of it or nothing.
 *
 * ```
 *  calls (committed_at null -> now) ── `done`, empty when it was committed before: then nothing below does anything
 *    ├─ live_calls row removed: number, channel and place are free
 *    ├─ dial_queue moved or removed, contacts
 *    ├─ numbers: caps, do-not-call; contact_numbers: inactive; campaign_numbers: unanswered run, `Nu mai suna`
 *    ├─ rollup_deltas
 *    └─ trunk_health, only when something is or was wrong
 * ```
 * @module
 */
import type pg from 'pg';
import type { CommitDecision } from '../domain/commit-facts.ts';
import { runPipelined, type PipelinedStatement } from './commit-pipeline.ts';
import { areApart, goesInSet, placesOf, SET_SETTINGS, setStatement } from './commit-set.ts';
import { commitStatement } from './commit-statement.ts';
import { textOf, valuesOf } from './commit-values.ts';

export { readCommitFacts } from './commit-facts.ts';

export interface CommitResult {
  /** False when the call had been committed before (or does not exist): nothing was changed. */
  first: boolean;
}

type Pool = Pick<pg.Pool, 'connect'>;

/** One call in a transaction of its own. The product commits through `commit-group.ts`. */
export async function commitCall(pool: Pool, decision: CommitDecision): Promise<CommitResult> {
  const [answer] = await runPipelined(pool, [statementOf(decision)]);
  return { first: answer === TRUE };
}

/**
 * All of them in one transaction, or none. Not for those that `sharesRows`.
 * @param lockTimeoutMs when there are several: none of them may hold up the others for longer
 * @returns in the order of `decisions`; the same call twice is committed once
 */
export async function commitCalls(
  pool: Pool,
  decisions: readonly CommitDecision[],
  { lockTimeoutMs }: { lockTimeoutMs: number },
): Promise<CommitResult[]> {
  const [one] = decisions;
  if (one === undefined) return [];
  if (decisions.length === 1) return [await commitCall(pool, one)];
  const inOrder = [...decisions.entries()].sort(([, a], [, b]) => lockOrder(a, b));
  const steps = stepsOf(inOrder);
  const sets = steps.some(({ given }) => given.length > 1) ? SET_SETTINGS : [];
  const settings = settingsOf([['lock_timeout', String(lockTimeoutMs)], ...sets]);
  const [, ...answers] = await runPipelined(pool, [settings, ...steps.map(({ statement }) => statement)]);
  const results: CommitResult[] = decisions.map(() => ({ first: false }));
  for (const [at, { given }] of steps.entries()) {
    const places = given.length > 1 ? placesOf(answers[at]) : answers[at] === TRUE ? [0] : [];
    for (const place of places) results[given[place] ?? -1] = { first: true };
  }
  return results;
}

/** What goes in one statement, and its places in what was asked for. */
interface Step {
  statement: PipelinedStatement;
  given: number[];
}

/**
 * Neighbours that can go as one set do; the order of the locks stays. Where two write the same row, each goes in a statement of its
 * own, so that none has the rows of others while it waits for that one.
 */
function stepsOf(inOrder: readonly (readonly [given: number, decision: CommitDecision])[]): Step[] {
  const apart = areApart(inOrder.map(([, decision]) => decision));
  const runs: { decisions: CommitDecision[]; given: number[]; set: boolean }[] = [];
  for (const [given, decision] of inOrder) {
    const set = apart && goesInSet(decision);
    const last = runs.at(-1);
    if (set && last?.set === true) {
      last.decisions.push(decision);
      last.given.push(given);
    } else {
      runs.push({ decisions: [decision], given: [given], set });
    }
  }
  return runs.map(({ decisions, given }) => {
    const [one] = decisions;
    const statement =
      one !== undefined && decisions.length === 1 ? statementOf(one) : setStatement(decisions);
    return { statement, given };
  });
}

/** A boolean as Postgres writes it. */
const TRUE = 't';

/** Two groups that meet take the rows they share in the same order: those of a number, and of it in a campaign. */
function lockOrder(a: CommitDecision, b: CommitDecision): number {
  return (
    a.call.numberId - b.call.numberId ||
    a.call.campaignId - b.call.campaignId ||
    (a.callId < b.callId ? -1 : Number(a.callId > b.callId))
  );
}

/** For this transaction only; nothing in it is from outside. */
function settingsOf(settings: readonly (readonly [name: string, value: string])[]): PipelinedStatement {
  const set = settings.map(([name], at) => `set_config('${name}', $${at + 1}::text, true)`);
  return {
    name: `commit-settings-${settings.length}`,
    text: `select ${set.join(', ')}`,
    values: settings.map(([, value]) => value),
  };
}

function statementOf(decision: CommitDecision): PipelinedStatement {
  const { values, ...statement } = commitStatement(decision);
  const all = valuesOf(decision);
  return { ...statement, values: values.map((name) => textOf(all[name])) };
}
