import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { ApplicationFailure } from '@temporalio/common';
import { WorkflowUpdateFailedError, type WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { CallActivities, CommitCallInput, EdgeActivities } from '../contracts/temporal/activities.ts';
import { PLACE_ACTIVITY_ID } from '../contracts/temporal/ids.ts';
import { releaseUpdate, setOutcomeUpdate, statusQuery } from '../contracts/temporal/messages.ts';
import { edgeQueue } from '../contracts/temporal/queues.ts';
import type { CallSummary } from '../contracts/temporal/workflow-types.ts';
import type { PlacedCall } from '../contracts/model/placed-call.ts';
import { callWorkflowOptions, type CallToStart } from '../temporal-config/start-call.ts';
import {
  createActivityWorker,
  createWorkflowWorker,
  deferred,
  startTestTemporal,
  whileRunning,
} from '../test/support/temporal.ts';
import { captureHistory } from '../test/support/temporal-histories.ts';
import { answeredCall, testCall } from '../test/support/temporal-calls.ts';

let env: TestWorkflowEnvironment;
beforeAll(async () => {
  env = await startTestTemporal();
});
afterAll(() => env?.teardown());

function callActivities(change: Partial<CallActivities> = {}) {
  const commits: CommitCallInput[] = [];
  const activities: CallActivities = {
    commitCall: async (input) => {
      commits.push(input);
      return { status: input.statusOverride?.status ?? 'message-heard', first: true };
    },
    releaseCall: async () => ({ outcome: 'hanging-up' }),
    ...change,
  };
  return { activities, commits };
}

function start(call: CallToStart): Promise<WorkflowHandle> {
  return env.client.workflow.start('robotCall', callWorkflowOptions(call));
}

/** An edge that holds each call until the test ends it. */
function heldEdge() {
  const { promise: placed, resolve: begun } = deferred<void>();
  const { promise: ended, resolve: end } = deferred<PlacedCall>();
  const activities: EdgeActivities = {
    placeCall: () => {
      begun();
      return ended;
    },
  };
  return { activities, placed, end };
}

async function historyOf(handle: WorkflowHandle) {
  const { events } = await handle.fetchHistory();
  const all = events ?? [];
  return {
    length: all.length,
    tasks: all.filter((event) => event.workflowTaskCompletedEventAttributes).length,
  };
}

describe('robotCall', () => {
  it.each([{}, { maxCachedWorkflows: 0, reuseV8Context: false }])(
    'commits what the edge reports, within 13 events and 2 tasks (%o)',
    async (options) => {
      const call = testCall();
      const { activities, commits } = callActivities();
      const result = answeredCall(call.edge);
      const workers = [
        createWorkflowWorker(env, activities, options),
        createActivityWorker(env, edgeQueue(call.edge), { placeCall: async () => result }),
      ];
      await whileRunning(workers, async () => {
        const handle = await start(call);
        const summary = (await handle.result()) as CallSummary;
        expect(summary).toEqual({
          status: 'message-heard',
          end: result.end,
          talkMs: 20_000,
          recording: 'ready',
        });
        expect(commits).toEqual([{ callId: call.callId, placed: result }]);
        const { length, tasks } = await historyOf(handle);
        expect(length).toBeLessThanOrEqual(13);
        expect(tasks).toBeLessThanOrEqual(2);
        await captureHistory(handle, 'robotCall', 'answered');
      });
    },
  );

  it('says not-placed when no edge takes the call within five seconds', async () => {
    const call = testCall();
    const { activities, commits } = callActivities();
    await whileRunning([createWorkflowWorker(env, activities)], async () => {
      const handle = await start(call);
      const summary = (await handle.result()) as CallSummary;
      expect(summary.end).toEqual({ result: 'platform', reason: 'not-placed' });
      expect(summary.recording).toBe('none');
      expect(commits[0]?.placed.invitedAt).toBeUndefined();
      await captureHistory(handle, 'robotCall', 'not-placed');
    });
  });

  it('blames the platform when the edge fails, and commits it', async () => {
    const call = testCall();
    const { activities, commits } = callActivities();
    const placeCall = vi.fn(() => Promise.reject(ApplicationFailure.create({ type: 'unexpected' })));
    const workers = [
      createWorkflowWorker(env, activities),
      createActivityWorker(env, edgeQueue(call.edge), { placeCall }),
    ];
    await whileRunning(workers, async () => {
      const summary = (await (await start(call)).result()) as CallSummary;
      expect(summary.end).toEqual({ result: 'platform', reason: 'internal-error' });
      expect(commits).toHaveLength(1);
      expect(placeCall).toHaveBeenCalledTimes(1);
    });
  });

  it('falls back to a patient commit, shown as committing, when Postgres is away', async () => {
    const call = testCall();
    let tries = 0;
    const { activities } = callActivities({
      commitCall: async () => {
        tries += 1;
        if (tries <= 8) throw ApplicationFailure.create({ type: 'dependency-unavailable', message: 'away' });
        return { status: 'message-heard', first: true };
      },
    });
    const workers = [
      createWorkflowWorker(env, activities),
      createActivityWorker(env, edgeQueue(call.edge), {
        placeCall: async () => answeredCall(call.edge),
      }),
    ];
    await whileRunning(workers, async () => {
      const handle = await start(call);
      expect(((await handle.result()) as CallSummary).status).toBe('message-heard');
      expect(tries).toBe(9);
      const { typedSearchAttributes } = await handle.describe();
      expect(JSON.stringify(typedSearchAttributes)).toContain('committing');
      await captureHistory(handle, 'robotCall', 'patient-commit');
    });
  });

  it('asks the edge to release the call, and refuses when it is over', async () => {
    const call = testCall();
    const edge = heldEdge();
    const releaseCall = vi.fn(async () => {
      edge.end({ ...answeredCall(call.edge), end: { result: 'platform', reason: 'released' } });
      return { outcome: 'hanging-up' as const };
    });
    const { activities } = callActivities({ releaseCall });
    const workers = [
      createWorkflowWorker(env, activities),
      createActivityWorker(env, edgeQueue(call.edge), edge.activities),
    ];
    await whileRunning(workers, async () => {
      const handle = await start(call);
      await edge.placed;
      expect(await handle.query(statusQuery)).toMatchObject({ callId: call.callId, stage: 'inviting' });
      expect(await handle.executeUpdate(releaseUpdate)).toEqual({ outcome: 'hanging-up' });
      expect(releaseCall).toHaveBeenCalledWith({ callId: call.callId, edge: call.edge });
      expect(((await handle.result()) as CallSummary).end.reason).toBe('released');
      expect(await handle.query(statusQuery)).toMatchObject({ stage: 'committing', status: 'message-heard' });
      await captureHistory(handle, 'robotCall', 'released');
    });
  });

  it('takes a cancellation for a release, and still commits', async () => {
    const call = testCall();
    const edge = heldEdge();
    const { activities, commits } = callActivities({
      releaseCall: async () => {
        edge.end({ ...answeredCall(call.edge), end: { result: 'platform', reason: 'released' } });
        return { outcome: 'hanging-up' };
      },
    });
    const workers = [
      createWorkflowWorker(env, activities),
      createActivityWorker(env, edgeQueue(call.edge), edge.activities),
    ];
    await whileRunning(workers, async () => {
      const handle = await start(call);
      await edge.placed;
      await handle.cancel();
      expect(((await handle.result()) as CallSummary).end.reason).toBe('released');
      // The release's own completion may cross the commit's task, which then runs again: the commit is idempotent.
      expect(new Set(commits.map(({ callId }) => callId))).toEqual(new Set([call.callId]));
    });
  });

  it("commits an operator's outcome instead of the one that follows, and refuses nonsense", async () => {
    const call = testCall();
    const edge = heldEdge();
    const { activities, commits } = callActivities();
    const workers = [
      createWorkflowWorker(env, activities),
      createActivityWorker(env, edgeQueue(call.edge), edge.activities),
    ];
    await whileRunning(workers, async () => {
      const handle = await start(call);
      await edge.placed;
      const update = (status: string, by: string) =>
        handle.executeUpdate(setOutcomeUpdate, { args: [{ status, by }] });
      await expect(update('Nu a răspuns!', 'ana')).rejects.toThrow(WorkflowUpdateFailedError);
      await expect(update('busy', ' ')).rejects.toThrow(WorkflowUpdateFailedError);
      expect(await update('technical-failure', 'ana')).toEqual({ status: 'technical-failure' });
      edge.end(answeredCall(call.edge));
      expect(((await handle.result()) as CallSummary).status).toBe('technical-failure');
      expect(commits[0]?.statusOverride).toEqual({ status: 'technical-failure', by: 'ana' });
      await captureHistory(handle, 'robotCall', 'outcome-set');
    });
  });

  it('is completed by its ids when its edge is dead, also before the edge took it', async () => {
    const call = testCall();
    const { activities } = callActivities();
    await whileRunning([createWorkflowWorker(env, activities)], async () => {
      const handle = await start(call);
      const { workflowId } = handle;
      await vi.waitFor(
        async () => {
          const { raw } = await handle.describe();
          expect(raw.pendingActivities).toHaveLength(1);
        },
        { timeout: 60_000, interval: 50 },
      );
      const lost: PlacedCall = {
        ...answeredCall(call.edge),
        end: { result: 'platform', reason: 'edge-lost' },
      };
      await env.client.activity.complete({ workflowId, activityId: PLACE_ACTIVITY_ID }, lost);
      expect(((await handle.result()) as CallSummary).end.reason).toBe('edge-lost');
    });
  });

  it('is never started twice under one id, even when the first is over', async () => {
    const call = testCall();
    const { activities } = callActivities();
    const workers = [
      createWorkflowWorker(env, activities),
      createActivityWorker(env, edgeQueue(call.edge), {
        placeCall: async () => answeredCall(call.edge),
      }),
    ];
    await whileRunning(workers, async () => {
      await (await start(call)).result();
      await expect(start(call)).rejects.toThrow(/already started/i);
    });
  });

  it('shows operators a summary and attributes without any worker', async () => {
    const call = testCall();
    const handle = await start(call);
    const description = await handle.describe();
    expect(await description.staticSummary()).toBe('Apel campanie Oradea, încercarea 2, prioritar');
    expect(JSON.stringify(description.typedSearchAttributes)).toContain('oradea');
    await handle.terminate();
  });
});
