/**
 * A robot campaign that nothing but the machine limits, and contacts for it.
 * @module
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImportResult } from '../../contracts/model/import.ts';
import { importWorkflowId } from '../../contracts/temporal/ids.ts';
import { IMPORTS_QUEUE } from '../../contracts/temporal/queues.ts';
import { DIAL_CHANNEL } from '../../activities/dial-waker.ts';
import { silentWav } from './silent-wav.ts';
import type { BenchSite } from './bench-site.ts';

export interface LoadCampaign {
  name: string;
  carrierPort: number;
  /** Calls at once. */
  concurrency: number;
  promptSeconds: number;
  /** Waits so long for a key after the prompt: a call that talks and costs no media. */
  waitSeconds?: number;
  recording?: boolean;
}

const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const ALWAYS = [{ from: '00:00', to: '24:00' }];
/** The most that a trunk may be given. */
const MAX = { maxChannels: 10_000, callsPerSecond: 1_000 };

/** Applied as an administrator does, paused until `release`. @returns the campaign's id */
export async function applyLoadCampaign(site: BenchSite, load: LoadCampaign): Promise<number> {
  const { name } = load;
  await writeFile(join(site.home, `${name}.wav`), silentWav(load.promptSeconds));
  const retry = { delaySeconds: 86_400, multiplier: 1, maxDelaySeconds: 86_400, maxAttempts: 1 };
  const objects = [
    {
      kind: 'calendar',
      name: 'always',
      zone: 'Europe/Bucharest',
      holidays: 'none',
      hours: Object.fromEntries(DAYS.map((day) => [day, ALWAYS])),
    },
    { kind: 'caps', name: 'wide', perNumberPerDay: 100, perNumberTotal: 100 },
    { kind: 'retry-rules', name: 'once', default: retry, byStatus: {} },
    { kind: 'prompt', name, label: name, file: `${name}.wav` },
    {
      kind: 'trunk',
      name,
      host: '127.0.0.1',
      port: load.carrierPort,
      transport: 'udp',
      numberFormat: 'e164',
      ...MAX,
    },
    {
      kind: 'campaign',
      name,
      label: name,
      mode: 'robot',
      calendar: 'always',
      trunk: name,
      callerId: '+40259123456',
      retryRules: 'once',
      caps: 'wide',
      prompt: name,
      ringTimeoutSeconds: 15,
      maxTalkSeconds: 14_400,
      concurrency: load.concurrency,
      recording: load.recording ?? true,
      ...(load.waitSeconds === undefined
        ? {}
        : { menu: { keys: { 9: 'interested' }, waitSeconds: load.waitSeconds } }),
    },
  ];
  await site.apel('apply', await site.write(`${name}.json`, JSON.stringify(objects)));
  const { rows } = await site.db.query<{ id: number }>(
    'update campaigns set paused_at = now() where name = $1 returning id',
    [name],
  );
  const id = rows[0]?.id;
  if (id === undefined) throw new Error(`campaign ${name} was not made`);
  return id;
}

let nextNumber = 722_000_000;

/** Imports contacts through the workflow, as the operator does. They are called once the campaign is released. */
export async function importLoad(site: BenchSite, campaign: string, count: number): Promise<void> {
  const rows = Array.from({ length: count }, () => `0${nextNumber++};Popescu;2026-01-15;formular web`);
  const file = `${campaign}-${nextNumber}.csv`;
  const text = ['telefon;nume;consimțământ;sursă consimțământ', ...rows].join('\n');
  await site.write(join('imports', file), text);
  const result = (await site.temporal.workflow.execute('importList', {
    workflowId: importWorkflowId(file),
    taskQueue: IMPORTS_QUEUE,
    args: [{ file, kind: 'normal', campaign }],
    workflowExecutionTimeout: '60 seconds',
  })) as ImportResult;
  if (result.accepted !== count) throw new Error(`${result.accepted} of ${count} contacts were accepted`);
}

/** From now on the dial loop calls; it is told, as a new priority list tells it. */
export async function release(site: BenchSite, campaignId: number): Promise<void> {
  await site.db.query('update campaigns set paused_at = null where id = $1', [campaignId]);
  await site.db.query('select pg_notify($1, $2)', [DIAL_CHANNEL, String(campaignId)]);
}

export async function hold(site: BenchSite, campaignId: number): Promise<void> {
  await site.db.query('update campaigns set paused_at = now() where id = $1', [campaignId]);
}
