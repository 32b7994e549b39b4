import { ApplicationFailure } from '@temporalio/common';
import { CancelledFailure, Context } from '@temporalio/activity';
import type { WorkflowHandle } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type {
  CallActivities,
  EdgeNodeActivities,
  EdgeActivities,
  ImportActivities,
  ImportChunkResult,
  WorkdayActivities,
} from '../contracts/temporal/activities.ts';
import { edgeWorkflowId, PLACE_ACTIVITY_ID } from '../contracts/temporal/ids.ts';
import { releaseUpdate, setOutcomeUpdate, statusQuery } from '../contracts/temporal/messages.ts';
import { CALLS_QUEUE, DIAL_QUEUE, edgeHoldQueue, edgeQueue } from '../contracts/temporal/queues.ts';
import type { CallSummary } from '../contracts/temporal/workflow-types.ts';
import { callWorkflowOptions } from '../temporal-config/start-call.ts';
import { bundleChanged } from '../test/support/changed-workflows.ts';
import { answeredCall, testCall } from '../test/support/temporal-calls.ts';
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
const away = () => ApplicationFailure.create({ type: 'dependency-unavailable', message: 'away' });
const eventually = <T>(check: () => Promise<T>) => vi.waitFor(check, { timeout: 60_000, interval: 100 });

let env: TestWorkflowEnvironment;
beforeAll(async () => {
  env = await startTestTemporal();
});
afterAll(() => env?.teardown());

const worker = (activities: object, options = {}): Promise<Worker> =>
  createWorkflowWorker(env, activities, { ...UNCACHED, ...options });

async function taskFailures(handle: WorkflowHandle): Promise<number> {
  const { events } = await handle.fetchHistory();
  return (events ?? []).filter((event) => event.workflowTaskFailedEventAttributes).length;
}

describe('robotCall without a cache', () => {
  it('goes every way that a call can go', async () => {
    const { edge } = testCall();
    const ends = new Map<string, ReturnType<typeof deferred<'hang-up' | 'fail'>>>();
    const endOf = (id: string) => ends.get(id) ?? ends.set(id, deferred<'hang-up' | 'fail'>()).get(id)!;
    const withoutPostgres = new Set<string>();
    const commits = new Map<string, number>();
    const edgeActivities: EdgeActivities = {
      placeCall: async ({ callId }) => {
        if ((await endOf(callId).promise) === 'fail') throw away();
        return answeredCall(edge);
      },
    };
    const calls: CallActivities = {
      commitCall: async ({ callId, statusOverride }) => {
        if (withoutPostgres.has(callId)) throw away();
        commits.set(callId, (commits.get(callId) ?? 0) + 1);
        return { status: statusOverride?.status ?? 'message-heard', first: true };
      },
      releaseCall: async ({ callId }) => {
        endOf(callId).resolve('hang-up');
        return { outcome: 'hanging-up' };
      },
    };
    const start = async (change = {}) => {
      const call = testCall({ edge, ...change });
      const handle = await env.client.workflow.start('robotCall', callWorkflowOptions(call));
      return { callId: call.callId, handle, end: endOf(call.callId).resolve };
    };
    await whileRunning(
      [worker(calls), createActivityWorker(env, edgeQueue(edge), edgeActivities)],
      async () => {
        const [plain, released, cancelled, decided, patient, failed, lost] = await Promise.all(
          Array.from({ length: 7 }, () => start()),
        );
        const nobody = await start({ edge: testCall().edge });
        const settled = await start({ edge: testCall().edge });

        withoutPostgres.add(patient.callId);
        expect(await released.handle.query(statusQuery)).toMatchObject({ stage: 'inviting' });
        const decide = {
          args: [{ status: 'technical-failure', by: 'ana' }] as [{ status: string; by: string }],
        };
        expect(await decided.handle.executeUpdate(setOutcomeUpdate, decide)).toEqual({
          status: 'technical-failure',
        });
        expect(await released.handle.executeUpdate(releaseUpdate)).toEqual({ outcome: 'hanging-up' });
        await cancelled.handle.cancel();
        for (const { handle } of [settled, lost]) {
          await eventually(async () =>
            expect((await handle.describe()).raw.pendingActivities).toHaveLength(1),
          );
          await env.client.activity.complete(
            { workflowId: handle.workflowId, activityId: PLACE_ACTIVITY_ID },
            { ...answeredCall(edge), end: { result: 'platform', reason: 'edge-lost' } },
          );
        }
        for (const call of [plain, decided, patient]) call.end('hang-up');
        failed.end('fail');
        // The quick tries are over, the patient ones have begun.
        await eventually(async () =>
          expect((await patient.handle.describe()).raw.pendingActivities).toMatchObject([
            { activityType: { name: 'commitCall' } },
          ]),
        );
        withoutPostgres.delete(patient.callId);

        const all = { plain, released, cancelled, decided, patient, failed, lost, nobody, settled };
        const seen: Record<string, string> = {};
        for (const [name, call] of Object.entries(all)) {
          const { status, end } = (await call.handle.result()) as CallSummary;
          seen[name] = `${status} ${end.reason}`;
          expect(await taskFailures(call.handle)).toBe(0);
          expect(commits.get(call.callId)).toBeGreaterThanOrEqual(1);
        }
        expect(seen).toEqual({
          plain: 'message-heard hang-up-by-us',
          released: 'message-heard hang-up-by-us',
          cancelled: 'message-heard hang-up-by-us',
          decided: 'technical-failure hang-up-by-us',
          patient: 'message-heard hang-up-by-us',
          failed: 'message-heard internal-error',
          lost: 'message-heard edge-lost',
          nobody: 'message-heard not-placed',
          settled: 'message-heard edge-lost',
        });
        await captureHistory(cancelled.handle, 'robotCall', 'cancelled');
        await captureHistory(failed.handle, 'robotCall', 'edge-failed');
        await captureHistory(lost.handle, 'robotCall', 'edge-lost');
        ends.get(lost.callId)?.resolve('hang-up');
      },
    );
  });
});

