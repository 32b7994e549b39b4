import { ApplicationFailure } from '@temporalio/common';
import type { WorkflowHandle } from '@temporalio/client';
import { Context } from '@temporalio/activity';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { DeterminismViolationError } from '@temporalio/workflow';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { CallActivities, EdgeActivities, WorkdayActivities } from '../contracts/temporal/activities.ts';
import { edgeWorkflowId } from '../contracts/temporal/ids.ts';
import { CALLS_QUEUE, DIAL_QUEUE, edgeHoldQueue, edgeQueue } from '../contracts/temporal/queues.ts';
import type { CallSummary, EdgeNodeResult, WorkdayResult } from '../contracts/temporal/workflow-types.ts';
import { createDataConverter } from '../temporal-config/data-converter.ts';
import { callWorkflowOptions } from '../temporal-config/start-call.ts';
import { deploymentOptions } from '../temporal-config/worker-options.ts';
import { BROKEN_CALL, bundleChanged, PATCHED_CALL } from '../test/support/changed-workflows.ts';
import { answeredCall, testCall } from '../test/support/temporal-calls.ts';
import { decodeHistory, readHistories } from '../test/support/temporal-histories.ts';
import {
  createActivityWorker,
  createWorkflowWorker,
  deferred,
  startTestTemporal,
  testBundle,
  testKeys,
  whileRunning,
} from '../test/support/temporal.ts';

type Bundle = { code: string };
let env: TestWorkflowEnvironment;
let bundles: Record<'today' | 'patched' | 'broken', Bundle>;
beforeAll(async () => {
  env = await startTestTemporal([
    // A version counts as drained by visibility, after three minutes by default.
    'matching.wv.VersionDrainageStatusVisibilityGracePeriod="1s"',
    'matching.wv.VersionDrainageStatusRefreshInterval="1s"',
    // A task that the broken release failed often on a slow machine would wait for minutes, up to ten by default.
    'history.workflowTaskRetryMaxInterval="1s"',
  ]);
  const today = await testBundle();
  bundles = { today, patched: await bundleChanged(PATCHED_CALL), broken: await bundleChanged(BROKEN_CALL) };
});
afterAll(() => env?.teardown());

const eventually = <T>(check: () => Promise<T>) => vi.waitFor(check, { timeout: 60_000, interval: 100 });
const stateOf = async (handle: WorkflowHandle) => (await handle.describe()).status.name;

/** A commit is tried again when its workflow task took too long, and changes nothing the second time: a busy machine is no verdict. */
const committed = ({ commits }: { commits: Map<string, number> }): string[] => [...commits.keys()].toSorted();

