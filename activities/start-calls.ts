/**
 * Starts the workflows of claimed calls.
 * @module
 */
import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import type { CampaignSetup } from '../db/campaigns.ts';
import type { Database } from '../db/client.ts';
import { markStarted } from '../db/open-calls.ts';
import type { Clock } from '../platform/clock.ts';
import { callWorkflowOptions, type CallToStart } from '../temporal-config/start-call.ts';
import { unstartedCalls, type UnstartedCall } from './live-call-queries.ts';

export interface StartCallsDeps {
  db: Database;
  client: Client;
  clock: Clock;
}

/** 318 starts a second on two cores; more in flight only add latency to each. */
const IN_FLIGHT = 10;
/** One statement's worth; the next pass of the dial loop takes the rest. */
const BATCH = 200;
const START_DEADLINE_MS = 10_000;

/**
 * Starts every call of the campaign that was claimed and not started: those of the claim that just ran, and those that a
 * leader left behind when it died in between. The id makes that safe: a workflow of that name, running or closed, is
 * never started again, and what has a closed workflow is left to the sweep.
 *
 * @returns how many were started now
 * @throws when Temporal does not answer; what was started is noted all the same
 */
export async function startClaimedCalls(deps: StartCallsDeps, setup: CampaignSetup): Promise<number> {
  const queue = await unstartedCalls(deps.db.pool, setup.id, BATCH);
  const known: string[] = [];
  let started = 0;
  const failures: unknown[] = [];
  const work = async () => {
    for (let call = queue.shift(); call && failures.length === 0; call = queue.shift()) {
      try {
        if (await startCall(deps.client, toStart(call, setup))) started += 1;
        known.push(call.callId);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, work));
  await markStarted(deps.db.pool, { callIds: known, now: deps.clock.now() });
  if (failures.length > 0) throw failures[0];
  return started;
}

/** False when a workflow of that id was there already. */
async function startCall(client: Client, call: CallToStart): Promise<boolean> {
  try {
    await client.withDeadline(Date.now() + START_DEADLINE_MS, () =>
      client.workflow.start('robotCall', callWorkflowOptions(call)),
    );
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
    throw error;
  }
}

function toStart(call: UnstartedCall, setup: CampaignSetup): CallToStart {
  const { callId, contactId, attempt, edge, priority } = call;
  return {
    callId,
    kind: 'robot',
    edge,
    contactId,
    attempt,
    priority,
    campaign: { name: setup.name, label: setup.campaign.label },
    ...(call.listId !== null && { listId: call.listId }),
  };
}
