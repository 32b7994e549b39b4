/**
 * How fast a list is imported by the product's activities, against COPY and SQL written by hand for this one file.
 * @module
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { finishImport } from '../../activities/import/finish.ts';
import { importRows } from '../../activities/import/import-rows.ts';
import { openImport } from '../../activities/import/open.ts';
import type { ImportDependencies, Pulse } from '../../activities/import/dependencies.ts';
import type { Database } from '../../db/client.ts';
import { systemClock } from '../../platform/clock.ts';
import { createLogger } from '../../platform/logger.ts';
import { connectBench, openBenchDatabase, startBenchPostgres } from '../support/bench-postgres.ts';
import { createWideCampaign } from '../support/contacts.ts';
import { interleave, type Stretch } from '../support/interleave.ts';
import { startCpuClock } from '../support/process-cpu.ts';
import { sideRows, whole } from '../support/report.ts';
import { runBench, type Bench, type BenchOutcome } from '../support/run-bench.ts';
import { isKnown, isOptedOut, numberOf, writeList } from './list-file.ts';
import { importByHand } from './peer.ts';
import { runInWorker } from './worker-run.ts';

/** The most of a round; a busy machine gets less, so that all rounds end in `ROUNDS_MS`. */
const ROWS_A_ROUND = 100_000;
const FEWEST_ROWS_A_ROUND = 20_000;
/** Read once before the rounds: how fast the machine is now. */
const TRIAL_ROWS = 10_000;
const WORKER_ROWS = 1_000_000;
/** The rest of the five minutes is the worker's: a million rows at 5,500 rows/s. */
const ROUNDS_MS = 60_000;
/** The warm-up and five that count, each of them once ours and once the peer's, which takes two thirds of our time. */
const STRETCHES_OF_OURS = 6 * (1 + 2 / 3);

async function run(bench: Bench): Promise<BenchOutcome> {
  const workerRows = Number(bench.option('worker-rows') ?? WORKER_ROWS);
  const postgres = await startBenchPostgres(bench);
  const db = openBenchDatabase(bench, postgres.url, { max: 3 });
  const client = await connectBench(bench, postgres.url);
  const campaign = await createWideCampaign(db, 'bench');
  const deps = await dependencies(bench, db);
  const file = 'list.csv';
  const path = join(deps.importFolder, file);
  await writeList(path, TRIAL_ROWS);
  const rows = Number(bench.option('rows') ?? (await rowsARound(() => importOurs(deps, file, 'trial'))));
  await writeList(path, rows);

  const accepted = { ours: 0, peer: 0 };
  const stretch = async (work: () => Promise<number>, side: keyof typeof accepted): Promise<Stretch> => {
    const cpu = startCpuClock([postgres.pid]);
    const started = performance.now();
    accepted[side] = await work();
    return { units: rows, ms: performance.now() - started, cpuMs: cpu() };
  };
  const result = await interleave({
    ours: async (round) => {
      await reset(db, campaign.id, rows);
      return stretch(() => importOurs(deps, file, String(round)), 'ours');
    },
    peer: async () => {
      const listId = await reset(db, campaign.id, rows);
      return stretch(() => importByHand(client, { path, campaignId: campaign.id, listId }), 'peer');
    },
    signal: bench.signal,
    onRound: ({ round, ours, ratio }) =>
      bench.say(`round ${round}: ${whole((ours.units * 1000) / ours.ms)} rows/s, ratio ${ratio.toFixed(2)}`),
  });
  if (accepted.ours !== accepted.peer) {
    throw new Error(
      `ours accepted ${accepted.ours} rows, the peer ${accepted.peer}: they do not do the same`,
    );
  }
  const worker = workerRows > 0 ? await wholeList(bench, workerRows) : undefined;
  return {
    rows: [
      ...sideRows(result, 'rows', '≥ 0.7'),
      ...(worker
        ? [
            {
              label: 'worker',
              value: `${worker.rows} of ${workerRows} rows at ${whole(worker.rowsPerSecond)} rows/s`,
            },
            {
              label: 'worker memory',
              value: `peak ${whole(worker.peakRssMb)} MB, by tenths of the list ${worker.rssMb.join(' ')}`,
              target: '≤ 200 MB, flat',
            },
            {
              label: 'first priority row',
              value: `callable after ${whole(worker.firstPriorityRowMs)} ms`,
              target: '≤ 2000 ms',
            },
          ]
        : []),
      { label: 'load', value: `${rows} rows a round, ${accepted.ours} accepted on both sides` },
    ],
    result: {
      ratio: result.ratio,
      spread: result.spread,
      rounds: result.rounds,
      rowsPerSecond: result.ours.perSecond,
      peerRowsPerSecond: result.peer.perSecond,
      cpuMsPerRow: result.ours.cpuMsPerUnit,
      peerCpuMsPerRow: result.peer.cpuMsPerUnit,
      rows,
      ...(worker && {
        peakRssMb: worker.peakRssMb,
        rssMbByTenths: worker.rssMb,
        firstPriorityRowMs: worker.firstPriorityRowMs,
        workerRows: worker.rows,
        workerRowsPerSecond: worker.rowsPerSecond,
      }),
    },
  };
}

