/**
 * The answering carrier in a process of its own.
 * @module
 */
import {
  startAnsweringCarrier,
  type AnsweringCarrierOptions,
  type CarrierCounts,
} from './answering-carrier.ts';
import { serveHelper, startHelper } from './helper-process.ts';
import type { Bench } from './run-bench.ts';

export interface CarrierProcess {
  port: number;
  pid: number;
  counts(): Promise<CarrierCounts>;
}

/** Ends with the benchmark. */
export async function startCarrierProcess(
  bench: Pick<Bench, 'onEnd'>,
  options: AnsweringCarrierOptions,
): Promise<CarrierProcess> {
  const process = await startHelper<{ port: number }, 'count'>(bench, import.meta.url, options);
  return { port: process.ready.port, pid: process.pid, counts: () => process.ask('count') };
}

await serveHelper(import.meta.url, async (options) => {
  const carrier = await startAnsweringCarrier(options as AnsweringCarrierOptions);
  return { ready: { port: carrier.port }, answer: () => carrier.counts() };
});
