/**
 * A site with one robot campaign per behaviour of the carrier: configuration, prompt and lists for end-to-end tests.
 * @module
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ImportResult } from '../../contracts/model/import.ts';
import { importWorkflowId } from '../../contracts/temporal/ids.ts';
import { IMPORTS_QUEUE } from '../../contracts/temporal/queues.ts';
import type { SippCarrier } from './sipp-carrier.ts';
import type { TestSite } from './site.ts';

/** Tone of the prompt; the person on the phone has another (`sipp-carrier`). */
export const PROMPT_HZ = 1_000;

export interface Campaign {
  name: string;
  carrier: Pick<SippCarrier, 'port'>;
  promptSeconds: number;
  /** Rules for calls that fail for technical reasons; others are not tried again. */
  technicalRetry?: typeof RETRY;
  callsPerSecond?: number;
}

const RETRY = { delaySeconds: 3_600, multiplier: 1, maxDelaySeconds: 3_600, maxAttempts: 1 };
const ALWAYS = [{ from: '00:00', to: '24:00' }];

/** Applies calendar, trunks, prompts and campaigns as an administrator does, with `./apel apply`. */
export async function applyCampaigns(site: TestSite, campaigns: readonly Campaign[]): Promise<void> {
  const objects: object[] = [
    {
      kind: 'calendar',
      name: 'always',
      zone: 'Europe/Bucharest',
      holidays: 'none',
      hours: Object.fromEntries(
        ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'].map((day) => [
          day,
          ALWAYS,
        ]),
      ),
    },
    { kind: 'caps', name: 'wide', perNumberPerDay: 100, perNumberTotal: 100 },
    { kind: 'retry-rules', name: 'once', default: RETRY, byStatus: {} },
  ];
  for (const { name, carrier, promptSeconds, technicalRetry, callsPerSecond } of campaigns) {
    await makeTone(join(site.home, `${name}.wav`), PROMPT_HZ, promptSeconds);
    if (technicalRetry)
      objects.push({
        kind: 'retry-rules',
        name: `retry-${name}`,
        default: RETRY,
        byStatus: { 'technical-failure': technicalRetry },
      });
    objects.push(
      { kind: 'prompt', name, label: name, file: `${name}.wav` },
      {
        kind: 'trunk',
        name,
        host: '127.0.0.1',
        port: carrier.port,
        transport: 'udp',
        numberFormat: 'e164',
        maxChannels: 50,
        callsPerSecond: callsPerSecond ?? 50,
      },
      {
        kind: 'campaign',
        name,
        label: name,
        mode: 'robot',
        calendar: 'always',
        trunk: name,
        callerId: '+40259123456',
        retryRules: technicalRetry ? `retry-${name}` : 'once',
        caps: 'wide',
        prompt: name,
        ringTimeoutSeconds: 15,
        maxTalkSeconds: 120,
        concurrency: 20,
      },
    );
  }
  await site.apel(
    'apply',
    await site.write(`config-${campaigns[0]?.name ?? 'none'}.json`, JSON.stringify(objects)),
  );
}

let nextNumber = 722_000_000;

/** Imports `count` contacts with new numbers into a campaign. */
export function importContacts(site: TestSite, campaign: string, count: number): Promise<ImportResult> {
  return importNumbers(site, campaign, newNumbers(count));
}

/** Romanian mobile numbers, national form, that nobody got before. */
export function newNumbers(count: number): string[] {
  return Array.from({ length: count }, () => `0${nextNumber++}`);
}

/** Imports one contact for each number through the workflow, as the operator does. */
export async function importNumbers(
  site: TestSite,
  campaign: string,
  numbers: readonly string[],
): Promise<ImportResult> {
  const rows = numbers.map((number) => `${number};Popescu;2026-01-15;formular web`);
  const file = `${campaign}-${numbers[0] ?? 'empty'}.csv`;
  await site.write(
    join('imports', file),
    ['telefon;nume;consimțământ;sursă consimțământ', ...rows].join('\n'),
  );
  return site.temporal.workflow.execute('importList', {
    workflowId: importWorkflowId(file),
    taskQueue: IMPORTS_QUEUE,
    args: [{ file, kind: 'normal', campaign }],
    workflowExecutionTimeout: '60 seconds',
  });
}

/** Committed calls of a campaign by status code. */
export async function outcomesOf(site: TestSite, campaign: string): Promise<Record<string, number>> {
  const { rows } = await site.db.query<{ code: string; n: number }>(
    `select s.code, count(*)::int n from calls c join statuses s on s.id = c.status_id join campaigns p on p.id = c.campaign_id
     where p.name = $1 and c.committed_at is not null group by 1`,
    [campaign],
  );
  return Object.fromEntries(rows.map((row) => [row.code, row.n]));
}

/** Open calls of a campaign by stage. */
export async function stagesOf(site: TestSite, campaign: string): Promise<Record<string, number>> {
  const { rows } = await site.db.query<{ stage: string; n: number }>(
    `select l.stage, count(*)::int n from live_calls l join campaigns p on p.id = l.campaign_id where p.name = $1 group by 1`,
    [campaign],
  );
  return Object.fromEntries(rows.map((row) => [row.stage, row.n]));
}

export async function makeTone(file: string, hertz: number, seconds: number): Promise<void> {
  await promisify(execFile)('sox', [
    '-n',
    '-r',
    '8000',
    '-c',
    '1',
    '-b',
    '16',
    file,
    'synth',
    String(seconds),
    'sine',
    String(hertz),
    'vol',
    '0.5',
  ]);
}
