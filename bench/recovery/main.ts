/**
 * `./apel bench recovery`: kill -9 of an orchestration worker, the edge and Postgres under calls, and how long until the
 * site goes on. No peer: the targets are times. `--times N`: kills of each part (default 5). `--part NAME`: one of them.
 * @module
 */
import { spreadOf, type Spread } from '../support/interleave.ts';
import { startBenchSite } from '../support/bench-site.ts';
import { startCarrierProcess } from '../support/carrier-process.ts';
import type { TableRow } from '../support/report.ts';
import { applyLoadCampaign } from '../support/robot-load.ts';
import { runBench, type Bench, type BenchOutcome } from '../support/run-bench.ts';
import { killEdge } from './kill-edge.ts';
import { killPostgres } from './kill-postgres.ts';
import { killWorker } from './kill-worker.ts';
import type { Stage } from './stage.ts';

const TARGETS = { workerMs: 2_000, edgeMs: 4_000, postgresExtraMs: 1_000 } as const;
const DEFAULT_TIMES = 5;
/** Calls in progress when something is killed. */
const CALLS = 10;
const RESERVE_MS = 40_000;

runBench({
  name: 'recovery',
  title: `kill -9 with about ${CALLS} calls in progress: time until the site goes on`,
  options: ['times', 'part'],
  run: measure,
});

async function measure(bench: Bench): Promise<BenchOutcome> {
  const times = Number(bench.option('times') ?? DEFAULT_TIMES);
  const only = bench.option('part');
  const carrier = await startCarrierProcess(bench, { hangsUp: false });
  const site = await startBenchSite(bench);
  const load = { carrierPort: carrier.port, concurrency: CALLS };
  const stage: Stage = {
    bench,
    site,
    calls: CALLS,
    // Begin and end all the time, a few a second; and calls that talk for a minute.
    moving: {
      name: 'moving',
      id: await applyLoadCampaign(site, {
        ...load,
        name: 'moving',
        promptSeconds: 2,
        concurrency: 2 * CALLS,
      }),
    },
    parked: {
      name: 'parked',
      id: await applyLoadCampaign(site, { ...load, name: 'parked', promptSeconds: 1, waitSeconds: 60 }),
    },
  };
  const figures: Record<string, number[]> = {};
  const repeat = async (
    part: string,
    kill: (n: number) => Promise<Record<string, number>>,
  ): Promise<void> => {
    if (only !== undefined && only !== part) return;
    for (let n = 0; n < times && Date.now() < bench.deadline - RESERVE_MS; n++) {
      const seen = await kill(n);
      for (const [name, ms] of Object.entries(seen)) (figures[name] ??= []).push(ms);
      bench.say(
        `${part} ${n + 1}: ${Object.entries(seen)
          .map(([name, ms]) => `${name} ${ms.toFixed(0)}`)
          .join(', ')}`,
      );
    }
  };
  await repeat('edge', () => killEdge(stage));
  await repeat('worker', (n) => killWorker(stage, `orchestration-${1 + (n % 2)}`));
  await repeat('postgres', () => killPostgres(stage));
  return report(figures);
}

function report(figures: Record<string, number[]>): BenchOutcome {
  const rows: TableRow[] = Object.entries(figures).map(([name, all]) => {
    const target = (TARGETS as Record<string, number>)[name];
    const { median, max } = spreadOf(all);
    return {
      label: `${name} (${all.length})`,
      value: `median ${median.toFixed(0)}, at most ${max.toFixed(0)}`,
      ...(target === undefined ? {} : { target: `<= ${target}` }),
    };
  });
  const ratios = Object.entries(TARGETS).flatMap(([name, target]) =>
    (figures[name] ?? []).map((ms) => ms / target),
  );
  const spread: Spread = spreadOf(ratios);
  const summary = Object.fromEntries(
    Object.entries(figures).map(([name, all]) => [
      name,
      { median: spreadOf(all).median, max: spreadOf(all).max, all },
    ]),
  );
  // The worst of all to its target: 1 or less keeps every promise.
  return { rows, result: { ratio: spread.max, spread, rounds: ratios.length, ...summary } };
}
