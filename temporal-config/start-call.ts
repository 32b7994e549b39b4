/**
 * How a call's workflow is started: by every starter alike.
 * @module
 */
import type { WorkflowStartOptions } from '@temporalio/client';
import { agentCallWorkflowId, callWorkflowId } from '../contracts/temporal/ids.ts';
import { CALLS_QUEUE } from '../contracts/temporal/queues.ts';
import type { OutboundCallInput, RobotCallInput } from '../contracts/temporal/workflow-types.ts';
import { searchAttributeKeys } from './search-attributes.ts';

/** What the starter knows of a call. Ids and words that operators may read; no personal data. */
export interface CallToStart extends RobotCallInput {
  contactId: number;
  /** Per-contact sequence. */
  attempt: number;
  campaign: { name: string; label: string };
  listId?: number;
  /** The contact is on a priority list. */
  priority: boolean;
}

/** The server refuses a longer static summary; ă, ș and ț count two. */
const MAX_SUMMARY_BYTES = 200;

/**
 * Options of `client.workflow.start('robotCall', …)`. The id is refused for ever, open or closed, within the retention;
 * beyond it the unique intent row guards. The short task time-out bounds how long a worker killed inside a task delays
 * the call (measured: 8.8 s with the default of 10 s).
 */
export function callWorkflowOptions(call: CallToStart) {
  const input: RobotCallInput = { callId: call.callId, kind: call.kind, edge: call.edge };
  return { ...callOptions(call, callWorkflowId(call)), args: [input] } satisfies WorkflowStartOptions;
}

/** What the starter of an agent's call knows. Without a contact it was dialed by hand and is named by its own id. */
export interface AgentCallToStart extends Omit<CallToStart, 'contactId'>, OutboundCallInput {
  contactId?: number;
}

/** Options of `client.workflow.start('outboundCall', …)`, as above. */
export function agentCallWorkflowOptions(call: AgentCallToStart) {
  const { callId, kind, edge, agentId, wrapUp } = call;
  const input: OutboundCallInput = { callId, kind, edge, agentId, wrapUp };
  const options = callOptions(call, agentCallWorkflowId(call));
  return {
    ...options,
    args: [input],
    typedSearchAttributes: [
      ...options.typedSearchAttributes,
      { key: searchAttributeKeys.agentId, value: String(agentId) },
    ],
  } satisfies WorkflowStartOptions;
}

/**
 * Options of `client.workflow.start('robotCall', …)` for a test call over a trunk: it has no campaign and no contact, and is
 * named by its own id.
 */
export function trunkTestWorkflowOptions({ callId, edge, trunk }: TrunkTestToStart) {
  const input: RobotCallInput = { callId, kind: 'robot', edge };
  return {
    ...workflowOptions(agentCallWorkflowId({ callId, attempt: 1 })),
    args: [input],
    staticSummary: cutToBytes(`Apel de probă pe trunchiul ${trunk}`, MAX_SUMMARY_BYTES),
    typedSearchAttributes: [
      { key: searchAttributeKeys.callKind, value: input.kind },
      { key: searchAttributeKeys.attemptCount, value: 1 },
    ],
  } satisfies WorkflowStartOptions;
}

/** Ids only: the number is read by the edge. */
export interface TrunkTestToStart extends Pick<RobotCallInput, 'callId' | 'edge'> {
  /** Name of the config object. */
  trunk: string;
}

function workflowOptions(workflowId: string) {
  return {
    workflowId,
    taskQueue: CALLS_QUEUE,
    workflowIdReusePolicy: 'REJECT_DUPLICATE',
    workflowIdConflictPolicy: 'FAIL',
    workflowTaskTimeout: '2 seconds',
  } satisfies Partial<WorkflowStartOptions>;
}

function callOptions(call: Omit<CallToStart, 'contactId'>, workflowId: string) {
  const { attempt, campaign, listId } = call;
  return {
    ...workflowOptions(workflowId),
    staticSummary: callSummary(call),
    typedSearchAttributes: [
      { key: searchAttributeKeys.callKind, value: call.kind },
      { key: searchAttributeKeys.campaignId, value: campaign.name },
      { key: searchAttributeKeys.attemptCount, value: attempt },
      ...(listId === undefined ? [] : [{ key: searchAttributeKeys.listId, value: String(listId) }]),
    ],
  } satisfies Partial<WorkflowStartOptions>;
}

/** One line for the list of the Temporal UI, readable with no worker alive. */
export function callSummary(call: Pick<CallToStart, 'campaign' | 'attempt' | 'priority'>): string {
  const tail = `, încercarea ${call.attempt}${call.priority ? ', prioritar' : ''}`;
  const head = 'Apel campanie ';
  return `${head}${cutToBytes(call.campaign.label, MAX_SUMMARY_BYTES - bytes(head) - bytes(tail))}${tail}`;
}

/** Cuts between characters, never inside one. */
export function cutToBytes(text: string, max: number): string {
  if (bytes(text) <= max) return text;
  let cut = '';
  let used = bytes('…');
  for (const character of text) {
    used += bytes(character);
    if (used > max) break;
    cut += character;
  }
  return `${cut}…`;
}

function bytes(text: string): number {
  return Buffer.byteLength(text);
}
