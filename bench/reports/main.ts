/**
 * How fast reports are over ten million calls, against raw SQL over `calls` and against a perfect prebuilt table.
 * @module
 */
import { openBenchDatabase, startBenchPostgres } from '../support/bench-postgres.ts';
import { median, quantile, spreadOf } from '../support/interleave.ts';
import { runBench, type Bench, type BenchOutcome } from '../support/run-bench.ts';
import { measureFolds, type FoldCost } from './fold.ts';
import { loadCalls } from './load.ts';
import { buildPrebuilt } from './perfect.ts';
import { PREBUILT, reportsOf, type Report } from './reports.ts';

const CALLS = 10_000_000;
const ROUNDS = 5;
/** Of a report in each round; raw SQL runs once. */
const TIMES_A_ROUND = 20;
/** Raw SQL that takes longer than this runs in every other round; that of a year in every fourth. */
const SLOW_RAW_MS = 1_000;
const YEAR_RAW_MS = 4_000;
/** The warm-up reads from the disk what later rounds find in memory. */
const COLD_FACTOR = 2;
/** Time that is left for closing after the last round. */
const SPARE_MS = 15_000;

interface Measured {
  report: Report;
  ours: number[];
  perfect: number[];
  ready: number[];
  raw: number[];
  equal: boolean;
}

async function run(bench: Bench): Promise<BenchOutcome> {
  const calls = Number(bench.option('calls') ?? CALLS);
  const postgres = await startBenchPostgres(bench);
  const db = openBenchDatabase(bench, postgres.url, { max: 3 });
  const { campaigns, days } = await loadCalls(bench, db, calls);
  await buildPrebuilt(db, PREBUILT);
  bench.say('perfect tables are there');
  // The newest list with calls of the first campaign, the one of the other reports.
  const { rows: lists } = await db.pool.query<{ id: number }>(
    'select max(list_id) as id from rollup_hours where campaign_id = $1',
    [campaigns[0]?.id],
  );
  const measured = reportsOf(db, campaigns, lists[0]?.id ?? 0, days).map((report): Measured => ({
    report,
    ours: [],
    perfect: [],
    ready: [],
    raw: [],
    equal: true,
  }));
  let rounds = 0;
  let roundMs = 0;
  for (let round = 0; round <= ROUNDS; round++) {
    bench.signal.throwIfAborted();
    // On a busy machine fewer rounds are done, and said so, rather than none.
    if (Date.now() + roundMs > bench.deadline - SPARE_MS) break;
    const started = Date.now();
    for (const one of measured) await measure(one, round);
    rounds = round;
    const took = Date.now() - started;
    roundMs = Math.max(roundMs, round === 0 ? took / COLD_FACTOR : took);
    bench.say(round === 0 ? 'warmed up, sums compared' : `round ${round}`);
  }
  if (rounds === 0) throw new Error('no time was left for a round: try a quieter machine or fewer --calls');
  return outcome(measured, { rounds, calls, days: days.length, folds: await measureFolds(db) });
}

/** Raw, ours, perfect, ready in turns; the warm-up compares what they answer instead of the time they take. */
async function measure(one: Measured, round: number): Promise<void> {
  const { report } = one;
  if (round === 0) {
    const [raw, ours] = [await report.raw(), await report.ours()];
    const peers = [await report.perfect(), await report.ready()];
    one.equal = ours.length > 0 && [raw, ...peers].every((rows) => sameRows(ours, rows));
    return;
  }
  const lastRaw = one.raw.at(-1) ?? 0;
  const every = lastRaw < SLOW_RAW_MS ? 1 : lastRaw < YEAR_RAW_MS ? 2 : 4;
  if (round % every === 1 % every) one.raw.push(await timed(report.raw));
  for (let n = 0; n < TIMES_A_ROUND; n++) {
    one.ours.push(await timed(report.ours));
    one.perfect.push(await timed(report.perfect));
    one.ready.push(await timed(report.ready));
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

function sameRows(a: readonly object[], b: readonly object[]): boolean {
  const text = (rows: readonly object[]) =>
    rows
      .map((row) => JSON.stringify(Object.entries(row).toSorted(([x], [y]) => x.localeCompare(y))))
      .toSorted();
  return JSON.stringify(text(a)) === JSON.stringify(text(b));
}

function outcome(
  measured: readonly Measured[],
  { rounds, calls, days, folds }: { rounds: number; calls: number; days: number; folds: FoldCost[] },
): BenchOutcome {
  const speedup = ({ raw, ours }: Measured) => median(raw) / median(ours);
  const overPerfect = ({ ours, perfect }: Measured) => median(ours) / median(perfect);
  const worst = (of: readonly Measured[]) => of.toSorted((a, b) => speedup(a) - speedup(b))[0];
  const overReady = ({ ours, ready }: Measured) => median(ours) / median(ready);
  const day = worst(measured.filter(({ report }) => !report.long));
  const month = worst(measured.filter(({ report }) => report.long));
  if (!day || !month) throw new Error('there are no reports');
  const minSpeedup = speedup(day);
  const minSpeedupMonth = speedup(month);
  const maxOverPerfect = Math.max(...measured.map(overPerfect));
  const p99Ms = Math.max(...measured.map(({ ours }) => quantile(ours, 0.99)));
  const sumsEqual = measured.every(({ equal }) => equal);
  const byRound = day.raw.map(
    (raw, at) => raw / median(day.ours.slice(at * TIMES_A_ROUND, (at + 1) * TIMES_A_ROUND)),
  );
  const ms = (value: number) => `${value.toFixed(1)} ms`;
  return {
    rows: [
      ...measured.map((one) => ({
        label: one.report.name,
        value:
          `${ms(median(one.ours))} (p99 ${ms(quantile(one.ours, 0.99))}), raw ${ms(median(one.raw))} = ` +
          `${speedup(one).toFixed(0)} times, perfect ${ms(median(one.perfect))} = ${overPerfect(one).toFixed(2)} of it, ` +
          `ready ${ms(median(one.ready))} = ${overReady(one).toFixed(2)}` +
          (one.equal ? '' : ', SUMS DIFFER'),
        target: one.report.long ? '≥ 50 times' : '≥ 30 times',
      })),
      { label: 'worst over perfect', value: maxOverPerfect.toFixed(2), target: '≤ 1.5' },
      { label: 'worst over ready', value: Math.max(...measured.map(overReady)).toFixed(2) },
      { label: 'worst p99', value: ms(p99Ms), target: '≤ 20 ms' },
      { label: 'sums equal', value: sumsEqual ? 'yes' : 'NO', target: 'yes' },
      ...folds.map(({ deltas, ms: fold, withoutSumsMs }) => ({
        label: `fold of ${deltas}`,
        value: `${ms(fold)}, without the sums of reports ${ms(withoutSumsMs)}`,
      })),
      { label: 'load', value: `${calls} calls of ${days} days, ${rounds} rounds` },
    ],
    result: {
      ratio: minSpeedup,
      spread: spreadOf(byRound),
      rounds,
      minSpeedup,
      minSpeedupMonth,
      maxOverPerfect,
      maxOverReady: Math.max(...measured.map(overReady)),
      p99Ms,
      sumsEqual,
      calls,
      folds,
      reports: Object.fromEntries(
        measured.map((one) => [
          one.report.name,
          {
            ms: median(one.ours),
            rawMs: median(one.raw),
            perfectMs: median(one.perfect),
            readyMs: median(one.ready),
            p99Ms: quantile(one.ours, 0.99),
          },
        ]),
      ),
    },
  };
}

runBench({ name: 'reports', title: 'reports: sums from the rollups', options: ['calls'], run });
