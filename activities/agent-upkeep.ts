/**
 * Agents' calls that were left half way between their claim and their start: by an API that died or could not reach Temporal,
 * by a desk that went away during the preview.
 * @module
 */
import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import { readAgentCall, unstartedAgentCalls } from '../db/agent-call.ts';
import type { Database } from '../db/client.ts';
import { markStarted } from '../db/open-calls.ts';
import { forgottenPreviews, skipPreviewed } from '../db/preview.ts';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import { agentCallWorkflowOptions } from '../temporal-config/start-call.ts';

export interface AgentUpkeepDeps {
  db: Database;
  client: Client;
  clock: Clock;
  logger: Logger;
}

/** Its starter is still at it: the API gives Temporal 3 s, an agent who waits has patience for about as long. */
const LEFT_ALONE_MS = 2_000;
const START_DEADLINE_MS = 3_000;
/** More than that at once is Temporal coming back; the next pass takes the rest. */
const BATCH = 50;

/**
 * Starts what was claimed and not started, under the same id: beside a starter that is merely slow nothing happens twice. A
 * preview whose time is over is committed as skipped. Safe from any number of processes.
 * @throws when Temporal does not answer; the previews are done by then
 */
export async function keepAgentCalls(deps: AgentUpkeepDeps): Promise<{ skipped: number; started: number }> {
  const { db, clock, logger } = deps;
  const now = clock.now();
  let skipped = 0;
  for (const callId of await forgottenPreviews(db.pool, { now, limit: BATCH })) {
    if (await skipPreviewed(db, { callId, now })) skipped += 1;
  }
  let started = 0;
  const before = new Date(now.getTime() - LEFT_ALONE_MS);
  for (const callId of await unstartedAgentCalls(db.pool, { before, limit: BATCH })) {
    await start(deps, callId);
    started += 1;
  }
  if (started > 0) logger.warn({ started }, 'calls of agents were started late');
  return { skipped, started };
}

async function start({ db, client, clock }: AgentUpkeepDeps, callId: string): Promise<void> {
  const call = await readAgentCall(db.pool, callId);
  if (!call) return;
  try {
    await client.withDeadline(Date.now() + START_DEADLINE_MS, () =>
      client.workflow.start('outboundCall', agentCallWorkflowOptions(call)),
    );
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
  await markStarted(db.pool, { callIds: [callId], now: clock.now() });
}
