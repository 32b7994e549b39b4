/**
 * What an agent does to their call: start it, command it, save it. Saving and commanding work while Postgres is away, by what
 * was read of the call before.
 * @module
 */
import { setTimeout } from 'node:timers/promises';
import type {
  CallDraft,
  DeskCall,
  DialManually,
  DialPreviewed,
  WrapUp,
  WrapUpReply,
} from '../../contracts/http/desk.ts';
import type { DeskCommand } from '../../contracts/model/edge-control.ts';
import type { StatusDef } from '../../contracts/model/status.ts';
import { checkAnother, claimAnother, movePreview } from '../../db/another-number.ts';
import { claimManual } from '../../db/manual-number.ts';
import type { AgentCall } from '../../db/agent-claim.ts';
import { markStarted } from '../../db/open-calls.ts';
import { dialPreviewed, skipPreviewed } from '../../db/preview.ts';
import { can } from '../../domain/permissions.ts';
import { normalisePhone } from '../../domain/phone.ts';
import type { SessionUser } from '../auth/session-user.ts';
import type { ApiDeps } from '../deps.ts';
import { isPostgresAway } from '../http/postgres-away.ts';
import { ApiProblem } from '../http/problem.ts';
import { extendWrapUp, findCommittedCall, writeDraft } from '../queries/desk-calls.ts';
import { listStatuses } from '../queries/statuses.ts';
import { saveLate } from './late-save.ts';
import type { CallReach, DeskReader } from './read-desk.ts';
import { agentRefused } from './refusals.ts';
import { wrapUpSignal } from './wrap-up-signal.ts';

export interface AgentCallsDeps extends Pick<
  ApiDeps,
  'db' | 'clock' | 'logger' | 'callWorkflows' | 'edgeControl'
> {
  desks: Pick<DeskReader, 'read' | 'known'>;
}

export interface AgentCalls {
  /** Claimed: starts its workflow, unless it is looked at first. A start that fails is made up for by the upkeep. */
  started(call: AgentCall): Promise<void>;
  /** @throws ApiProblem invalid-request when it is no number, agent-busy with the reason why it may not be called */
  dialManually(session: SessionUser, dial: DialManually): Promise<void>;
  /**
   * The preview is over: call now, perhaps another number of the contact. Twice is once.
   * @throws ApiProblem agent-busy when its time is over, it is being called, or that number may not be called
   */
  dial(session: SessionUser, callId: string, dial: DialPreviewed): Promise<void>;
  /** The contact goes back into the queue. @throws as above */
  skip(session: SessionUser, callId: string, reason: string): Promise<void>;
  /** @throws ApiProblem agent-busy when it is not possible now, unavailable when the edge does not answer */
  command(session: SessionUser, callId: string, command: DeskCommand): Promise<void>;
  /** Of a call that was saved it is not needed any more. @throws ApiProblem conflict when the call was committed without the agent */
  saveDraft(session: SessionUser, callId: string, draft: CallDraft): Promise<void>;
  /**
   * Once more after the commit, as a correction.
   * @throws ApiProblem invalid-request naming fields, agent-busy when the other number may not be called, conflict when it was
   * saved otherwise, too-late, unavailable: keep it
   */
  wrapUp(session: SessionUser, callId: string, wrapUp: WrapUp): Promise<WrapUpReply>;
  /**
   * Calls the number that the call's wrap-up named, once the call is over (it is hung up) and committed. Twice is once.
   * @throws ApiProblem agent-busy with the reason why not, unavailable when it takes too long: ask again
   */
  another(session: SessionUser, callId: string): Promise<void>;
  /** @throws ApiProblem agent-busy when there is no time to extend, or it was extended before */
  extend(session: SessionUser, callId: string): Promise<void>;
}

const COMMAND_MS = 2_000;
/** The end of a call that is still on takes a second, with its recording; a commit milliseconds. */
const COMMIT_MS = 3_000;
const COMMIT_LOOK_MS = 25;
const RETRY = { 'retry-after': '1' };

interface OpenCall {
  call: DeskCall;
  reach: CallReach;
  /** False: as last read, Postgres is away. */
  fresh: boolean;
}

