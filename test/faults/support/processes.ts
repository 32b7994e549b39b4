/**
 * Signals to the parts of a running site, by the process ids that its launcher wrote down.
 * @module
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
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