/** Everything of a site but the workflow worker; each call, day and edge goes on until the test lets it end. */
function site() {
  const edge = testCall().edge;
  const placed = new Map<string, number>();
  const commits = new Map<string, number>();
  const ends = new Map<string, ReturnType<typeof deferred<void>>>();
  const endOf = (id: string) => ends.get(id) ?? ends.set(id, deferred<void>()).get(id)!;
  const count = (map: Map<string, number>, id: string) => map.set(id, (map.get(id) ?? 0) + 1);
  const away = new Set<string>();
  let probes = 0;
  let hold = deferred<void | Error>();
  const edgeActivities: EdgeActivities = {
    placeCall: async ({ callId }) => {
      count(placed, callId);
      await endOf(callId).promise;
      return answeredCall(edge);
    },
  };
  const calls: Partial<CallActivities> & WorkdayActivities = {
    commitCall: async ({ callId }) => {
      if (away.has(callId))
        throw ApplicationFailure.create({ type: 'dependency-unavailable', message: 'away' });
      count(commits, callId);
      return { status: 'message-heard', first: true };
    },
    openInterval: async () => ({
      state: 'open',
      opensAt: '2026-11-23T07:00:00Z',
      closesAt: '2026-11-23T17:00:00Z',
    }),
    countInterval: async () => ({ calls: 1, byStatus: { 'message-heard': 1 } }),
  };
  const node = {
    probeEdge: async () => (probes += 1) > 0,
    takeEpoch: async () => {},
    settleEpoch: async () => ({ settled: 0, remaining: 0 }),
  };
  const beating = async <T>(wait: Promise<T>): Promise<T> => {
    const context = Context.current();
    const beat = setInterval(() => context.heartbeat(), 200);
    return wait.finally(() => clearInterval(beat));
  };
  const dial = async () => {
    await beating(endOf('day').promise);
    return { started: 1 };
  };
  const holdEdge = async () => {
    const error = await beating(hold.promise);
    if (error instanceof Error) throw error;
  };
  const throttle = { maxHeartbeatThrottleInterval: '200 milliseconds' } as const;
  return {
    edge,
    placed,
    commits,
    away,
    probes: () => probes,
    end: (id: string) => endOf(id).resolve(),
    /** The edge's heartbeat fails, or the edge leaves. */
    endHold: (how: 'lost' | 'left') => {
      const was = hold;
      if (how === 'lost') hold = deferred<void | Error>();
      was.resolve(how === 'lost' ? ApplicationFailure.create({ type: 'dependency-unavailable' }) : undefined);
    },
    /** Workers of edge and dial loop: they outlive every change of the workflow worker. */
    others: () => [
      createActivityWorker(env, edgeQueue(edge), edgeActivities),
      createActivityWorker(env, DIAL_QUEUE, { dial }, throttle),
      createActivityWorker(env, edgeHoldQueue(edge), { holdEdge }, throttle),
    ],
    /** Runs `work` beside a worker with these workflows, which is gone when it resolves. */
    release: <T>(workflowBundle: Bundle, work: () => Promise<T>, options = {}) =>
      whileRunning([createWorkflowWorker(env, { ...calls, ...node }, { workflowBundle, ...options })], work),
    startCall: async () => {
      const call = testCall({ edge });
      const handle = await env.client.workflow.start('robotCall', callWorkflowOptions(call));
      return { callId: call.callId, handle };
    },
    startDay: (workflowId: string) =>
      env.client.workflow.start('workday', {
        workflowId,
        taskQueue: CALLS_QUEUE,
        args: [{ campaign: 'oradea' }],
      }),
    startNode: () =>
      env.client.workflow.start('edgeNode', {
        workflowId: edgeWorkflowId(edge),
        taskQueue: CALLS_QUEUE,
        args: [edge],
      }),
    isPlaced: (callId: string) => eventually(async () => expect(placed.get(callId)).toBe(1)),
  };
}

describe('an upgrade in the middle of calls', () => {
  it('is taken over by a patched release, survives a broken one, and a roll-back; each call once', async () => {
    const world = site();
    await whileRunning(world.others(), async () => {
      const { first, second, third, day, node } = await world.release(bundles.today, async () => {
        const started = {
          first: await world.startCall(),
          second: await world.startCall(),
          third: await world.startCall(),
          day: await world.startDay('day-upgrade'),
          node: await world.startNode(),
        };
        for (const { callId } of [started.first, started.second, started.third]) await world.isPlaced(callId);
        // The third waits for its commit.
        world.away.add(started.third.callId);
        world.end(started.third.callId);
        await eventually(async () => {
          const { typedSearchAttributes } = await started.third.handle.describe();
          expect(JSON.stringify(typedSearchAttributes)).toContain('committing');
        });
        return started;
      });

      const fourth = await world.release(bundles.patched, async () => {
        world.end(first.callId);
        expect(((await first.handle.result()) as CallSummary).status).toBe('message-heard');
        const { events } = await first.handle.fetchHistory();
        expect(events?.some((event) => event.timerFiredEventAttributes)).toBe(true);
        const more = await world.startCall();
        await world.isPlaced(more.callId);
        world.endHold('lost');
        await eventually(async () => expect(world.probes()).toBe(1));
        return more;
      });

      await world.release(bundles.broken, async () => {
        world.end(second.callId);
        await eventually(async () => {
          const { events } = await second.handle.fetchHistory();
          const failed = events?.find((event) => event.workflowTaskFailedEventAttributes);
          expect(failed?.workflowTaskFailedEventAttributes?.failure?.message).toMatch(/TMPRL1100/);
        });
        // The task failed, not the call.
        expect(await stateOf(second.handle)).toBe('RUNNING');
      });

      await world.release(bundles.today, async () => {
        world.away.clear();
        world.end(fourth.callId);
        world.end('day');
        world.endHold('left');
        for (const { handle } of [second, third, fourth]) {
          expect(((await handle.result()) as CallSummary).end.result).toBe('success');
        }
        expect(((await day.result()) as WorkdayResult).outcome).toBe('dialed');
        expect(((await node.result()) as EdgeNodeResult).outcome).toBe('left');
      });
      const calls = [first, second, third, fourth].map(({ callId }) => [callId, 1]);
      expect(world.placed).toEqual(new Map(calls as [string, number][]));
      expect(committed(world)).toEqual([...world.placed.keys()].toSorted());
    });
  });

  it('is refused by the replay when it changes what calls in progress do, and not when it is patched', async () => {
    const kept = (await readHistories()).find(({ name }) => name === 'robotCall/answered');
    const replay = (workflowBundle: Bundle) =>
      Worker.runReplayHistory(
        { workflowBundle, dataConverter: createDataConverter(testKeys) },
        decodeHistory(kept?.history),
        'robotCall',
      );
    await replay(bundles.patched);
    await expect(replay(bundles.broken)).rejects.toThrow(DeterminismViolationError);
  });
});

