import type { WorkflowHandle } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { CommitCallInput, EdgeNodeActivities } from '../contracts/temporal/activities.ts';
import { statusQuery, wrapUpSignal } from '../contracts/temporal/messages.ts';
import { ApplicationFailure } from '@temporalio/common';
import { CALLS_QUEUE, edgeHoldQueue, edgeQueue } from '../contracts/temporal/queues.ts';
import type { CallSummary, EdgeNodeResult } from '../contracts/temporal/workflow-types.ts';
import { agentCallWorkflowOptions, callWorkflowOptions } from '../temporal-config/start-call.ts';
import { busyCall, talkedCall, testAgentCall, toldBy, wrapUp } from '../test/support/agent-call-workflow.ts';
import { answeredCall, testCall } from '../test/support/temporal-calls.ts';
import { findTestServer, startTimeSkipping } from '../test/support/temporal-test-server.ts';
import { createActivityWorker, createWorkflowWorker, whileRunning } from '../test/support/temporal.ts';

const server = await findTestServer();
if ('missing' in server) console.warn(`time-skipping tests are not run: ${server.missing}`);

describe.skipIf('missing' in server)('over hours', () => {
  let env: TestWorkflowEnvironment;
  beforeAll(async () => {
    if ('path' in server) env = await startTimeSkipping(server);
  });
  afterAll(() => env?.teardown());

  it('commits a call although Postgres was away for hours', async () => {
    const call = testCall();
    let tries = 0;
    const commitCall = async () => {
      tries += 1;
      if (tries < 600) throw ApplicationFailure.create({ type: 'dependency-unavailable', message: 'away' });
      return { status: 'message-heard', first: true };
    };
    const workers = [
      createWorkflowWorker(env, { commitCall }),
      createActivityWorker(env, edgeQueue(call.edge), { placeCall: async () => answeredCall(call.edge) }),
    ];
    await whileRunning(workers, async () => {
      const handle = await env.client.workflow.start('robotCall', callWorkflowOptions(call));
      expect(((await handle.result()) as CallSummary).status).toBe('message-heard');
      expect(await lastedMs(handle)).toBeGreaterThan(2 * 3_600_000);
    });
  });

  it.each([
    [
      'an answered call that keeps, until the agent saves',
      { atEnd: 'keep' as const },
      talkedCall,
      'saved success',
      3_600,
    ],
    ['an answered call until its time is over', { atEnd: 'save' as const }, talkedCall, 'over', 120],
    ['a call that nobody answered for as long as it takes to correct it', {}, busyCall, 'over', 10],
    [
      'an answered call without a limit, whatever is to be done at its end',
      { atEnd: 'save' as const, seconds: 0 },
      talkedCall,
      'saved success',
      3_600,
    ],
  ])('waits for the wrap-up of %s', async (_, bounds, ended, told, seconds) => {
    const call = testAgentCall(bounds);
    const commits: CommitCallInput[] = [];
    const commitCall = async (input: CommitCallInput) => {
      commits.push(input);
      return { status: 'success', first: true };
    };
    const workers = [
      createWorkflowWorker(env, { commitCall }),
      createActivityWorker(env, edgeQueue(call.edge), { placeCall: async () => ended(call) }),
    ];
    await whileRunning(workers, async () => {
      const handle = await env.client.workflow.start('outboundCall', agentCallWorkflowOptions(call));
      if (told !== 'over') {
        await vi.waitFor(async () => expect((await handle.query(statusQuery)).stage).toBe('wrap-up'), 60_000);
        await env.sleep(`${seconds} seconds`);
        await handle.signal(wrapUpSignal, ...wrapUp(1));
      }
      await handle.result();
      expect(toldBy(commits[0])).toBe(told);
      const { wrapUpFrom, wrapUpTo } = commits[0];
      const tookMs = Date.parse(wrapUpTo!) - Date.parse(wrapUpFrom!);
      expect(tookMs).toBeGreaterThanOrEqual(seconds * 1_000 - 1_000);
      expect(tookMs).toBeLessThan(seconds * 1_000 + 30_000);
    });
  });

  it('goes on settling a dead edge for as long as something remains, at most 15 s apart', async () => {
    const edge = { node: 'edge-9', epoch: 1 };
    let passes = 0;
    const activities: EdgeNodeActivities = {
      probeEdge: async () => false,
      takeEpoch: vi.fn(async () => {}),
      settleEpoch: async () => {
        passes += 1;
        return { settled: 1, remaining: passes < 100 ? 1 : 0 };
      },
    };
    const lost = () => Promise.reject(ApplicationFailure.create({ type: 'unexpected', message: 'gone' }));
    const workers = [
      createWorkflowWorker(env, activities),
      createActivityWorker(env, edgeHoldQueue(edge), { holdEdge: lost }),
    ];
    await whileRunning(workers, async () => {
      const handle = await env.client.workflow.start('edgeNode', {
        workflowId: 'edge:edge-9:1',
        taskQueue: CALLS_QUEUE,
        args: [edge],
      });
      expect((await handle.result()) as EdgeNodeResult).toEqual({ outcome: 'lost', settled: 100 });
      const took = await lastedMs(handle);
      expect(took).toBeGreaterThan(90 * 14_000);
      expect(took).toBeLessThan(100 * 16_000);
    });
  });
});

/** By the history: the clock of the test server skips on once nothing runs. */
async function lastedMs(handle: WorkflowHandle): Promise<number> {
  const { startTime, closeTime } = await handle.describe();
  return (closeTime?.getTime() ?? Number.NaN) - startTime.getTime();
}
