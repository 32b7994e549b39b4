/**
 * The peer: the same Temporal server, as many worker processes with the same options, workflows whose steps are empty.
 * @module
 */
import { fork, type ChildProcess } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { nodeArgs, nodeEnv } from '../../cli/parts/node-part.ts';
import { PAYLOAD_CONVERTER_PATH } from '../../temporal-config/data-converter.ts';
import type { BenchSite } from '../support/bench-site.ts';
import { processTreeCpuMs } from '../support/process-cpu.ts';
import type { Bench } from '../support/run-bench.ts';

export interface PeerSetup {
  role: 'calls' | 'edge';
  temporalAddress: string;
  temporalNamespace: string;
  keysFile: string;
  bundle: string;
  capacity: number;
}
export interface PeerCommand {
  prefix: string;
  from: number;
  count: number;
}
/** `started`: the whole command; the others: one workflow, by its call id, more than once when a task was done again. */
export type PeerReport = 'ready' | 'started' | { placed: string } | { committed: string };

export interface Peer {
  /** Runs `count` workflows. @returns wall-clock milliseconds from the first start to the last commit */
  run(prefix: string, count: number): Promise<number>;
  /** Processor milliseconds of its processes so far. */
  cpuMs(): number;
}

/** As in `activities/dial.ts`. */
const BATCH_CALLS = 20;
const BACKLOG_CALLS = 40;
const BACKLOG_ROOM = BATCH_CALLS;
const WORKFLOWS_PATH = fileURLToPath(new URL('./empty-workflows.ts', import.meta.url));
const ENTRY = fileURLToPath(new URL('./peer-process.ts', import.meta.url));

export async function startPeer(bench: Bench, site: BenchSite, capacity: number): Promise<Peer> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: WORKFLOWS_PATH,
    payloadConverterPath: PAYLOAD_CONVERTER_PATH,
    logger: new DefaultLogger('ERROR'),
  });
  const bundle = join(bench.folder, 'empty-workflows.js');
  await writeFile(bundle, code);
  const { env } = site.state();
  const base = {
    temporalAddress: env['TEMPORAL_ADDRESS'] ?? '',
    temporalNamespace: env['TEMPORAL_NAMESPACE'] ?? 'default',
    keysFile: env['APEL_KEYS_FILE'] ?? '',
    bundle,
    capacity,
  };
  // As a site has them: two processes with workflows, one edge.
  const roles = ['calls', 'calls', 'edge'] as const;
  const processes = await Promise.all(roles.map((role) => startProcess(bench, { ...base, role })));
  let onReport = (_report: PeerReport): void => undefined;
  for (const child of processes) child.on('message', (report: PeerReport) => onReport(report));
  return {
    run: (prefix, count) =>
      new Promise((resolve, reject) => {
        const startedAt = performance.now();
        const placed = new Set<string>();
        const committed = new Set<string>();
        let asked = 0;
        let starting = false;
        // The dial loop's own rule, with no claims to make.
        const startMore = (): void => {
          const room = BACKLOG_CALLS - (asked - placed.size);
          const batch = Math.min(BATCH_CALLS, count - asked);
          if (starting || batch <= 0 || room < BACKLOG_ROOM) return;
          starting = true;
          processes[0]?.send({ prefix, from: asked, count: batch } satisfies PeerCommand);
          asked += batch;
        };
        onReport = (report) => {
          if (report === 'started') starting = false;
          if (typeof report === 'object') {
            const callId = 'placed' in report ? report.placed : report.committed;
            placed.add(callId);
            if ('committed' in report) committed.add(callId);
          }
          startMore();
          if (committed.size === count) resolve(performance.now() - startedAt);
        };
        bench.signal.addEventListener('abort', () => reject(bench.signal.reason as Error), { once: true });
        startMore();
      }),
    cpuMs: () => processes.reduce((sum, { pid }) => sum + processTreeCpuMs(pid ?? 0), 0),
  };
}

async function startProcess(bench: Bench, setup: PeerSetup): Promise<ChildProcess> {
  const child = fork(ENTRY, [JSON.stringify(setup)], { execArgv: nodeArgs(), env: nodeEnv(process.env) });
  bench.onEnd(() => void child.kill('SIGKILL'));
  await new Promise<void>((resolve, reject) => {
    child.once('message', () => resolve());
    child.once('exit', () => reject(new Error(`the peer's ${setup.role} process ended`)));
  });
  return child;
}