describe('a worker deployment', () => {
  const DEPLOYMENT = 'apel';
  const version = (buildId: string) => deploymentOptions({ deployment: DEPLOYMENT, buildId });
  const setCurrent = (buildId: string) =>
    eventually(() =>
      env.client.workflowService.setWorkerDeploymentCurrentVersion({
        namespace: env.namespace ?? 'default',
        deploymentName: DEPLOYMENT,
        buildId,
        identity: 'test',
      }),
    );
  async function versionOf(handle: WorkflowHandle) {
    const info = (await handle.describe()).raw.workflowExecutionInfo?.versioningInfo;
    return { behavior: info?.behavior, buildId: info?.deploymentVersion?.buildId };
  }
  const PINNED = 1;
  const AUTO_UPGRADE = 2;

  it('keeps calls and days on the version they began on, moves edges, drains, and rolls back', async () => {
    const world = site();
    await whileRunning(world.others(), async () => {
      // The other release would break every call that it was given half way.
      await world.release(
        bundles.today,
        async () => {
          await setCurrent('a');
          const old = await world.startCall();
          await world.isPlaced(old.callId);
          const day = await world.startDay('day-deployment');
          const node = await world.startNode();
          await eventually(async () => {
            expect(await versionOf(old.handle)).toEqual({ behavior: PINNED, buildId: 'a' });
            expect(await versionOf(day)).toEqual({ behavior: PINNED, buildId: 'a' });
            expect(await versionOf(node)).toEqual({ behavior: AUTO_UPGRADE, buildId: 'a' });
          });

          await world.release(
            bundles.broken,
            async () => {
              await setCurrent('b');
              const young = await world.startCall();
              await world.isPlaced(young.callId);
              expect(await versionOf(young.handle)).toEqual({ behavior: PINNED, buildId: 'b' });
              world.endHold('lost');
              await eventually(async () =>
                expect(await versionOf(node)).toEqual({ behavior: AUTO_UPGRADE, buildId: 'b' }),
              );
              world.end(old.callId);
              expect(((await old.handle.result()) as CallSummary).status).toBe('message-heard');
              expect(await versionOf(old.handle)).toMatchObject({ buildId: 'a' });
              world.end('day');
              expect(((await day.result()) as WorkdayResult).outcome).toBe('dialed');

              // Rolled back: the calls of the other release still end there.
              await setCurrent('a');
              const next = await world.startCall();
              await world.isPlaced(next.callId);
              expect(await versionOf(next.handle)).toEqual({ behavior: PINNED, buildId: 'a' });
              await expect.poll(() => drainage('b'), { timeout: 60_000 }).toBe('draining');
              world.end(young.callId);
              world.end(next.callId);
              world.endHold('left');
              for (const { handle } of [young, next]) await handle.result();
              await node.result();
              await expect.poll(() => drainage('b'), { timeout: 60_000 }).toBe('drained');
              for (const handle of [old.handle, young.handle, next.handle, day, node]) {
                const { events } = await handle.fetchHistory();
                expect(events?.filter((event) => event.workflowTaskFailedEventAttributes)).toEqual([]);
              }
            },
            version('b'),
          );
        },
        version('a'),
      );
      expect([...world.placed.values()]).toEqual([1, 1, 1]);
      expect(committed(world)).toEqual([...world.placed.keys()].toSorted());
    });
  });

  async function drainage(buildId: string): Promise<string | undefined> {
    const { workerDeploymentVersionInfo } = await env.client.workflowService.describeWorkerDeploymentVersion({
      namespace: env.namespace ?? 'default',
      deploymentVersion: { deploymentName: DEPLOYMENT, buildId },
    });
    return [undefined, 'draining', 'drained'][workerDeploymentVersionInfo?.drainageInfo?.status ?? 0];
  }
});
