/**
 * @module
 */
import { availableParallelism, cpus, freemem, loadavg, release, totalmem } from 'node:os';

/** The machine in one line, with its load of the last minute: call it before the benchmark adds its own. */
export function describeMachine(): string {
  const model = cpus()[0]?.model.trim().replace(/\s+/g, ' ') ?? 'unknown processor';
  const gib = (bytes: number) => (bytes / 1024 ** 3).toFixed(1);
  return (
    `${availableParallelism()} cores ${model}, ${gib(totalmem())} GiB (${gib(freemem())} free), ` +
    `Linux ${release()}, Node ${process.versions.node}, load before ${(loadavg()[0] ?? 0).toFixed(2)}`
  );
}