describe('workday without a cache', () => {
  it('dials, finds its campaign gone, and stops when it is cancelled', async () => {
    const opensAt = '2026-11-23T07:00:00.000Z';
    const closesAt = '2026-11-23T17:00:00.000Z';
    const day: WorkdayActivities = {
      openInterval: async ({ campaign }) =>
        campaign === 'gone' ? { state: 'campaign-gone' } : { state: 'open', opensAt, closesAt },
      dealOut: async () => ({ agents: 0, contacts: 0 }),
      countInterval: async () => ({ calls: 2, byStatus: { busy: 2 } }),
    };
    let dialing = 0;
    const dial = async ({ campaign }: { campaign: string }) => {
      if (campaign === 'oradea') return { started: 2 };
      dialing += 1;
      const context = Context.current();
      const beat = setInterval(() => context.heartbeat(), 200);
      await context.cancelled.finally(() => clearInterval(beat));
      return { started: 0 };
    };
    const start = (campaign: string) =>
      env.client.workflow.start('workday', {
        workflowId: `uncached-day-${campaign}`,
        taskQueue: CALLS_QUEUE,
        args: [{ campaign }],
      });
    const throttle = { maxHeartbeatThrottleInterval: '200 milliseconds' } as const;
    await whileRunning([worker(day), createActivityWorker(env, DIAL_QUEUE, { dial }, throttle)], async () => {
      const [dialed, gone, stopped] = [await start('oradea'), await start('gone'), await start('stopped')];
      expect(await dialed.result()).toMatchObject({ outcome: 'dialed', calls: 2 });
      expect(await gone.result()).toMatchObject({ outcome: 'campaign-gone', calls: 0 });
      await eventually(async () => expect(dialing).toBe(1));
      await stopped.cancel();
      await expect(stopped.result()).rejects.toMatchObject({ cause: expect.any(CancelledFailure) });
      for (const handle of [dialed, gone, stopped]) expect(await taskFailures(handle)).toBe(0);
      await captureHistory(gone, 'workday', 'campaign-gone');
      await captureHistory(stopped, 'workday', 'cancelled');
    });
  });
});

