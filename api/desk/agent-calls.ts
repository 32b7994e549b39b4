/**
 * What an agent does to their call: start it after the preview, command it, save it. Saving must work while Postgres is away:
 * what was read of the call before is remembered for as long.
 * @module
 */
import type { CallDraft, DeskCall, DialManually, WrapUp, WrapUpReply } from '../../contracts/http/desk.ts';
import type { FieldIssue } from '../../contracts/http/problem.ts';
import type { DeskCommand } from '../../contracts/model/edge-control.ts';
import type { WrapUpDetails, WrapUpMeta } from '../../contracts/model/wrap-up.ts';
import { endPreview, readAgentCall, skipPreview } from '../../db/agent-call.ts';
import { claimManual } from '../../db/manual-number.ts';
import { markStarted } from '../../db/open-calls.ts';
import type { AgentCall } from '../../db/next-number.ts';
import { callbackInstant } from '../../domain/callback-time.ts';
import { can } from '../../domain/permissions.ts';
import { normalisePhone } from '../../domain/phone.ts';
import { keptAnswers, validateAnswers } from '../../domain/script.ts';
import type { SessionUser } from '../auth/sessions.ts';
import type { ApiDeps } from '../deps.ts';
import { isPostgresAway } from '../http/postgres-away.ts';
import { ApiProblem } from '../http/problem.ts';
import { findOwnCall, type OwnCall } from '../queries/desk.ts';
import { listStatuses } from '../queries/statuses.ts';
import type { ReadDesk } from './read-desk.ts';
import { agentRefused, temporalAway } from './refusals.ts';

export interface AgentCallsDeps extends Pick<
  ApiDeps,
  'db' | 'clock' | 'logger' | 'callWorkflows' | 'edgeControl'
> {
  readDesk: ReadDesk;
}

export interface AgentCalls {
  /** Claimed: starts its workflow, unless it is looked at first. A start that fails is made up for by the upkeep. */
  started(call: AgentCall): Promise<void>;
  /** @throws ApiProblem invalid-request when it is no number, agent-busy with the reason why it may not be called */
  dialManually(session: SessionUser, dial: DialManually): Promise<void>;
  /** The preview is over: call now. @throws ApiProblem agent-busy when it was over before */
  dial(session: SessionUser, callId: string): Promise<void>;
  /** The contact goes back into the queue. @throws as above */
  skip(session: SessionUser, callId: string, reason: string): Promise<void>;
  /** @throws ApiProblem agent-busy when it is not possible now, unavailable when the edge does not answer */
  command(session: SessionUser, callId: string, command: DeskCommand): Promise<void>;
  saveDraft(session: SessionUser, callId: string, draft: CallDraft): Promise<void>;
  /** @throws ApiProblem invalid-request naming fields, conflict when it was saved otherwise, unavailable: keep it */
  wrapUp(session: SessionUser, callId: string, wrapUp: WrapUp): Promise<WrapUpReply>;
  extend(session: SessionUser, callId: string): Promise<void>;
}

const COMMAND_MS = 2_000;
/** How long what was read of a call is believed while Postgres is away. */
const REMEMBER_MS = 15 * 60_000;
const MAX_REMEMBERED = 2_000;

interface Remembered {
  userId: number;
  own: OwnCall;
  call: DeskCall | null;
  at: number;
}

