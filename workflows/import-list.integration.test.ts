import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WorkflowFailedError } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createImportActivities } from '../activities/import-list.ts';
import type { ImportListInput, ImportProgress, ImportResult } from '../contracts/model/import.ts';
import { IMPORTS_QUEUE } from '../contracts/temporal/queues.ts';
import type { UndoImportResult } from '../contracts/temporal/workflow-types.ts';
import { openDatabase, type Database } from '../db/client.ts';
import { systemClock } from '../platform/clock.ts';
import { createLogger } from '../platform/logger.ts';
import { createCampaign } from '../test/support/campaign-fixture.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/postgres.ts';
import { captureHistory } from '../test/support/temporal-histories.ts';
import { createWorkflowWorker, startTestTemporal, whileRunning } from '../test/support/temporal.ts';

let test: TestDatabase;
let db: Database;
let env: TestWorkflowEnvironment;
let folder: string;

beforeAll(async () => {
  test = await createTestDatabase();
  db = openDatabase({ url: test.url, applicationName: 'test', statementTimeoutMs: 60_000 });
  await createCampaign(db, 'oradea');
  folder = await mkdtemp(join(tmpdir(), 'apel-import-flow-'));
  await mkdir(join(folder, 'lists'));
  env = await startTestTemporal();
});
afterAll(async () => {
  await env?.teardown();
  await db.close();
  await test.drop();
  await rm(folder, { recursive: true });
});

describe('importList', () => {
  it('imports a list, answers progress, says no-op the second time, and is undone', async () => {
    const input = await list('small.csv', 2_000, 22_000_000);
    await whileRunning([worker()], async () => {
      const handle = await start('import:small', input);
      const result = (await handle.result()) as ImportResult;
      expect(result).toMatchObject({ outcome: 'imported', list: 'small', rows: 2_000, accepted: 2_000 });
      const progress = await handle.query<ImportProgress>('progress');
      expect(progress).toMatchObject({ stage: 'done', rows: 2_000, accepted: 2_000 });
      expect(progress.bytesRead).toBe(progress.bytesTotal);
      const again = await start('import:small-2', input);
      expect(await again.result()).toMatchObject({
        outcome: 'already-imported',
        previousImport: result.importId,
      });
      await captureHistory(handle, 'importList', 'imported');
      await captureHistory(again, 'importList', 'already-imported');
      const undo = await env.client.workflow.start('undoImport', {
        taskQueue: IMPORTS_QUEUE,
        workflowId: 'undo:small',
        args: [{ importId: result.importId }],
      });
      expect((await undo.result()) as UndoImportResult).toEqual({ withdrawn: 2_000, kept: 0 });
      await captureHistory(undo, 'undoImport', 'withdrawn');
    });
  });

  it('fails at once with one readable message for a wrong input', async () => {
    await whileRunning([worker()], async () => {
      const handle = await start('import:wrong', {
        file: 'x.csv',
        kind: 'urgent',
        campaign: 'oradea',
      } as never);
      const failure = await handle.result().then(
        () => undefined,
        (error: unknown) => error,
      );
      expect(failure).toBeInstanceOf(WorkflowFailedError);
      const cause = (failure as WorkflowFailedError).cause?.cause;
      expect(cause).toMatchObject({ type: 'invalid-input', nonRetryable: true });
      expect(cause?.message).toBe('kind: trebuie să fie "priority" sau "normal"');
      await captureHistory(handle, 'importList', 'wrong-input');
    });
  });

  it('stops between two batches when cancelImport comes, and keeps what was committed', async () => {
    const input = await list('long.csv', 150_000, 23_000_000);
    await whileRunning([worker()], async () => {
      const handle = await start('import:long', input);
      await until(async () => (await committedRows('import:long')) > 0);
      await handle.signal('cancelImport');
      const result = (await handle.result()) as ImportResult;
      expect(result.outcome).toBe('cancelled');
      expect(result.rows).toBeGreaterThan(0);
      expect(result.rows).toBeLessThan(150_000);
      expect(result.rows).toBe(await committedRows('import:long'));
      expect(await handle.query<ImportProgress>('progress')).toMatchObject({ stage: 'cancelled' });
      await captureHistory(handle, 'importList', 'cancelled');
    });
  });

  it('goes on behind the last committed row when its worker goes away', async () => {
    const input = await list('moved.csv', 60_000, 24_000_000);
    await whileRunning([worker()], async () => {
      await start('import:moved', input);
      await until(async () => (await committedRows('import:moved')) > 0);
    });
    const before = await committedRows('import:moved');
    expect(before).toBeLessThan(60_000);
    await whileRunning([worker()], async () => {
      const result = (await env.client.workflow.getHandle('import:moved').result()) as ImportResult;
      expect(result).toMatchObject({ rows: 60_000, accepted: 60_000, duplicate: 0 });
      await captureHistory(env.client.workflow.getHandle('import:moved'), 'importList', 'worker-lost');
    });
  });
});

function worker(): Promise<Worker> {
  const activities = createImportActivities({
    db,
    clock: systemClock,
    logger: createLogger({ service: 'test', level: 'silent' }),
    importFolder: join(folder, 'lists'),
    spoolFolder: join(folder, 'spool'),
  });
  return createWorkflowWorker(env, activities, {
    taskQueue: IMPORTS_QUEUE,
    maxHeartbeatThrottleInterval: '300 milliseconds',
    shutdownGraceTime: '100 milliseconds',
  });
}

function start(workflowId: string, input: ImportListInput) {
  return env.client.workflow.start('importList', { taskQueue: IMPORTS_QUEUE, workflowId, args: [input] });
}

async function list(file: string, rows: number, from: number): Promise<ImportListInput> {
  const lines = Array.from({ length: rows }, (_, i) => `07${from + i};Persoana ${i};2026-01-15\n`);
  await writeFile(join(folder, 'lists', file), `Telefon;Nume;Consimțământ\n${lines.join('')}`);
  return { file, kind: 'priority', campaign: 'oradea' };
}

async function committedRows(workflowId: string): Promise<number> {
  const { rows } = await db.pool.query<{ n: number }>(
    'select rows_done as n from imports where workflow_id = $1',
    [workflowId],
  );
  return rows[0]?.n ?? 0;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error('it did not come true within 30 s');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
