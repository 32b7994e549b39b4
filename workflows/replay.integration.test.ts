import { DeterminismViolationError } from '@temporalio/workflow';
import { Worker, type ReplayWorkerOptions } from '@temporalio/worker';
import { beforeAll, describe, expect, it } from 'vitest';
import { createDataConverter } from '../temporal-config/data-converter.ts';
import type { WorkflowType } from '../contracts/temporal/workflow-types.ts';
import { decodeHistory, readHistories, type StoredHistory } from '../test/support/temporal-histories.ts';
import { testBundle, testKeys } from '../test/support/temporal.ts';

let options: ReplayWorkerOptions;
beforeAll(async () => {
  options = { workflowBundle: await testBundle(), dataConverter: createDataConverter(testKeys) };
});

const histories = await readHistories();
const replay = ({ history, workflow }: StoredHistory) =>
  Worker.runReplayHistory(options, decodeHistory(history), workflow);

/** Every branch of each workflow that leaves its own trace in a history. A new branch brings its run. */
const SCENARIOS: Record<WorkflowType, readonly string[]> = {
  robotCall: [
    'answered',
    'not-placed',
    'edge-failed',
    'edge-lost',
    'released',
    'cancelled',
    'outcome-set',
    'patient-commit',
  ],
  outboundCall: [
    'saved-in-call',
    'saved-after',
    'time-over',
    'extended',
    'confirmed',
    'not-placed',
    'released',
    'outcome-set',
    'patient-commit',
    'saved-while-away',
  ],
  workday: ['dialed', 'dealt', 'closed', 'campaign-gone', 'leader-lost', 'cancelled'],
  edgeNode: ['left', 'lost', 'held-again', 'probe-failed'],
  importList: [
    'imported',
    'already-imported',
    'cancelled',
    'cancel-command',
    'worker-lost',
    'wrong-input',
    'file-unusable',
  ],
  undoImport: ['withdrawn'],
  recordingUpkeep: ['kept', 'continued', 'cancelled'],
};

describe('stored histories', () => {
  it('are there for every branch of every workflow', () => {
    const wanted = Object.entries(SCENARIOS).flatMap(([workflow, all]) =>
      all.map((one) => `${workflow}/${one}`),
    );
    expect(missingHistories(wanted, histories)).toEqual([]);
    expect(missingHistories(wanted, [])).toEqual(wanted);
  });

  it.each(histories.map((stored) => [stored.name, stored] as const))('replay: %s', async (_name, stored) => {
    await replay(stored);
  });

  it('would show that a workflow is gone, or has another name', async () => {
    const [stored] = histories;
    const renamed = JSON.stringify(stored.history).replaceAll(`"${stored.workflow}"`, '"robotCallOfOld"');
    expect(renamed).toContain('robotCallOfOld');
    await expect(replay({ ...stored, history: JSON.parse(renamed) })).rejects.toThrow();
  });

  it.each(Object.keys(SCENARIOS))('would show an activity of %s under another name', async (workflow) => {
    const stored = histories.find((one) => one.workflow === workflow);
    const { events } = stored!.history as { events: { eventType: string }[] };
    const first = events.findIndex(({ eventType }) => eventType === 'EVENT_TYPE_ACTIVITY_TASK_SCHEDULED');
    const other = JSON.stringify(events[first]).replace(
      /"activityType":\{"name":"\w+"/,
      '"activityType":{"name":"x"',
    );
    const tampered = {
      events: events.map((event, i) => (i === first ? (JSON.parse(other) as never) : event)),
    };
    expect(tampered).not.toEqual({ events });
    await expect(replay({ ...stored!, history: tampered })).rejects.toThrow(DeterminismViolationError);
  });

  it('would show a change of what a workflow does', async () => {
    const stored = histories.find(({ workflow }) => workflow === 'robotCall');
    expect(stored).toBeDefined();
    const tampered = JSON.stringify(stored!.history).replaceAll('"placeCall"', '"dialNumber"');
    expect(tampered).toContain('dialNumber');
    await expect(replay({ ...stored!, history: JSON.parse(tampered) })).rejects.toThrow(
      DeterminismViolationError,
    );
  });
});

/** Names out of `wanted` that no stored history has; all of them for an empty folder. */
function missingHistories(wanted: readonly string[], stored: readonly StoredHistory[]): string[] {
  const names = new Set(stored.map(({ name }) => name));
  return wanted.filter((name) => !names.has(name));
}
