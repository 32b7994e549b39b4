/**
 * One import by the real worker process of a whole site: what it takes of memory, and when the first row can be called.
 * @module
 */
import { copyFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { IMPORTS_QUEUE } from '../../contracts/temporal/queues.ts';
import { createCampaign } from '../../test/support/campaign-fixture.ts';
import { openBenchDatabase } from '../support/bench-postgres.ts';
import { startBenchSite } from '../support/bench-site.ts';
import { processMemory } from '../support/process-cpu.ts';
import type { Bench } from '../support/run-bench.ts';

export interface WorkerRun {
  peakRssMb: number;
  /** Resident MB after each tenth of the import: flat or not. */
  rssMb: number[];
  firstPriorityRowMs: number;
  rowsPerSecond: number;
  /** Read until the end of the list, or until the time was up. */
  rows: number;
}

const LOOK_MS = 20;
/** A list that takes longer than the benchmark may is given up, and what was seen is reported. */
const SPARE_MS = 30_000;

export async function runInWorker(bench: Bench, list: string, rows: number): Promise<WorkerRun> {
  const site = await startBenchSite(bench);
  const { env, parts } = site.state();
  const pid = parts.find(({ name }) => name === 'imports')?.process?.pid;
  const folder = env['APEL_IMPORTS'];
  if (pid === undefined || folder === undefined) throw new Error('the site has no imports worker');
  const db = openBenchDatabase(bench, env['DATABASE_URL'] ?? '', { max: 2 });
  // A calendar without hours: nobody dials these numbers.
  await createCampaign(db, 'bench-import', { calendar: { hours: {} } });
  const file = 'bench.csv';
  await mkdir(dirname(join(folder, file)), { recursive: true });
  await copyFile(list, join(folder, file));

  const started = performance.now();
  const handle = await site.temporal.workflow.start('importList', {
    workflowId: 'import:bench',
    taskQueue: IMPORTS_QUEUE,
    args: [{ file, kind: 'priority', campaign: 'bench-import' }],
  });
  const state = { over: false };
  const result = handle.result().finally(() => (state.over = true)) as Promise<{ rows: number }>;
  result.catch(() => undefined);
  let firstPriorityRowMs = NaN;
  const seen: { done: number; rssMb: number }[] = [];
  while (!state.over && Date.now() < bench.deadline - SPARE_MS) {
    bench.signal.throwIfAborted();
    if (Number.isNaN(firstPriorityRowMs)) {
      const { rowCount } = await db.pool.query(
        'select 1 from dial_queue where rank = 0 and call_id is null limit 1',
      );
      if (rowCount) firstPriorityRowMs = performance.now() - started;
    } else {
      const { rows: progress } = await db.pool.query<{ done: number }>(
        'select rows_done as done from imports',
      );
      seen.push({ done: (progress[0]?.done ?? 0) / rows, rssMb: processMemory(pid)?.rssMb ?? 0 });
    }
    await delay(Number.isNaN(firstPriorityRowMs) ? LOOK_MS : LOOK_MS * 10);
  }
  const ms = performance.now() - started;
  const read = state.over ? (await result).rows : Math.round((seen.at(-1)?.done ?? 0) * rows);
  if (!state.over) await handle.terminate('the time of the benchmark is up');
  return {
    peakRssMb: processMemory(pid)?.peakRssMb ?? NaN,
    rssMb: Array.from({ length: 10 }, (_, n) => {
      const part = seen
        .filter(({ done }) => done >= n / 10 && done <= (n + 1) / 10)
        .map(({ rssMb }) => rssMb);
      return Math.round(Math.max(0, ...part));
    }),
    firstPriorityRowMs,
    rowsPerSecond: (read * 1000) / ms,
    rows: read,
  };
}
