import { ApplicationFailure } from '@temporalio/common';
import { WorkflowUpdateFailedError, type WorkflowHandle } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { CallActivities, CommitCallInput, EdgeActivities } from '../contracts/temporal/activities.ts';
import {
  extendWrapUpSignal,
  releaseUpdate,
  setOutcomeUpdate,
  statusQuery,
  wrapUpSignal,
} from '../contracts/temporal/messages.ts';
import { edgeQueue } from '../contracts/temporal/queues.ts';
import type { CallSummary } from '../contracts/temporal/workflow-types.ts';
import type { PlacedCall } from '../contracts/model/placed-call.ts';
import { agentCallWorkflowOptions, type AgentCallToStart } from '../temporal-config/start-call.ts';
import { busyCall, talkedCall, testAgentCall, toldBy, wrapUp } from '../test/support/agent-call-workflow.ts';
import { captureHistory } from '../test/support/temporal-histories.ts';
import {
  createActivityWorker,
  createWorkflowWorker,
  deferred,
  startTestTemporal,
  whileRunning,
} from '../test/support/temporal.ts';

/** Each workflow task replays its whole history: what a busy worker, or the next one, does. */
const UNCACHED = { maxCachedWorkflows: 0, reuseV8Context: false } as const;
/**
 * The queue of a worker as in production. A local activity that is tried again and again belongs there: the SDK's core panics
 * now and then when its workflow is evicted meanwhile.
 */
const CACHED = 'cached-calls';
const EDGE = { node: 'edge-test', epoch: 4_711 };

let env: TestWorkflowEnvironment;
let stop: () => void;
let workers: Promise<unknown>;
const runs = new Map<string, Plan>();
beforeAll(async () => {
  env = await startTestTemporal();
  const { promise: stopped, resolve } = deferred<void>();
  stop = resolve;
  // The same for all: every test asks for its own call, so they may run side by side.
  const making = [
    createWorkflowWorker(env, callActivities, UNCACHED),
    createWorkflowWorker(env, callActivities, { taskQueue: CACHED }),
    createActivityWorker(env, edgeQueue(EDGE), edgeActivities),
  ];
  await Promise.all(making);
  workers = whileRunning(making, () => stopped);
});
afterAll(async () => {
  stop?.();
  await workers;
  await env?.teardown();
});

const away = () => ApplicationFailure.create({ type: 'dependency-unavailable', message: 'away' });
const eventually = <T>(check: () => T | Promise<T>) => vi.waitFor(check, { timeout: 60_000, interval: 50 });

interface Run {
  call: AgentCallToStart;
  handle: WorkflowHandle;
  end: (placed: PlacedCall) => void;
  commits: CommitCallInput[];
}

interface RunOptions {
  queue?: string;
  call?: AgentCallToStart;
  commitCall?: (tries: number) => Promise<void>;
  releaseCall?: (run: { end: Run['end']; call: AgentCallToStart }) => void;
}

interface Plan extends RunOptions, Omit<Run, 'handle' | 'call'> {
  call: AgentCallToStart;
  begun: () => void;
  ended: Promise<PlacedCall>;
}

function planOf(callId: string): Plan {
  const plan = runs.get(callId);
  if (!plan) throw new Error(`no test runs ${callId}`);
  return plan;
}

const callActivities: CallActivities = {
  commitCall: async (input) => {
    const plan = planOf(input.callId);
    plan.commits.push(input);
    await plan.commitCall?.(plan.commits.length);
    const status = input.statusOverride?.status ?? input.wrapUp?.meta.outcome ?? 'no-outcome';
    return { status, first: true };
  },
  releaseCall: async ({ callId }) => {
    const plan = planOf(callId);
    plan.releaseCall?.(plan);
    return { outcome: 'hanging-up' };
  },
};
const edgeActivities: EdgeActivities = {
  placeCall: ({ callId }) => {
    const plan = planOf(callId);
    plan.begun();
    return plan.ended;
  },
};

/** One call, whose edge holds it until the test ends it. */
async function running(options: RunOptions, test: (run: Run) => Promise<void>): Promise<void> {
  const call = { ...(options.call ?? testAgentCall()), edge: EDGE };
  const { promise: placed, resolve: begun } = deferred<void>();
  const { promise: ended, resolve: end } = deferred<PlacedCall>();
  const commits: CommitCallInput[] = [];
  runs.set(call.callId, { ...options, call, begun, ended, end, commits });
  const handle = await env.client.workflow.start('outboundCall', {
    ...agentCallWorkflowOptions(call),
    ...(options.queue !== undefined && { taskQueue: options.queue }),
  });
  await placed;
  await test({ call, handle, end, commits });
}

