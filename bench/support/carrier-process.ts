/**
 * The answering carrier in a process of its own, so that its work is on nobody's account and nobody delays it.
 * Run as an entry it is that process; imported it starts one.
 * @module
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { nodeArgs, nodeEnv } from '../../cli/parts/node-part.ts';
import {
  startAnsweringCarrier,
  type AnsweringCarrierOptions,
  type CarrierCounts,
} from './answering-carrier.ts';
import type { Bench } from './run-bench.ts';

export interface CarrierProcess {
  port: number;
  pid: number;
  counts(): Promise<CarrierCounts>;
  set(options: AnsweringCarrierOptions): void;
}

type Command = { set: AnsweringCarrierOptions } | { count: number };
type Report = { port: number } | { count: number; counts: CarrierCounts };

/** Ends with the benchmark. */
export async function startCarrierProcess(
  bench: Pick<Bench, 'onEnd'>,
  options: AnsweringCarrierOptions,
): Promise<CarrierProcess> {
  const child = fork(fileURLToPath(import.meta.url), [JSON.stringify(options)], {
    execArgv: nodeArgs(),
    env: nodeEnv(process.env),
  });
  bench.onEnd(() => void child.kill('SIGKILL'));
  const { port } = (await report(child, (said) => 'port' in said)) as { port: number };
  let asked = 0;
  return {
    port,
    pid: child.pid ?? 0,
    counts: async () => {
      const count = (asked += 1);
      const answer = report(child, (said) => 'count' in said && said.count === count);
      child.send({ count } satisfies Command);
      return ((await answer) as { counts: CarrierCounts }).counts;
    },
    set: (next) => void child.send({ set: next } satisfies Command),
  };
}

async function report(child: ChildProcess, fits: (report: Report) => boolean): Promise<Report> {
  for (;;) {
    const [said] = (await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(() => Promise.reject(new Error('the carrier process ended'))),
    ])) as [Report];
    if (fits(said)) return said;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url) && process.send) {
  const carrier = await startAnsweringCarrier(JSON.parse(process.argv[2] ?? '{}') as AnsweringCarrierOptions);
  process.send({ port: carrier.port } satisfies Report);
  process.on('message', (command: Command) => {
    if ('set' in command) carrier.set(command.set);
    else process.send?.({ count: command.count, counts: carrier.counts() } satisfies Report);
  });
  process.on('disconnect', () => process.exit(0));
}