async function dependencies(bench: Bench, db: Database): Promise<ImportDependencies> {
  const importFolder = join(bench.folder, 'lists');
  await mkdir(importFolder);
  return {
    db,
    clock: systemClock,
    logger: createLogger({ service: 'bench', level: 'silent' }),
    importFolder,
    spoolFolder: join(bench.folder, 'spool'),
  };
}

/** As many as a round may have for all of them to end in time. */
async function rowsARound(importTrial: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await importTrial();
  const rowsPerMs = TRIAL_ROWS / (performance.now() - started);
  const affordable = (rowsPerMs * ROUNDS_MS) / STRETCHES_OF_OURS;
  return Math.max(FEWEST_ROWS_A_ROUND, Math.min(ROWS_A_ROUND, Math.round(affordable / 1_000) * 1_000));
}

async function wholeList(bench: Bench, rows: number) {
  const list = join(bench.folder, 'whole.csv');
  await writeList(list, rows);
  return runInWorker(bench, list, rows);
}

const PULSE: Pulse = { beat: () => undefined, signal: new AbortController().signal };

/** The three steps of the workflow `importList`, as its worker runs them. */
async function importOurs(deps: ImportDependencies, file: string, round: string): Promise<number> {
  const workflowId = `import:bench-${round}`;
  const opened = await openImport(
    deps,
    { workflowId, input: { file, kind: 'normal', campaign: 'bench' } },
    PULSE,
  );
  if (opened.state !== 'opened') throw new Error(opened.state);
  const { importId } = opened;
  while (!(await importRows(deps, { importId, pulse: PULSE })).done);
  return (await finishImport(deps, { importId, cancelled: false }, PULSE)).accepted;
}

/** The same state before each side: an earlier list of the campaign, numbers on do-not-call, tables without dead rows. */
async function reset(db: Database, campaignId: number, rows: number): Promise<number> {
  await db.pool.query(
    'truncate dial_queue, contact_numbers, contacts, import_rejects, imports, numbers restart identity cascade',
  );
  const known = numbersWhere(rows, isKnown);
  await db.pool.query('insert into numbers (e164) select unnest($1::text[])', [known]);
  await db.pool.query(
    `insert into numbers (e164, do_not_call_at, do_not_call_reason) select e, now(), 'opted-out' from unnest($1::text[]) e`,
    [numbersWhere(rows, isOptedOut)],
  );
  const { rows: lists } = await db.pool.query<{ id: number }>(
    `insert into lists (campaign_id, name, kind) values ($1, 'earlier', 'normal')
     on conflict (campaign_id, name) do update set name = excluded.name returning id`,
    [campaignId],
  );
  const listId = lists[0]?.id ?? 0;
  await db.pool.query(
    `with c as (
       insert into contacts (campaign_id, list_id, row_no)
       select $1, $2, n.id from numbers n where n.do_not_call_at is null returning id, row_no)
     insert into contact_numbers (contact_id, position, campaign_id, number_id) select id, 1, $1, row_no from c`,
    [campaignId, listId],
  );
  await db.pool.query('analyze numbers, contacts, contact_numbers');
  await db.pool.query('checkpoint');
  return listId;
}

function numbersWhere(rows: number, is: (n: number) => boolean): string[] {
  return Array.from({ length: rows }, (_, n) => n)
    .filter(is)
    .map(numberOf);
}

runBench({
  name: 'import',
  title: 'import: parse, normalise, dedupe inside and across lists, do-not-call, commit, report',
  options: ['rows', 'worker-rows'],
  run,
});
