/**
 * What a call costs Temporal, read from its history.
 * @module
 */
import type { Client } from '@temporalio/client';

export interface HistoryFigures {
  /** Billable actions by Temporal's public rule: start, activity, local activity's marker, upsert, signal, timer. */
  actions: number;
  events: number;
  workflowTasks: number;
  /** As the server counts it. */
  bytes: number;
}

/** One action each. A scheduled activity counts once, its retries are not in the history. */
const ACTIONS: readonly string[] = [
  'workflowExecutionStartedEventAttributes',
  'activityTaskScheduledEventAttributes',
  'markerRecordedEventAttributes',
  'upsertWorkflowSearchAttributesEventAttributes',
  'workflowExecutionSignaledEventAttributes',
  'workflowExecutionUpdateAcceptedEventAttributes',
  'timerStartedEventAttributes',
  'startChildWorkflowExecutionInitiatedEventAttributes',
];

export async function readHistoryFigures(client: Client, workflowId: string): Promise<HistoryFigures> {
  const handle = client.workflow.getHandle(workflowId);
  const [{ events }, { historySize }] = await Promise.all([handle.fetchHistory(), handle.describe()]);
  const all = events ?? [];
  const count = (names: readonly string[]): number =>
    all.filter((event) => names.some((name) => Boolean((event as unknown as Record<string, unknown>)[name])))
      .length;
  return {
    actions: count(ACTIONS),
    events: all.length,
    workflowTasks: count(['workflowTaskScheduledEventAttributes']),
    bytes: historySize ?? 0,
  };
}
