import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { EdgeNodeActivities, HoldActivities } from '../contracts/temporal/activities.ts';
import { edgeWorkflowId } from '../contracts/temporal/ids.ts';
import { CALLS_QUEUE, edgeHoldQueue } from '../contracts/temporal/queues.ts';
import type { EdgeNodeResult } from '../contracts/temporal/workflow-types.ts';
import type { EdgeRef } from '../contracts/model/call.ts';
import { captureHistory } from '../test/support/temporal-histories.ts';
import {
  createActivityWorker,
  createWorkflowWorker,
  deferred,
  startTestTemporal,
  whileRunning,
} from '../test/support/temporal.ts';

let env: TestWorkflowEnvironment;
let epoch = 0;
beforeAll(async () => {
  env = await startTestTemporal();
});
afterAll(() => env?.teardown());

function nodeActivities(change: Partial<EdgeNodeActivities> = {}) {
  return {
    probeEdge: vi.fn<EdgeNodeActivities['probeEdge']>(async () => false),
    takeEpoch: vi.fn<EdgeNodeActivities['takeEpoch']>(async () => {}),
    settleEpoch: vi.fn<EdgeNodeActivities['settleEpoch']>(async () => ({ settled: 0, remaining: 0 })),
    ...change,
  };
}

/** Runs `edgeNode` to its end. */
async function run(activities: EdgeNodeActivities, holdEdge: HoldActivities['holdEdge'], scenario: string) {
  const edge: EdgeRef = { node: 'edge-1', epoch: (epoch += 1) };
  const workers = [
    createWorkflowWorker(env, activities),
    createActivityWorker(env, edgeHoldQueue(edge), { holdEdge }),
  ];
  return whileRunning(workers, async () => {
    const handle = await env.client.workflow.start('edgeNode', {
      workflowId: edgeWorkflowId(edge),
      taskQueue: CALLS_QUEUE,
      args: [edge],
    });
    const result = (await handle.result()) as EdgeNodeResult;
    await captureHistory(handle, 'edgeNode', scenario);
    return { edge, result };
  });
}

const away = () => ApplicationFailure.create({ type: 'dependency-unavailable', message: 'gone' });

describe('edgeNode', () => {
  it('ends when the edge leaves, and closes its epoch', async () => {
    const activities = nodeActivities();
    const { edge, result } = await run(activities, async () => {}, 'left');
    expect(result).toEqual({ outcome: 'left', settled: 0 });
    expect(activities.probeEdge).not.toHaveBeenCalled();
    expect(activities.takeEpoch).toHaveBeenCalledWith(edge);
  });

  it('holds again when a lost heartbeat was not the death of the edge', async () => {
    let holds = 0;
    const activities = nodeActivities({ probeEdge: vi.fn(async () => true) });
    const { result } = await run(
      activities,
      async () => {
        holds += 1;
        if (holds < 4) throw away();
      },
      'held-again',
    );
    expect(holds).toBe(4);
    expect(activities.probeEdge).toHaveBeenCalledTimes(3);
    expect(result.outcome).toBe('left');
  });

  it('notices within three seconds that heartbeats stopped, takes the epoch, then settles until nothing remains', async () => {
    const order: string[] = [];
    let remaining = 3;
    const activities = nodeActivities({
      takeEpoch: async () => void order.push('take'),
      settleEpoch: async () => {
        order.push('settle');
        remaining -= 2;
        return { settled: 2, remaining: Math.max(0, remaining) };
      },
    });
    const { promise: forever, resolve: release } = deferred<void>();
    const startedAt = Date.now();
    let lostAt = 0;
    activities.probeEdge = vi.fn(async () => {
      lostAt = Date.now();
      release();
      return false;
    });
    const { result } = await run(activities, () => forever, 'lost');
    expect(lostAt - startedAt).toBeLessThan(6_000);
    expect(order).toEqual(['take', 'settle', 'settle']);
    expect(result).toEqual({ outcome: 'lost', settled: 4 });
  });

  it('never takes the epoch of an edge that it could not ask', async () => {
    let holds = 0;
    const activities = nodeActivities({ probeEdge: vi.fn(() => Promise.reject(away())) });
    const { result } = await run(
      activities,
      async () => {
        holds += 1;
        if (holds === 1) throw away();
      },
      'probe-failed',
    );
    expect(holds).toBe(2);
    expect(result.outcome).toBe('left');
  });
});
