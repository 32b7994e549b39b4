import { DeterminismViolationError } from '@temporalio/workflow';
import { Worker, type ReplayWorkerOptions } from '@temporalio/worker';
import { beforeAll, describe, expect, it } from 'vitest';
import { createDataConverter } from '../temporal-config/data-converter.ts';
import { decodeHistory, readHistories, type StoredHistory } from '../test/support/temporal-histories.ts';
import { testBundle, testKeys } from '../test/support/temporal.ts';

let options: ReplayWorkerOptions;
beforeAll(async () => {
  options = { workflowBundle: await testBundle(), dataConverter: createDataConverter(testKeys) };
});

const histories = await readHistories();
const replay = ({ history, workflow }: StoredHistory) =>
  Worker.runReplayHistory(options, decodeHistory(history), workflow);

describe('stored histories', () => {
  it('exist for every workflow that places or counts calls', () => {
    const kept = new Set(histories.map(({ workflow }) => workflow));
    expect([...kept]).toEqual(
      expect.arrayContaining(['edgeNode', 'importList', 'robotCall', 'undoImport', 'workday']),
    );
  });

  it.each(histories.map((stored) => [stored.name, stored] as const))('replay: %s', async (_name, stored) => {
    await replay(stored);
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