const resultOf = async (handle: WorkflowHandle) => (await handle.result()) as CallSummary;
const stageOf = async (handle: WorkflowHandle) => (await handle.query(statusQuery)).stage;
const waits = (handle: WorkflowHandle) =>
  eventually(async () => expect(await stageOf(handle)).toBe('wrap-up'));

/** Events and actions by the public rule: start, activity, marker, upsert, signal, timer. */
async function sizeOf(handle: WorkflowHandle) {
  const { events } = await handle.fetchHistory();
  const all = events ?? [];
  const actions = all.filter(
    (event) =>
      event.workflowExecutionStartedEventAttributes ??
      event.activityTaskScheduledEventAttributes ??
      event.markerRecordedEventAttributes ??
      event.upsertWorkflowSearchAttributesEventAttributes ??
      event.workflowExecutionSignaledEventAttributes ??
      event.timerStartedEventAttributes,
  );
  return { events: all.length, actions: actions.length };
}

/** A task that the server refuses (a signal crossed it) runs again, and its commit with it: what counts is what each said. */
describe.concurrent('outboundCall', () => {
  it('commits at the end what was saved while they talked: no upsert, no timer', () =>
    running({}, async ({ call, handle, end, commits }) => {
      await handle.signal(wrapUpSignal, ...wrapUp(1));
      await handle.signal(wrapUpSignal, ...wrapUp(1, 'interested'));
      end(talkedCall(call));
      expect(await resultOf(handle)).toMatchObject({ status: 'success', talkMs: 20_000 });
      expect(new Set(commits.map(toldBy))).toEqual(new Set(['saved success']));
      expect(commits[0]?.wrapUp?.details.value.answers).toEqual({ locality: 'Oradea' });
      // One signal more than a desk sends.
      const { events, actions } = await sizeOf(handle);
      expect(actions - 1).toBe(4);
      console.info(`saved while talking, plus one signal: ${events} events, ${actions} actions`);
      await captureHistory(handle, 'outboundCall', 'saved-in-call');
    }));

  it('waits for what is saved after it, visibly, within six actions', () =>
    running({ call: testAgentCall({ atEnd: 'save' }) }, async ({ call, handle, end, commits }) => {
      end(talkedCall(call));
      await waits(handle);
      expect(commits).toEqual([]);
      // Told by the task that the query may have come before.
      const shown = async () => JSON.stringify((await handle.describe()).typedSearchAttributes);
      await expect.poll(shown, { timeout: 60_000 }).toMatch(/wrap-up/);
      await handle.signal(wrapUpSignal, ...wrapUp(2));
      expect((await resultOf(handle)).status).toBe('success');
      const [commit] = commits;
      expect(Date.parse(commit.wrapUpTo!)).toBeGreaterThanOrEqual(Date.parse(commit.wrapUpFrom!));
      const { events, actions } = await sizeOf(handle);
      expect(actions).toBeLessThanOrEqual(6);
      console.info(`answered, saved afterwards: ${events} events, ${actions} actions`);
      await captureHistory(handle, 'outboundCall', 'saved-after');
    }));

  it('commits no-outcome when the time is over, where the campaign says so', () =>
    running(
      { call: testAgentCall({ atEnd: 'save', seconds: 1 }) },
      async ({ call, handle, end, commits }) => {
        end(talkedCall(call));
        expect((await resultOf(handle)).status).toBe('no-outcome');
        expect(new Set(commits.map(toldBy))).toEqual(new Set(['over']));
        await captureHistory(handle, 'outboundCall', 'time-over');
      },
    ));

  it('gives more time, once, from the same beginning', () =>
    running(
      { call: testAgentCall({ atEnd: 'save', seconds: 2, extendSeconds: 3 }) },
      async ({ call, handle, end, commits }) => {
        end(talkedCall(call));
        await waits(handle);
        await handle.signal(extendWrapUpSignal);
        await handle.signal(extendWrapUpSignal);
        expect((await resultOf(handle)).status).toBe('no-outcome');
        const [commit] = commits;
        const tookMs = Date.parse(commit.wrapUpTo!) - Date.parse(commit.wrapUpFrom!);
        expect(tookMs).toBeGreaterThanOrEqual(4_900);
        await captureHistory(handle, 'outboundCall', 'extended');
      },
    ));

  it('commits what the carrier said when nobody corrects it', () =>
    running({ call: testAgentCall({ confirmSeconds: 1 }) }, async ({ call, handle, end, commits }) => {
      end(busyCall(call));
      await resultOf(handle);
      expect(new Set(commits.map(toldBy))).toEqual(new Set(['over']));
      await captureHistory(handle, 'outboundCall', 'confirmed');
    }));

  it('asks nobody about a call that never left', () =>
    running({}, async ({ call, handle, end, commits }) => {
      const { invitedAt: _, ...placed } = busyCall(call);
      end({ ...placed, end: { result: 'platform', reason: 'desk-unreachable' } });
      expect((await resultOf(handle)).end.reason).toBe('desk-unreachable');
      expect(new Set(commits.map(toldBy))).toEqual(new Set(['over']));
      expect((await sizeOf(handle)).actions).toBe(3);
      await captureHistory(handle, 'outboundCall', 'not-placed');
    }));

  it('lets an operator decide for an agent who is gone', () =>
    running({}, async ({ call, handle, end, commits }) => {
      end(talkedCall(call));
      await waits(handle);
      expect((await handle.query(statusQuery)).hint).toMatch(/așteaptă ca agentul/);
      const release = handle.executeUpdate(releaseUpdate);
      await expect(release).rejects.toBeInstanceOf(WorkflowUpdateFailedError);
      const outcome = { status: 'no-outcome', by: 'ana' };
      expect(await handle.executeUpdate(setOutcomeUpdate, { args: [outcome] })).toEqual({
        status: 'no-outcome',
      });
      await resultOf(handle);
      expect(new Set(commits.map(toldBy))).toEqual(new Set(['operator no-outcome, over']));
      await captureHistory(handle, 'outboundCall', 'outcome-set');
    }));

  it('is released by an operator, and by a cancellation, and waits for its wrap-up all the same', () =>
    running(
      {
        releaseCall: ({ end, call }) =>
          end({ ...talkedCall(call), end: { result: 'platform', reason: 'released' } }),
      },
      async ({ handle, commits }) => {
        expect(await stageOf(handle)).toBe('inviting');
        expect(await handle.executeUpdate(releaseUpdate)).toEqual({ outcome: 'hanging-up' });
        await waits(handle);
        await handle.cancel();
        await handle.signal(wrapUpSignal, ...wrapUp(3));
        expect((await resultOf(handle)).end.reason).toBe('released');
        // The release that the cancellation asked for may cross the commit's task, which then runs again.
        expect(new Set(commits.map(toldBy))).toEqual(new Set(['saved success']));
        await captureHistory(handle, 'outboundCall', 'released');
      },
    ));

  it('ignores a wrap-up that is none', () =>
    running({}, async ({ call, handle, end }) => {
      await handle.signal('wrapUp', { id: 7 }, 'nonsense');
      await handle.signal('wrapUp');
      end(talkedCall(call));
      await waits(handle);
      await handle.signal(wrapUpSignal, ...wrapUp(4));
      expect((await resultOf(handle)).status).toBe('success');
    }));

  it(
    'waits for Postgres, shown as committing',
    () =>
      running(
        {
          queue: CACHED,
          commitCall: async (tries) => {
            if (tries <= 8) throw away();
          },
        },
        async ({ call, handle, end, commits }) => {
          await handle.signal(wrapUpSignal, ...wrapUp(5));
          end(talkedCall(call));
          expect((await resultOf(handle)).status).toBe('success');
          expect(commits.length).toBeGreaterThanOrEqual(9);
          const { typedSearchAttributes } = await handle.describe();
          expect(JSON.stringify(typedSearchAttributes)).toContain('committing');
          await captureHistory(handle, 'outboundCall', 'patient-commit');
        },
      ),
    30_000,
  );

  it('what is saved while Postgres is away, after the time was over, is what is committed', () => {
    let isAway = true;
    return running(
      {
        queue: CACHED,
        call: testAgentCall({ atEnd: 'save', seconds: 1 }),
        commitCall: async () => {
          if (isAway) throw away();
        },
      },
      async ({ call, handle, end, commits }) => {
        end(talkedCall(call));
        // The quick way has failed seven times.
        await eventually(() => expect(commits.length).toBeGreaterThan(7));
        await handle.signal(wrapUpSignal, ...wrapUp(6));
        await eventually(() => expect(commits.at(-1) && toldBy(commits.at(-1)!)).toBe('saved success'));
        isAway = false;
        expect((await resultOf(handle)).status).toBe('success');
        expect(toldBy(commits[0])).toBe('over');
        await captureHistory(handle, 'outboundCall', 'saved-while-away');
      },
    );
  });
});