describe('edgeNode without a cache', () => {
  it('begins new runs after many outages and many passes, ignores a cancellation, and settles what is left', async () => {
    const { edge } = testCall();
    const often = await bundleChanged([
      { file: 'workflows/edge-node.ts', replace: 'const MAX_HOLDS = 1_000;', by: 'const MAX_HOLDS = 2;' },
      {
        file: 'workflows/edge-node.ts',
        replace: 'const MAX_SETTLE_PASSES = 1_000;',
        by: 'const MAX_SETTLE_PASSES = 2;',
      },
      {
        file: 'workflows/edge-node.ts',
        replace: '{ first: 1, most: 15 }',
        by: '{ first: 0.05, most: 0.1 }',
      },
    ]);
    const { promise: cancelled, resolve: cancel } = deferred<void>();
    let holds = 0;
    let passes = 0;
    const node: EdgeNodeActivities = {
      probeEdge: async () => holds < 5,
      takeEpoch: async () => {},
      settleEpoch: async () => ({ settled: 1, remaining: (passes += 1) < 5 ? 1 : 0 }),
    };
    const holdEdge = async () => {
      holds += 1;
      if (holds === 5) await cancelled;
      throw away();
    };
    await whileRunning(
      [worker(node, { workflowBundle: often }), createActivityWorker(env, edgeHoldQueue(edge), { holdEdge })],
      async () => {
        const handle = await env.client.workflow.start('edgeNode', {
          workflowId: edgeWorkflowId(edge),
          taskQueue: CALLS_QUEUE,
          args: [edge],
        });
        await eventually(async () => expect(holds).toBe(5));
        await env.client.workflow.getHandle(handle.workflowId).cancel();
        cancel();
        expect(await env.client.workflow.getHandle(handle.workflowId).result()).toMatchObject({
          outcome: 'lost',
        });
        expect({ holds, passes }).toEqual({ holds: 7, passes: 5 });
        expect(await taskFailures(env.client.workflow.getHandle(handle.workflowId))).toBe(0);
      },
    );
  });
});

describe('importList and undoImport without a cache', () => {
  it('import, stop for a signal and for a cancellation, fail, and are undone', async () => {
    const counts = { rows: 1, accepted: 1, duplicate: 0, invalid: 0, suppressed: 0 };
    const chunks = new Map<string, number>();
    const imports: ImportActivities = {
      openImport: async ({ workflowId }) => {
        if (workflowId === 'import:bad') throw ApplicationFailure.nonRetryable('fișier', 'file-unusable');
        return { state: 'opened', importId: workflowId, bytesTotal: 10 };
      },
      importChunk: async ({ importId }): Promise<ImportChunkResult> => {
        const n = (chunks.get(importId) ?? 0) + 1;
        chunks.set(importId, n);
        if (importId !== 'import:whole') {
          const context = Context.current();
          const beat = setInterval(() => context.heartbeat(), 100);
          await context.cancelled.finally(() => clearInterval(beat));
        }
        return { ...counts, done: n === 3, bytesRead: n, bytesTotal: 10 };
      },
      finishImport: async ({ importId, cancelled }) =>
        ({ ...counts, importId, outcome: cancelled ? 'cancelled' : 'imported', list: 'x' }) as never,
      undoImportContacts: async () => ({ withdrawn: 2, kept: 1 }),
    };
    const start = (workflowId: string) =>
      env.client.workflow.start('importList', {
        workflowId,
        taskQueue: CALLS_QUEUE,
        args: [{ file: 'x.csv' }],
      });
    const throttle = { maxHeartbeatThrottleInterval: '100 milliseconds' } as const;
    await whileRunning([worker(imports, throttle)], async () => {
      const [whole, signalled, cancelled, bad] = await Promise.all(
        ['import:whole', 'import:signalled', 'import:cancelled', 'import:bad'].map(start),
      );
      await eventually(async () => expect(chunks.size).toBe(3));
      await signalled.signal('cancelImport');
      await cancelled.cancel();
      expect(await whole.result()).toMatchObject({ outcome: 'imported' });
      expect(await signalled.result()).toMatchObject({ outcome: 'cancelled' });
      expect(await cancelled.result()).toMatchObject({ outcome: 'cancelled' });
      await expect(bad.result()).rejects.toThrow();
      expect(await whole.query('progress')).toMatchObject({ stage: 'done' });
      const undo = await env.client.workflow.start('undoImport', {
        workflowId: 'undo:whole',
        taskQueue: CALLS_QUEUE,
        args: [{ importId: 'import:whole' }],
      });
      expect(await undo.result()).toEqual({ withdrawn: 2, kept: 1 });
      for (const handle of [whole, signalled, cancelled, bad, undo])
        expect(await taskFailures(handle)).toBe(0);
      await captureHistory(cancelled, 'importList', 'cancel-command');
      await captureHistory(bad, 'importList', 'file-unusable');
    });
  });
});
