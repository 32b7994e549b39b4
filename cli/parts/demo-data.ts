/**
 * Configuration, list and import of the demo: the way an operator would do it.
 * @module
 */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { importWorkflowId } from '../../contracts/temporal/ids.ts';
import { IMPORTS_QUEUE } from '../../contracts/temporal/queues.ts';
import type { ImportListInput, ImportResult } from '../../contracts/model/import.ts';
import { openDatabase } from '../../db/client.ts';
import { readKeys } from '../../platform/keys.ts';
import { AGENT_ENDINGS, sampleList } from '../../demo/sample-list.ts';
import { exec } from '../shell/exec.ts';
import { ROOT } from '../shell/home.ts';
import { UserError } from '../shell/user-error.ts';
import { applyObjects } from './apply-config.ts';
import type { Site } from './bring-up.ts';
import { readConfigFiles, type SourcedObject } from './config-files.ts';
import { syncSiteSchedules } from './schedules.ts';
import { getTemporalCli } from './temporal-cli.ts';
import type { Progress } from './tool-report.ts';

export const DEMO_CAMPAIGN = 'demo';
/** Worked by agents at their desks. */
export const DEMO_AGENT_CAMPAIGN = 'demo-agenti';
/** In the audit log, and as the one who paused. */
export const DEMO_ACTOR = 'cli:demo';
const CONTACTS = 400;
const PRIORITY_CONTACTS = 20;
const AGENT_CONTACTS = 100;
/** Other people than in the normal lists. */
const PRIORITY_SEED = 1_000_000;
const AGENT_SEED = 2_000_000;
const IMPORT_TIMEOUT_MS = 120_000;

/** Applies `demo/config`, its trunk pointed at this run's carrier, and starts the campaign's day. */
export async function applyDemoConfig(site: Site, progress: Progress): Promise<void> {
  const folder = join(ROOT, 'demo/config');
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => join(folder, name));
  const port = Number(site.addresses.carrier?.split(':').at(-1));
  const objects = readConfigFiles(files).map((sourced) => pointAtCarrier(sourced, port));
  const env = siteVariables(site);
  const db = openDatabase({ url: env.DATABASE_URL, applicationName: 'apel-cli', max: 2 });
  try {
    await applyObjects(
      {
        db,
        promptsDir: site.home.prompts,
        trunkSecret: readKeys(site.home.keys).trunkSecret,
        actor: DEMO_ACTOR,
        now: new Date(),
        force: true,
        progress,
      },
      objects,
    );
  } finally {
    await db.close();
  }
}

/** Creates the Schedule and starts its run: the demo's calendar is always open. */
export async function startDemoDay(site: Site): Promise<void> {
  await syncSiteSchedules(siteVariables(site));
}

function siteVariables(site: Site) {
  return {
    DATABASE_URL: site.env['DATABASE_URL'] ?? '',
    TEMPORAL_ADDRESS: site.env['TEMPORAL_ADDRESS'] ?? '',
    TEMPORAL_NAMESPACE: site.env['TEMPORAL_NAMESPACE'] ?? 'default',
    APEL_KEYS_FILE: site.home.keys,
  };
}

function pointAtCarrier(sourced: SourcedObject, port: number): SourcedObject {
  const { object } = sourced;
  if (object.kind !== 'trunk' || object.body.simulated !== true) return sourced;
  return { ...sourced, object: { kind: 'trunk', body: { ...object.body, host: '127.0.0.1', port } } };
}

/** A list of its own for every start: people who were all called already make a dull demo. */
export function writeDemoList(site: Site): string {
  return writeList(site, 'demo', (number) => sampleList(number, CONTACTS));
}

/** People for the agents. */
export function writeAgentList(site: Site): string {
  return writeList(site, 'agenti', (number) =>
    sampleList(AGENT_SEED + number, AGENT_CONTACTS, AGENT_ENDINGS),
  );
}

/** A small list that nobody has imported yet, so that the printed command works as it stands. */
export function writePriorityList(site: Site): string {
  return writeList(site, 'prioritar', (number) => sampleList(PRIORITY_SEED + number, PRIORITY_CONTACTS));
}

/** @returns the name of the file, `<prefix>-<number>.csv`, with the first number that is free */
function writeList(site: Site, prefix: string, csv: (number: number) => string): string {
  const own = new RegExp(`^${prefix}-\\d+\\.csv$`);
  const number = readdirSync(site.home.imports).filter((name) => own.test(name)).length + 1;
  const file = `${prefix}-${number}.csv`;
  writeFileSync(join(site.home.imports, file), csv(number), { mode: 0o600 });
  return file;
}

/** Arguments of the Temporal CLI, as documented for operators. */
export function importArguments({ file, kind, campaign }: ImportListInput): string[] {
  const input: ImportListInput = { file, kind, campaign };
  return [
    'workflow',
    'start',
    '--type',
    'importList',
    '--task-queue',
    IMPORTS_QUEUE,
    '--workflow-id',
    importWorkflowId(file.replace(/\.csv$/, '')),
    '--id-reuse-policy',
    'AllowDuplicateFailedOnly',
    '--fail-existing',
    '--input',
    JSON.stringify(input),
  ];
}

/** For the person to copy. */
export function importCommand(file: string): string {
  const input = { file, kind: 'priority', campaign: DEMO_CAMPAIGN } as const;
  const args = importArguments(input).map((arg) => (/^[\w:./-]+$/.test(arg) ? arg : `'${arg}'`));
  return `./apel temporal ${args.join(' ')}`;
}

/** @throws UserError with the CLI's words when the import fails */
export async function importDemoList(
  site: Site,
  { file, campaign }: Pick<ImportListInput, 'file' | 'campaign'>,
  progress: Progress,
): Promise<ImportResult> {
  const { path } = await getTemporalCli(process.env, progress);
  const env = { ...process.env, ...site.env };
  const run = async (args: readonly string[]): Promise<string> => {
    const { code, stdout, output } = await exec(path, args, { env, timeoutMs: IMPORT_TIMEOUT_MS });
    if (code === 124) throw new UserError(`the import did not end within ${IMPORT_TIMEOUT_MS / 1000} s`);
    if (code !== 0) throw new UserError(`the import failed: ${output.trim().slice(-500)}`);
    return stdout;
  };
  await run(importArguments({ file, kind: 'normal', campaign }));
  const id = importWorkflowId(file.replace(/\.csv$/, ''));
  const answer = JSON.parse(await run(['workflow', 'result', '-w', id, '--output', 'json'])) as {
    result: ImportResult;
  };
  return answer.result;
}
