/**
 * What processes cost: processor time and memory, read from `/proc` (proc(5)).
 * @module
 */
import { readdirSync, readFileSync } from 'node:fs';

/** `sysconf(_SC_CLK_TCK)` is 100 on every Linux of today. */
const MS_PER_TICK = 10;

/**
 * Processor milliseconds (user and system) of a process and its descendants so far, those that ended and were waited for
 * included: of Postgres, all its backends, old and new. 0 when it is gone.
 */
export function processTreeCpuMs(root: number): number {
  const stats = readdirSync('/proc').flatMap((name) => readStat(name) ?? []);
  const sum = (stat: Stat): number =>
    stats
      .filter((other) => other.parent === stat.pid)
      .reduce((total, child) => total + sum(child), stat.cpuMs);
  const own = stats.find((stat) => stat.pid === root);
  return own === undefined ? 0 : sum(own);
}

/** This process alone, without those it started. */
export function ownCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/**
 * Processor time from now on, of this process (unless `own: false`) and of others with all they started.
 * @returns asks for the milliseconds since; may be called again
 */
export function startCpuClock(pids: readonly number[], { own = true } = {}): () => number {
  const read = () => (own ? ownCpuMs() : 0) + pids.reduce((total, pid) => total + processTreeCpuMs(pid), 0);
  const before = read();
  return () => read() - before;
}

export interface ProcessMemory {
  /** Resident now, MB of 10^6 bytes. */
  rssMb: number;
  /** The most it ever had. */
  peakRssMb: number;
}

/** Undefined when the process is gone. */
export function processMemory(pid: number): ProcessMemory | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const mb = (field: string) =>
      (Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) * 1024) / 1e6;
    return { rssMb: mb('VmRSS'), peakRssMb: mb('VmHWM') };
  } catch {
    return undefined;
  }
}

interface Stat {
  pid: number;
  parent: number;
  cpuMs: number;
}

function readStat(name: string): Stat | undefined {
  if (!/^\d+$/.test(name)) return undefined;
  try {
    const text = readFileSync(`/proc/${name}/stat`, 'utf8');
    // Field 2, the name, stands in brackets and may hold blanks: counted from the last bracket on, field 3 is first.
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const ticks = (fields[11] ?? 0) + (fields[12] ?? 0) + (fields[13] ?? 0) + (fields[14] ?? 0);
    return { pid: Number(name), parent: fields[1] ?? 0, cpuMs: ticks * MS_PER_TICK };
  } catch {
    return undefined;
  }
}
