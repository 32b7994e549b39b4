import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { DialActivities, WorkdayActivities } from '../contracts/temporal/activities.ts';
import { CALLS_QUEUE, DIAL_QUEUE } from '../contracts/temporal/queues.ts';
import type { WorkdayResult } from '../contracts/temporal/workflow-types.ts';
import { captureHistory } from '../test/support/temporal-histories.ts';
import {
  createActivityWorker,
  createWorkflowWorker,
  startTestTemporal,
  whileRunning,
} from '../test/support/temporal.ts';

/** `temporal.api.enums.v1.TimeoutType` */
const TIMEOUT_TYPE_HEARTBEAT = 4;

let env: TestWorkflowEnvironment;
beforeAll(async () => {
  env = await startTestTemporal();
});
afterAll(() => env?.teardown());

const opensAt = '2026-11-23T07:00:00.000Z';
const closesAt = '2026-11-23T17:00:00.000Z';
const open: WorkdayActivities = {
  openInterval: async () => ({ state: 'open', opensAt, closesAt }),
  dealOut: async () => ({ agents: 0, contacts: 0 }),
  countInterval: async () => ({ calls: 3, byStatus: { busy: 1, 'message-heard': 2 } }),
};

async function run(calendar: WorkdayActivities, dial: DialActivities['dial'], scenario: string) {
  const workers = [createWorkflowWorker(env, calendar), createActivityWorker(env, DIAL_QUEUE, { dial })];
  return whileRunning(workers, async () => {
    const handle = await env.client.workflow.start('workday', {
      workflowId: `workday:${scenario}`,
      taskQueue: CALLS_QUEUE,
      args: [{ campaign: 'oradea' }],
    });
    const result = (await handle.result()) as WorkdayResult;
    await captureHistory(handle, 'workday', scenario);
    return result;
  });
}

describe('workday', () => {
  it('dials until closing time and ends with the counts of its interval', async () => {
    const dial = vi.fn<DialActivities['dial']>(async () => ({ started: 3 }));
    expect(await run(open, dial, 'dialed')).toEqual({
      campaign: 'oradea',
      outcome: 'dialed',
      opensAt,
      closesAt,
      calls: 3,
      byStatus: { busy: 1, 'message-heard': 2 },
    });
    expect(dial).toHaveBeenCalledWith({ campaign: 'oradea', closesAt });
  });

  it('fills the queues of agents, who dial themselves', async () => {
    const dial = vi.fn<DialActivities['dial']>();
    const dealOut = vi.fn<WorkdayActivities['dealOut']>(async () => ({ agents: 2, contacts: 40 }));
    const agents = {
      ...open,
      openInterval: async () => ({ state: 'open', opensAt, closesAt, agents: true }) as const,
    };
    expect(await run({ ...agents, dealOut }, dial, 'dealt')).toMatchObject({ outcome: 'dealt', calls: 0 });
    expect(dealOut).toHaveBeenCalledWith({ campaign: 'oradea', closesAt });
    expect(dial).not.toHaveBeenCalled();
  });

  it('never dials outside the calendar, however late it was started', async () => {
    const dial = vi.fn<DialActivities['dial']>();
    const closed = { ...open, openInterval: async () => ({ state: 'closed' }) as const };
    expect(await run(closed, dial, 'closed')).toMatchObject({ outcome: 'closed', calls: 0 });
    expect(dial).not.toHaveBeenCalled();
  });

  it('has another leader within seconds when one falls silent', async () => {
    let leaders = 0;
    let silent: () => void = () => {};
    const dial = async () => {
      leaders += 1;
      if (leaders > 1) {
        silent();
        return { started: 0 };
      }
      // Neither beats nor returns, like a stopped process, until there is another one.
      await new Promise<void>((resolve) => (silent = resolve));
      throw ApplicationFailure.nonRetryable('too late');
    };
    const result = await run(open, dial, 'leader-lost');
    expect(result.outcome).toBe('dialed');
    expect(leaders).toBe(2);
    const { events } = await env.client.workflow.getHandle('workday:leader-lost').fetchHistory();
    const bounds = events?.map((event) =>
      Number(event.activityTaskScheduledEventAttributes?.heartbeatTimeout?.seconds),
    );
    expect(bounds).toContain(3);
    const lost = events?.map(
      (event) => event.activityTaskStartedEventAttributes?.lastFailure?.timeoutFailureInfo,
    );
    expect(lost?.map((info) => info?.timeoutType)).toContain(TIMEOUT_TYPE_HEARTBEAT);
  });
});