export function createAgentCalls(deps: AgentCallsDeps): AgentCalls {
  const remembered = new Map<string, Remembered>();
  let positive: ReadonlySet<string> = new Set();

  /** Also says what the page shows of it, while it is open. */
  async function ownCall(session: SessionUser, callId: string): Promise<Remembered> {
    try {
      const [own, desk] = await Promise.all([
        findOwnCall(deps.db, { callId, userId: session.userId }),
        deps.readDesk(session),
      ]);
      if (own === null) throw new ApiProblem('not-found');
      const known = remembered.get(callId)?.call ?? null;
      const call = desk.call?.id === callId ? desk.call : known;
      const now = { userId: session.userId, own, call, at: performance.now() };
      remember(callId, now);
      return now;
    } catch (error) {
      const known = remembered.get(callId);
      if (!isPostgresAway(error) || known?.userId !== session.userId) throw error;
      if (performance.now() - known.at > REMEMBER_MS) throw error;
      return known;
    }
  }

  /** As last read; Postgres may be away. */
  async function positiveOutcomes(): Promise<ReadonlySet<string>> {
    try {
      const statuses = await listStatuses(deps.db);
      positive = new Set(statuses.filter((status) => status.positive).map(({ code }) => code));
    } catch (error) {
      if (!isPostgresAway(error)) throw error;
    }
    return positive;
  }

  function remember(callId: string, now: Remembered): void {
    remembered.delete(callId);
    remembered.set(callId, now);
    const [oldest] = remembered.keys();
    if (remembered.size > MAX_REMEMBERED && oldest !== undefined) remembered.delete(oldest);
  }

  async function start(call: AgentCall): Promise<void> {
    try {
      await deps.callWorkflows.start(call);
      await markStarted(deps.db.pool, { callIds: [call.callId], now: deps.clock.now() });
    } catch (error) {
      deps.logger.warn({ err: error, callId: call.callId }, 'the workflow of a claimed call was not started');
    }
  }

  return {
    async started(call) {
      if (call.previewUntil === undefined) await start(call);
    },

    async dialManually({ userId, name, role }, { number, campaign, overrideReason }) {
      const phone = normalisePhone(number);
      if (!phone.ok) {
        throw new ApiProblem('invalid-request', { issues: [{ path: 'number', message: phone.problem }] });
      }
      if (overrideReason !== undefined && !can(role, 'call.override')) throw new ApiProblem('forbidden');
      const claim = await claimManual(deps.db, {
        userId,
        by: name,
        e164: phone.e164,
        campaign,
        ...(overrideReason !== undefined && { overrideReason }),
        now: deps.clock.now(),
      });
      if (claim.state === 'refused') throw agentRefused(claim.reason, 'campaign');
      if (claim.state === 'wait') throw new ApiProblem('agent-busy', { reason: claim.wait.reason });
      await start(claim.call);
    },

    async dial({ userId }, callId) {
      const call = await readAgentCall(deps.db.pool, callId);
      if (call?.agentId !== userId) throw new ApiProblem('not-found');
      if (!(await endPreview(deps.db.pool, { callId, userId }))) {
        throw new ApiProblem('agent-busy', { reason: 'preview-over' });
      }
      await start(call);
    },

    async skip({ userId, name }, callId, reason) {
      const skipped = await skipPreview(deps.db, { callId, userId, by: name, reason, now: deps.clock.now() });
      if (!skipped) throw new ApiProblem('agent-busy', { reason: 'preview-over' });
    },

    async command(session, callId, command) {
      const { own } = await ownCall(session, callId);
      if (own.committed || own.stage === 'wrap-up' || own.stage === 'committing') {
        throw new ApiProblem('agent-busy', { reason: 'call-over' });
      }
      const url = own.controlUrl;
      const reply =
        url === null ? undefined : await deps.edgeControl.command(url, { callId, command }, COMMAND_MS);
      if (reply === undefined) throw new ApiProblem('unavailable', { part: 'edge' }, { 'retry-after': '1' });
      if (reply.outcome !== 'done') throw new ApiProblem('agent-busy', { reason: reply.outcome });
    },

    async saveDraft(session, callId, draft) {
      const { own } = await ownCall(session, callId);
      if (own.committed) throw new ApiProblem('conflict');
      await deps.db.pool.query(
        `insert into call_drafts as d (call_id, user_id, seq, body, saved_at) values ($1, $2, $3, $4, $5)
         on conflict (call_id) do update set seq = excluded.seq, body = excluded.body, saved_at = excluded.saved_at
         where d.seq < excluded.seq and d.user_id = excluded.user_id`,
        [callId, session.userId, draft.seq, JSON.stringify(draft), deps.clock.now()],
      );
    },

    async wrapUp(session, callId, wrapUp) {
      const { own, call } = await ownCall(session, callId);
      if (own.wrapUpId === wrapUp.id) return { state: 'saved' };
      if (own.committed) throw new ApiProblem('conflict');
      if (call === null) throw new ApiProblem('unavailable', { part: 'postgres' }, { 'retry-after': '1' });
      const complete = (await positiveOutcomes()).has(wrapUp.outcome);
      const signal = toSignal({ session, call, wrapUp, complete, now: deps.clock.now() });
      let outcome: 'stored' | 'closed';
      try {
        outcome = await deps.callWorkflows.wrapUp(own.workflowId, signal);
      } catch (error) {
        throw temporalAway(error);
      }
      if (outcome === 'stored') return { state: 'stored' };
      // The workflow is over: it committed this one, or another.
      const after = await findOwnCall(deps.db, { callId, userId: session.userId });
      if (after?.wrapUpId === wrapUp.id) return { state: 'saved' };
      throw new ApiProblem(after?.committed === true ? 'conflict' : 'unavailable', {});
    },

    async extend(session, callId) {
      const { own, call } = await ownCall(session, callId);
      if (own.committed || (call?.wrapUpExtendSeconds ?? 0) === 0) {
        throw new ApiProblem('agent-busy', { reason: 'not-extendable' });
      }
      try {
        await deps.callWorkflows.extendWrapUp(own.workflowId);
      } catch (error) {
        throw temporalAway(error);
      }
      await deps.db.pool.query(
        `update live_calls set wrap_up_extended_at = $2, wrap_up_until = wrap_up_until + make_interval(secs => $3)
         where call_id = $1 and wrap_up_extended_at is null`,
        [callId, deps.clock.now(), call?.wrapUpExtendSeconds ?? 0],
      );
    },
  };
}

