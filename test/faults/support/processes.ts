/**
 * Signals to the parts of a running site, by the process ids that its launcher wrote down.
 * @module
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { TestSite } from '../../e2e/site.ts';

/** What the sweep kills; `orchestration` is both workers, `orchestration-1` one of them. */
export const PARTS = [
  'orchestration-1',
  'orchestration',
  'edge',
  'sip-server',
  'rtpengine',
  'temporal',
  'postgres',
  'api',
] as const;
export type Part = (typeof PARTS)[number];

export function signalPart(site: TestSite, part: Part, signal: NodeJS.Signals): void {
  for (const pid of pidsOf(site, part)) process.kill(pid, signal);
}

/** Whether every process of the part is up again after a kill, by the launcher's own record. */
export function isReady(site: TestSite, part: Part): boolean {
  const parts = site.state().parts.filter(({ name }) => namesOf(part).includes(name));
  return parts.every(({ state }) => state === 'ready');
}

/**
 * Stops everything that belongs to a site, as a machine does whose disk or hypervisor hangs, and lets it go on.
 * @param servers process ids of servers that the launcher does not know
 */
export async function stallMachine(site: TestSite, servers: readonly number[], ms: number): Promise<void> {
  const roots = [...servers, ...site.state().parts.flatMap(({ process: ref }) => (ref ? [ref.pid] : []))];
  const pids = withDescendants(roots);
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  try {
    await delay(ms);
  } finally {
    for (const pid of pids) process.kill(pid, 'SIGCONT');
  }
}

/** By the parent ids of /proc: a database server's sessions are processes of their own. */
function withDescendants(roots: readonly number[]): number[] {
  const childrenOf = new Map<number, number[]>();
  for (const entry of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const parent = parentOf(entry);
    if (parent !== undefined) childrenOf.set(parent, [...(childrenOf.get(parent) ?? []), Number(entry)]);
  }
  const found = [...roots];
  for (let index = 0; index < found.length; index += 1)
    found.push(...(childrenOf.get(found[index] ?? -1) ?? []));
  return [...new Set(found)];
}

function parentOf(pid: string): number | undefined {
  try {
    // The second field may hold blanks and brackets; what follows the last bracket is state and parent.
    const [, parent] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return Number(parent);
  } catch {
    return undefined;
  }
}

/** @throws Error when the part has no process just now */
function pidsOf(site: TestSite, part: Part): number[] {
  // The launcher's child only holds the database server; the fault is meant for the server itself.
  if (part === 'postgres') return [postmasterPid(site)];
  return namesOf(part).map((name) => {
    const pid = site.state().parts.find((p) => p.name === name)?.process?.pid;
    if (!pid) throw new Error(`no process of part ${name} is running`);
    return pid;
  });
}

function namesOf(part: Part): string[] {
  return part === 'orchestration' ? ['orchestration-1', 'orchestration-2'] : [part];
}

function postmasterPid(site: TestSite): number {
  const [pid = ''] = readFileSync(join(site.home, 'postgres', 'postmaster.pid'), 'utf8').split('\n');
  return Number(pid);
}