export function createAgentCalls(deps: AgentCallsDeps): AgentCalls {
  const { db, clock, desks, callWorkflows } = deps;
  let statuses: Pick<StatusDef, 'code' | 'positive' | 'final'>[] = [];

  /** Undefined when it is not open, or somebody else's. */
  async function findOpen(session: SessionUser, callId: string): Promise<OpenCall | undefined> {
    let away: unknown;
    try {
      await desks.read(session);
    } catch (error) {
      if (!isPostgresAway(error)) throw error;
      away = error;
    }
    const known = desks.known(session.userId);
    if (known?.reach && known.desk.call?.id === callId) {
      return { call: known.desk.call, reach: known.reach, fresh: away === undefined };
    }
    if (away !== undefined) throw away;
    return undefined;
  }

  /** @throws ApiProblem not-found when it never was the agent's, agent-busy when it is over */
  async function mustBeOpen(session: SessionUser, callId: string): Promise<OpenCall> {
    const open = await findOpen(session, callId);
    if (open) return open;
    throw (await committed(session, callId)) ? agentRefused('call-over') : new ApiProblem('not-found');
  }

  const committed = ({ userId }: SessionUser, callId: string) => findCommittedCall(db, { userId, callId });

  /** As last read; Postgres may be away. */
  async function statusOf(outcome: string): Promise<{ positive: boolean; final: boolean }> {
    try {
      statuses = await listStatuses(db);
    } catch (error) {
      if (!isPostgresAway(error)) throw error;
    }
    return statuses.find(({ code }) => code === outcome) ?? { positive: false, final: false };
  }

  /** The claim looks again; but then this call is committed. @throws ApiProblem agent-busy */
  async function mustBeCallable({ userId }: SessionUser, callId: string, e164: string): Promise<void> {
    try {
      const verdict = await checkAnother(db, { callId, userId, e164, now: clock.now() });
      if (verdict && 'refused' in verdict) throw agentRefused(verdict.refused);
    } catch (error) {
      if (!isPostgresAway(error)) throw error;
    }
  }

  async function tellEdge({ reach }: OpenCall, callId: string, command: DeskCommand) {
    const url = reach.controlUrl;
    const reply =
      url === null ? undefined : await deps.edgeControl.command(url, { callId, command }, COMMAND_MS);
    if (reply === undefined) throw new ApiProblem('unavailable', { part: 'edge' }, RETRY);
    return reply.outcome;
  }

  async function start(call: AgentCall): Promise<void> {
    try {
      await callWorkflows.start(call);
      await markStarted(db.pool, { callIds: [call.callId], now: clock.now() });
    } catch (error) {
      deps.logger.warn(
        { err: error, callId: call.callId },
        'a claimed call was not started, or not noted as started',
      );
    }
  }

  /** @throws ApiProblem unavailable: whoever asked keeps it and tries again */
  async function told<T>(callId: string, telling: Promise<T>): Promise<T> {
    try {
      return await telling;
    } catch (error) {
      deps.logger.warn({ err: error, callId }, 'Temporal did not take what an agent did');
      throw new ApiProblem('unavailable', { part: 'temporal' }, RETRY);
    }
  }

  return {
    async started(call) {
      if (call.previewUntil === undefined) await start(call);
    },

    async dialManually(session, { number, campaign, overrideReason }) {
      const { userId, name } = session;
      const phone = normalisePhone(number);
      if (!phone.ok) {
        throw new ApiProblem('invalid-request', { issues: [{ path: 'number', message: phone.problem }] });
      }
      if (overrideReason !== undefined && !can(session, 'call.override')) throw new ApiProblem('forbidden');
      const claim = await claimManual(db, {
        userId,
        by: name,
        e164: phone.e164,
        campaign,
        ...(overrideReason !== undefined && { overrideReason }),
        now: clock.now(),
      });
      if (claim.state === 'refused') throw agentRefused(claim.reason, 'campaign');
      if (claim.state === 'wait') throw agentRefused(claim.wait.reason);
      await start(claim.call);
    },

    async dial(session, callId, { number }) {
      const { userId } = session;
      if (number !== undefined) {
        const moved = await movePreview(db, { callId, userId, e164: number, now: clock.now() });
        if (moved && moved !== 'moved') throw agentRefused(moved.refused);
      }
      const call = await dialPreviewed(db, { callId, userId, now: clock.now() });
      if (call) return start(call);
      await mustBeOpen(session, callId);
      throw agentRefused('preview-over');
    },

    async skip(session, callId, reason) {
      const { userId } = session;
      if (await skipPreviewed(db, { callId, userId, reason, now: clock.now() })) return;
      await mustBeOpen(session, callId);
      throw agentRefused('preview-over');
    },

    async command(session, callId, command) {
      const open = await mustBeOpen(session, callId);
      if (isOver(open.call)) throw agentRefused('call-over');
      const outcome = await tellEdge(open, callId, command);
      if (outcome !== 'done') throw agentRefused(outcome);
    },

    async saveDraft(session, callId, draft) {
      const kept = await writeDraft(db, { callId, userId: session.userId, draft, now: clock.now() });
      if (kept) return;
      const over = await committed(session, callId);
      if (over === undefined) throw new ApiProblem('not-found');
      // One that was on its way while the call was saved: all of it is in the wrap-up.
      if (over.wrapUpId === null) throw new ApiProblem('conflict');
    },

    async wrapUp(session, callId, wrapUp) {
      const open = await findOpen(session, callId);
      const { positive, final } = await statusOf(wrapUp.outcome);
      const late = { callId, wrapUp, positive, final };
      if (!open) return saveLate(deps, session, { ...late, otherwise: new ApiProblem('not-found') });
      const check = wrapUpSignal({
        by: session.userId,
        call: open.call,
        wrapUp,
        complete: positive,
        final,
        now: clock.now(),
      });
      if (!check.ok) {
        // Judged by an old picture of the call it would be refused for good, and lost.
        if (!open.fresh) throw new ApiProblem('unavailable', { part: 'postgres' }, RETRY);
        throw new ApiProblem('invalid-request', { issues: check.issues });
      }
      if (wrapUp.another) await mustBeCallable(session, callId, wrapUp.another.number);
      const outcome = await told(callId, callWorkflows.wrapUp(open.reach.workflowId, check));
      if (outcome === 'stored') return { state: 'stored' };
      // The workflow is over, and committed this one or another; or it is not started yet.
      const notYet = new ApiProblem('unavailable', { part: 'temporal' }, RETRY);
      return saveLate(deps, session, { ...late, otherwise: notYet });
    },

    async another(session, callId) {
      const open = await findOpen(session, callId);
      if (open && !isOver(open.call)) await tellEdge(open, callId, { type: 'hang-up' });
      const { userId, name: by } = session;
      const deadline = performance.now() + COMMIT_MS;
      for (;;) {
        const claim = await claimAnother(db, { callId, userId, by, now: clock.now() });
        switch (claim.state) {
          case 'claimed':
            return start(claim.call);
          case 'calling':
            return;
          case 'unknown':
            throw new ApiProblem('not-found');
          case 'wait':
            throw agentRefused(claim.wait.reason);
          case 'refused':
            throw agentRefused(claim.reason);
          case 'not-yet':
            if (performance.now() > deadline)
              throw new ApiProblem('unavailable', { part: 'temporal' }, RETRY);
            await setTimeout(COMMIT_LOOK_MS);
        }
      }
    },

    async extend(session, callId) {
      const { call, reach } = await mustBeOpen(session, callId);
      const seconds = call.wrapUpExtendSeconds;
      if (seconds === 0) throw agentRefused('not-extendable');
      // First the workflow, which would not wait: to be told twice changes nothing there.
      const outcome = await told(callId, callWorkflows.extendWrapUp(reach.workflowId));
      if (outcome === 'closed') throw agentRefused('call-over');
      await extendWrapUp(db, { callId, seconds, now: clock.now() });
    },
  };
}

function isOver({ stage }: DeskCall): boolean {
  return stage === 'wrap-up' || stage === 'committing';
}
