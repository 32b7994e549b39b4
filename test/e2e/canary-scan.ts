/**
 * Looks for seeded words (numbers, names, secrets) everywhere a site leaves text: logs, histories, metrics, command
 * lines, files that others may read.
 * @module
 */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestSite } from './site.ts';

/** What must not be found: a name for the report, and the text. */
export type Canaries = Readonly<Record<string, string>>;

/** `<place>: <canary>`, sorted, each once. */
export type Findings = string[];

/** @param outputs texts that commands and pages gave, by name */
export async function scanForCanaries(
  site: TestSite,
  canaries: Canaries,
  outputs: Readonly<Record<string, string>>,
): Promise<{ findings: Findings; scanned: Record<string, number> }> {
  const findings = new Set<string>();
  const scanned: Record<string, number> = {};
  const look = (kind: string, place: string, text: string): void => {
    scanned[kind] = (scanned[kind] ?? 0) + 1;
    for (const [name, canary] of Object.entries(canaries)) {
      if (text.includes(canary)) findings.add(`${kind} ${place}: ${name}`);
    }
  };
  for (const [place, text] of Object.entries(outputs)) look('output', place, text);
  const logs = join(site.home, 'logs');
  for (const file of await readdir(logs)) look('log', file, await readFile(join(logs, file), 'utf8'));
  for await (const { place, text } of temporalTexts(site)) look('temporal', place, text);
  for await (const { place, text } of commandLines()) look('command', place, text);
  for await (const path of readableByOthers(site.home)) {
    look('readable by others', path.slice(site.home.length + 1), await readFile(path, 'latin1'));
  }
  return { findings: [...findings].sort(), scanned };
}

/** Every workflow: what visibility holds of it (ids, memo, search attributes, summaries), and its whole history. */
async function* temporalTexts({ temporal }: TestSite): AsyncGenerator<{ place: string; text: string }> {
  for await (const execution of temporal.workflow.list()) {
    const { workflowId, runId } = execution;
    yield { place: `${workflowId} visibility`, text: textsOf(execution.raw).join('\n') };
    const handle = temporal.workflow.getHandle(workflowId, runId);
    yield { place: `${workflowId} history`, text: textsOf(await handle.fetchHistory()).join('\n') };
  }
  for await (const schedule of temporal.schedule.list()) {
    const described = await temporal.schedule.getHandle(schedule.scheduleId).describe();
    yield { place: `${schedule.scheduleId} schedule`, text: textsOf(described.raw).join('\n') };
  }
}

/** All texts of a protobuf object; payloads are bytes of JSON. Ciphertext stays what it is: nobody reads it either. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (value instanceof Uint8Array) return [Buffer.from(value).toString('utf8')];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...textsOf(inner)]);
}

/** Of every process of the machine: anybody may read them. */
async function* commandLines(): AsyncGenerator<{ place: string; text: string }> {
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (text !== '') yield { place: text.split('\0')[0] ?? pid, text };
  }
}

/** Files below a folder that another user of the machine could open, through folders that let him pass. */
async function* readableByOthers(folder: string): AsyncGenerator<string> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    // A file that goes away meanwhile is nobody's to read.
    const mode = await stat(path).then(
      (found) => found.mode,
      () => 0,
    );
    if (entry.isDirectory() && (mode & 0o001) !== 0) yield* readableByOthers(path);
    if (entry.isFile() && (mode & 0o004) !== 0) yield path;
  }
}
