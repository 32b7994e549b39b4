/**
 * A whole site for a benchmark: started as the product starts, with folders and ports of its own, never the running one.
 * @module
 */
import { resolve } from 'node:path';
import { startTestSite, type TestSite } from '../../test/e2e/site.ts';
import { processMemory, processTreeCpuMs } from './process-cpu.ts';
import type { Bench } from './run-bench.ts';

/** Variables that would point the site at servers that run already. */
const NOT_INHERITED = [
  'DATABASE_URL',
  'TEMPORAL_ADDRESS',
  'TEMPORAL_NAMESPACE',
  'DRACHTIO_HOST',
  'DRACHTIO_PORT',
  'DRACHTIO_SECRET',
  'RTPENGINE_NG',
  'RTPENGINE_DTMF',
  'APEL_KEYS_FILE',
  'APEL_RECORDING_SPOOL',
  'APEL_RECORDINGS',
  'APEL_IMPORTS',
  'APEL_PROMPTS',
  'APEL_WORKFLOW_BUNDLE',
  'APEL_PORT_BASE',
] as const;

/** Parts whose cost is told apart; two orchestration workers count as one. */
export const COST_PARTS = [
  'orchestration',
  'edge',
  'sip-server',
  'rtpengine',
  'temporal',
  'postgres',
  'api',
] as const;
export type CostPart = (typeof COST_PARTS)[number];
export type Costs = Record<CostPart, number>;

export interface BenchSite extends TestSite {
  /** Processor milliseconds of each part since it started. */
  cpuMs(): Costs;
  /** Resident MB of each part. */
  rssMb(): Costs;
  pidsOf(part: CostPart): number[];
}

/** Ready when this resolves; ended with the benchmark. */
export async function startBenchSite(
  bench: Pick<Bench, 'onEnd' | 'say'>,
  variables: NodeJS.ProcessEnv = {},
): Promise<BenchSite> {
  bench.say('starting a site');
  const own = Object.fromEntries(NOT_INHERITED.map((name) => [name, undefined]));
  const site = await startTestSite({ ...own, LOG_LEVEL: 'warn', ...variables });
  bench.onEnd(() => site.stop());
  const pidsOf = (part: CostPart): number[] =>
    site
      .state()
      .parts.filter(({ name }) => name === part || name.startsWith(`${part}-`))
      .flatMap(({ process }) => process?.pid ?? []);
  const sumOf = (figure: (pid: number) => number): Costs =>
    Object.fromEntries(
      COST_PARTS.map((part) => [part, pidsOf(part).reduce((sum, pid) => sum + figure(pid), 0)]),
    ) as Costs;
  return {
    ...site,
    pidsOf,
    cpuMs: () => sumOf(processTreeCpuMs),
    rssMb: () => sumOf((pid) => processMemory(pid)?.rssMb ?? 0),
  };
}

export function sumOfCosts(costs: Costs): number {
  return Object.values(costs).reduce((sum, cost) => sum + cost, 0);
}

export function costsBetween(before: Costs, after: Costs): Costs {
  return Object.fromEntries(COST_PARTS.map((part) => [part, after[part] - before[part]])) as Costs;
}

/** Variables that make each part write a CPU profile when it ends. */
export function profiling(folder: string | undefined): NodeJS.ProcessEnv {
  if (folder === undefined) return {};
  const preload = new URL('./cpu-profile.mjs', import.meta.url).href;
  return { APEL_BENCH_PROFILES: resolve(folder), NODE_OPTIONS: `--import ${preload}` };
}
