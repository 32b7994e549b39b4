/**
 * A site whose imports are hit while they work: the process killed at a chosen row, Postgres and Temporal killed under it.
 * `APEL_TEST_FULL` takes many rows; `APEL_SEED` replays.
 */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImportResult } from '../../contracts/model/import.ts';
import { IMPORTS_QUEUE } from '../../contracts/temporal/queues.ts';
import { startTestSite, until, type TestSite } from '../e2e/site.ts';
import { recountImports } from '../support/recount-imports.ts';
import { installFreezer, type Freezer, type FreezePoint, type FreezeStage } from './support/import-freeze.ts';
import { createRandom, seedFromEnvironment } from './support/random.ts';

const seed = seedFromEnvironment();
const random = createRandom(seed);
const full = Boolean(process.env['APEL_TEST_FULL']);

/** Borders of the first batches (1,000; 3,000; 5,500) and the ends, beside rows of chance. */
const ROWS = 8_000;
const BORDERS = [1, 2, 999, 1_000, 1_001, 2_999, 3_000, 3_001, 5_500, 5_501, 7_999, ROWS] as const;
/** Imports that one process runs at once. */
const AT_ONCE = 3;

let site: TestSite;
let freezer: Freezer;
let lists = 0;

beforeAll(async () => {
  site = await startTestSite();
  await site.apel('apply', await site.write('imports.json', JSON.stringify(CONFIG)));
  freezer = await installFreezer(site.db);
});
afterAll(() => site?.stop());

const rounds = (full ? 12 : 1) * AT_ONCE;
const points = Array.from({ length: rounds }, (_, i): Omit<FreezePoint, 'workflowId'> => {
  const row =
    i < BORDERS.length && full ? (BORDERS[i] ?? 1) : random.pick([...BORDERS, random.between(1, ROWS)]);
  const stages: [FreezeStage, ...FreezeStage[]] = ['before-commit', 'before-commit', 'closing'];
  const stage: FreezeStage = random.pick<FreezeStage>([
    ...stages,
    isReject(row) ? 'copying-rejects' : 'storing',
  ]);
  return { row, stage };
});

describe(`imports under faults, seed ${seed}`, () => {
  for (let at = 0; at < points.length; at += AT_ONCE) {
    const some = points.slice(at, at + AT_ONCE);
    it(`the worker killed at ${some.map(({ stage, row }) => `${stage} row ${row}`).join(', ')}`, async () => {
      const lists = await Promise.all(some.map(() => startList()));
      const frozen = lists.map(({ workflowId }, i) => ({ workflowId, ...(some[i] ?? points[0]!) }));
      await freezer.during(frozen, () => site.kill('imports'));
      await expectWhole(lists);
    });
  }

  it('Postgres killed in the middle of two imports', async () => {
    const lists = await Promise.all([startList(), startList()]);
    const frozen = lists.map(({ workflowId }, i) => ({
      workflowId,
      stage: i === 0 ? ('storing' as const) : ('before-commit' as const),
      row: i === 0 ? 1_235 : random.between(1, ROWS),
    }));
    await freezer.during(frozen, () => site.kill('postgres'));
    await expectWhole(lists);
  });

  it('Temporal killed in the middle of two imports', async () => {
    const lists = await Promise.all([startList(), startList()]);
    const frozen = lists.map(({ workflowId }) => ({
      workflowId,
      stage: 'before-commit' as const,
      row: random.between(1, ROWS),
    }));
    await freezer.during(frozen, () => site.kill('temporal'));
    await expectWhole(lists);
  });
});

interface StartedList {
  workflowId: string;
  result: () => Promise<ImportResult>;
}

/** Every seventh row is wrong, every eleventh repeats the first; the rest are people. */
async function startList(): Promise<StartedList> {
  const n = ++lists;
  const file = `fault-${n}.csv`;
  const rows = Array.from({ length: ROWS }, (_, i) => rowOf(n, i + 1));
  await site.write(join('imports', file), ['telefon;nume;consimțământ', ...rows].join('\n'));
  const workflowId = `import:fault-${n}`;
  await site.temporal.workflow.start('importList', {
    workflowId,
    taskQueue: IMPORTS_QUEUE,
    args: [{ file, kind: n % 2 === 0 ? 'normal' : 'priority', campaign: campaignOf(n) }],
  });
  // Asked anew, because the server may be away while it is waited for.
  const result = async () => {
    let found: ImportResult | undefined;
    await until(`${workflowId} ends by itself`, 120_000, async () => {
      found = (await site.temporal.workflow
        .getHandle(workflowId)
        .result()
        .catch((error: Error) => {
          if (error.name === 'WorkflowFailedError') throw error;
          return undefined;
        })) as ImportResult | undefined;
      return found !== undefined;
    });
    return found as ImportResult;
  };
  return { workflowId, result };
}

/** Imports into one campaign wait for each other, batch by batch: they could not be held still at once. */
function campaignOf(list: number): string {
  return `imports-${list % AT_ONCE}`;
}

function isReject(row: number): boolean {
  return row % 7 === 0 || isRepeat(row);
}

function isRepeat(row: number): boolean {
  return row % 11 === 0 && row % 7 !== 0;
}

function rowOf(list: number, row: number): string {
  if (row % 7 === 0) return `4.07E+10;Excel ${row};2026-01-15`;
  return `07${20_000_000 + list * 10_000 + (isRepeat(row) ? 1 : row)};Persoana ${row};2026-01-15`;
}

async function expectWhole(started: readonly StartedList[]): Promise<void> {
  const repeats = Array.from({ length: ROWS }, (_, i) => i + 1).filter(isRepeat).length;
  const invalid = Math.floor(ROWS / 7);
  for (const { workflowId, result } of started) {
    expect(await result(), workflowId).toMatchObject({
      outcome: 'imported',
      rows: ROWS,
      accepted: ROWS - invalid - repeats,
      duplicate: repeats,
      invalid,
      suppressed: 0,
      byReason: { 'duplicate-in-file': repeats, 'phone-invalid': invalid },
    });
    const { rows } = await site.db.query<{ wrong: number }>(
      `select count(*)::int as wrong from import_rejects r join imports i on i.id = r.import_id
       where i.workflow_id = $1 and r.line <> r.row_no + 1`,
      [workflowId],
    );
    expect(rows[0]?.wrong).toBe(0);
  }
  expect(await recountImports(site.db)).toEqual([]);
}

const CONFIG = [
  { kind: 'calendar', name: 'never', zone: 'Europe/Bucharest', holidays: 'none', hours: {} },
  { kind: 'caps', name: 'wide', perNumberPerDay: 100, perNumberTotal: 100 },
  {
    kind: 'retry-rules',
    name: 'once',
    default: { delaySeconds: 3_600, multiplier: 1, maxDelaySeconds: 3_600, maxAttempts: 1 },
    byStatus: {},
  },
  {
    kind: 'trunk',
    name: 'nowhere',
    host: '127.0.0.1',
    port: 9,
    transport: 'udp',
    numberFormat: 'e164',
    maxChannels: 1,
    callsPerSecond: 1,
  },
  ...Array.from({ length: AT_ONCE }, (_, n) => ({
    kind: 'campaign',
    name: campaignOf(n),
    label: campaignOf(n),
    mode: 'agent',
    calendar: 'never',
    trunk: 'nowhere',
    callerId: '+40259123456',
    retryRules: 'once',
    caps: 'wide',
    ringTimeoutSeconds: 15,
    maxTalkSeconds: 60,
    concurrency: 1,
  })),
];