interface SignalInput {
  session: SessionUser;
  call: DeskCall;
  wrapUp: WrapUp;
  /** Required fields must be answered. */
  complete: boolean;
  now: Date;
}

/**
 * Checked against the script and the outcomes that the desk was shown. What a hidden field holds is left out.
 * @throws ApiProblem invalid-request with the fields to blame
 */
function toSignal({ session, call, wrapUp, complete, now }: SignalInput): {
  meta: WrapUpMeta;
  details: WrapUpDetails;
} {
  const { callback } = wrapUp;
  const callbackAt = callback && callbackInstant(call.campaign.zone, callback.local, callback.fold);
  const issues = [
    ...outcomeIssues(call, wrapUp),
    ...callbackIssues(wrapUp, callbackAt, now),
    ...answerIssues(call, wrapUp, complete),
  ];
  if (issues.length > 0) throw new ApiProblem('invalid-request', { issues });
  const note = wrapUp.note.trim();
  return {
    meta: {
      id: wrapUp.id,
      outcome: wrapUp.outcome,
      by: session.userId,
      savedAt: wrapUp.savedAt,
      ...(callback && callbackAt && { callback: { at: callbackAt.toISOString(), for: callback.for } }),
    },
    details: {
      answers: call.script === null ? {} : keptAnswers(call.script, wrapUp.answers),
      ...(note !== '' && { note }),
      ...(wrapUp.doNotCallReason !== undefined && { doNotCallReason: wrapUp.doNotCallReason }),
    },
  };
}

function outcomeIssues(call: DeskCall, { outcome }: WrapUp): FieldIssue[] {
  if (call.outcomes.includes(outcome) || outcome === call.proposedOutcome) return [];
  return [{ path: 'outcome', message: 'cannot be chosen for this call' }];
}

function callbackIssues({ outcome, callback }: WrapUp, at: Date | undefined, now: Date): FieldIssue[] {
  if (callback === undefined)
    return outcome === 'callback' ? [{ path: 'callback', message: 'required' }] : [];
  if (at === undefined) return [{ path: 'callback.local', message: 'is no date and time' }];
  return at > now ? [] : [{ path: 'callback.local', message: 'is over' }];
}

/** A call that was not answered has nothing to be complete. */
function answerIssues(call: DeskCall, { answers }: WrapUp, positive: boolean): FieldIssue[] {
  if (call.script === null) return [];
  const complete = positive && call.answeredAt !== null;
  return validateAnswers(call.script, answers, { complete }).map(({ field, code }) => ({
    path: `answers.${field}`,
    message: code,
  }));
}
