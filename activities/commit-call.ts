/**
 * @module
 */
import type { CallActivities, CommitCallInput, CommitCallResult } from '../contracts/temporal/activities.ts';
import type { PlacedCall } from '../contracts/model/placed-call.ts';
import { keepLateAnswers } from '../db/call-answers.ts';
import type { Database } from '../db/client.ts';
import { readCommitFacts } from '../db/commit-facts.ts';
import { createCommitGroup, type CommitGroupOptions } from '../db/commit-group.ts';
import { finishTrunkTest } from '../db/trunk-test-leg.ts';
import { saveLateWrapUp } from '../db/late-wrap-up.ts';
import { wrapUpTookMs, type SavedWrapUp } from '../domain/agent-commit.ts';
import { decideCommit } from '../domain/decide-commit.ts';
import type { Clock } from '../platform/clock.ts';
import { toFailure } from './failure.ts';
import { readOpenTimes, type OpenTimes } from './live-call-queries.ts';

export interface CommitCallDeps {
  db: Database;
  clock: Clock;
  onSplit?: CommitGroupOptions['onSplit'];
}

/**
 * Facts, decision, one statement; those of calls that end at the same time go together. Running it twice changes nothing: the second run answers what the first one wrote.
 *
 * An outcome chosen by an operator that is no status of this site is ignored rather than refused: the call must end.
 */
export function createCommitCall({ db, clock, onSplit }: CommitCallDeps): CallActivities['commitCall'] {
  const group = createCommitGroup({ pool: db.pool, ...(onSplit && { onSplit }) });
  return async (input: CommitCallInput): Promise<CommitCallResult> => {
    const facts = await readCommitFacts(db.pool, input.callId);
    if (!facts) return commitTrunkTest({ db, clock }, input);
    if (facts.committed) {
      return { status: (await saveLate(db, input, clock)) ?? facts.committed.status, first: false };
    }

    const placed = await wholeResult(db, input);
    const decision = decideCommit({
      facts,
      placed,
      ...(input.statusOverride && { statusOverride: input.statusOverride }),
      ...(facts.call.agentId !== undefined && { wrapUp: savedWrapUp(input) }),
      now: clock.now(),
    });
    const { first } = await group.commit(decision);
    if (first) return { status: decision.status.code, first };
    // Two commits met; the one that came first decides.
    const late = await saveLate(db, input, clock);
    const committed = (await readCommitFacts(db.pool, input.callId))?.committed;
    return { status: late ?? committed?.status ?? decision.status.code, first };
  };
}

/** What the workflow of a test call ends with in the place of a status: it has none, and no report counts it. */
const TRUNK_TEST_OUTCOME = 'trunk-test';

/** A call that is in no report: its own row, and what it held, in one statement. */
async function commitTrunkTest(
  { db, clock }: Pick<CommitCallDeps, 'db' | 'clock'>,
  input: CommitCallInput,
): Promise<CommitCallResult> {
  const placed = await wholeResult(db, input);
  const first = await finishTrunkTest(db, { callId: input.callId, placed, now: clock.now() });
  if (first === undefined) throw toFailure('not-found', `there is no call ${input.callId}`);
  return { status: TRUNK_TEST_OUTCOME, first };
}

async function wholeResult(db: Database, { callId, placed }: CommitCallInput): Promise<PlacedCall> {
  return tellsNothing(placed) ? withOpenTimes(placed, await readOpenTimes(db.pool, callId)) : placed;
}

function savedWrapUp({ placed, wrapUp, wrapUpOver, wrapUpFrom, wrapUpTo }: CommitCallInput): SavedWrapUp {
  return {
    ...(wrapUp && { saved: { meta: wrapUp.meta, details: wrapUp.details.value } }),
    over: wrapUpOver === true,
    tookMs: wrapUpTookMs({
      endedAt: placed.endedAt,
      ...(wrapUpFrom !== undefined && { from: wrapUpFrom }),
      ...(wrapUpTo !== undefined && { to: wrapUpTo }),
      ...(wrapUp && { savedAt: wrapUp.meta.savedAt }),
    }),
  };
}

/**
 * Acknowledged, and committed without it: it counts as a correction, unless somebody has decided the outcome; what was answered
 * is kept all the same.
 * @returns the status that counts; undefined: it is not known here
 */
async function saveLate(
  db: Database,
  { callId, wrapUp: saved }: CommitCallInput,
  clock: Clock,
): Promise<string | undefined> {
  if (!saved) return undefined;
  const wrapUp = { meta: saved.meta, details: saved.details.value };
  const result = await saveLateWrapUp(db, { callId, wrapUp, now: clock.now() });
  if (result.state === 'saved' || result.state === 'known') return result.status;
  await keepLateAnswers(db.pool, { callId, answers: wrapUp.details.answers });
  return undefined;
}

/** A result that no edge made: whether an INVITE left is known to the open row only. */
function tellsNothing(placed: PlacedCall): boolean {
  const { reason } = placed.end;
  return placed.invitedAt === undefined && (reason === 'timed-out' || reason === 'internal-error');
}

/**
 * Completes a result that was made without the edge. No opened leg means that nothing was dialed, and nothing will be:
 * the edge's last gate is the row that this commit removes.
 */
export function withOpenTimes(placed: PlacedCall, open: OpenTimes | undefined): PlacedCall {
  if (!open) return placed;
  if (open.invitedAt === null) {
    return {
      ...placed,
      end: { result: 'platform', reason: 'not-placed' },
      recording: { state: 'none', reason: 'not-answered' },
    };
  }
  return {
    ...placed,
    invitedAt: open.invitedAt.toISOString(),
    ...(open.answeredAt && { answeredAt: open.answeredAt.toISOString() }),
    ...(!open.answeredAt && { recording: { state: 'none', reason: 'not-answered' } as const }),
  };
}
