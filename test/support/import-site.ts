/**
 * Imports without Temporal: the real activities on a database and folders of their own, and a recount of what they did.
 * @module
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createImportActivities } from '../../activities/import-list.ts';
import type { ImportListInput, ImportResult } from '../../contracts/model/import.ts';
import type { ImportActivities } from '../../contracts/temporal/activities.ts';
import { openDatabase, type Database } from '../../db/client.ts';
import { systemClock } from '../../platform/clock.ts';
import { createLogger } from '../../platform/logger.ts';
import { createTestDatabase } from './postgres.ts';
import { recountImports } from './recount-imports.ts';

export interface ImportSite {
  db: Database;
  /** Import folder. */
  lists: string;
  spool: string;
  url: string;
  /** The same activities on another connection. */
  activitiesOn(db: Database): ImportActivities;
  /** Writes a list under a new name, which it returns. */
  write(content: string | Buffer | readonly string[]): Promise<string>;
  /** Runs one activity as a worker would. */
  step<K extends keyof ImportActivities>(
    name: K,
    input: Parameters<ImportActivities[K]>[0],
    environment?: MockActivityEnvironment,
  ): ReturnType<ImportActivities[K]>;
  /** Opens an import and returns its id. */
  open(input: ImportInput, workflowId?: string): Promise<string>;
  /** The steps of the workflow, one after the other. */
  run(input: ImportInput, workflowId?: string): Promise<ImportResult>;
  /** What does not add up; empty is right. */
  recount(): Promise<string[]>;
  close(): Promise<void>;
}

type ImportInput = Partial<ImportListInput> & { file: string; campaign: string };

export async function createImportSite(wrap: (db: Database) => Database = (db) => db): Promise<ImportSite> {
  const test = await createTestDatabase();
  const db = openDatabase({ url: test.url, applicationName: 'test', statementTimeoutMs: 60_000 });
  const folder = await mkdtemp(join(tmpdir(), 'apel-imports-'));
  const lists = join(folder, 'lists');
  const spool = join(folder, 'spool');
  await mkdir(lists);
  const activitiesOn = (on: Database) =>
    createImportActivities({
      db: on,
      clock: systemClock,
      logger: createLogger({ service: 'test', level: 'silent' }),
      importFolder: lists,
      spoolFolder: spool,
    });
  const activities = activitiesOn(wrap(db));
  let files = 0;
  const step: ImportSite['step'] = (name, input, environment = mockEnvironment()) => {
    const activity = activities[name] as (input: unknown) => Promise<unknown>;
    return environment.run(() => activity(input)) as never;
  };
  const opening = (input: ImportInput, workflowId = `import:f${++files}`) =>
    step('openImport', { workflowId, input: { kind: 'normal', ...input } });
  const open: ImportSite['open'] = async (input, workflowId) => {
    const opened = await opening(input, workflowId);
    if (opened.state !== 'opened') throw new Error(opened.state);
    return opened.importId;
  };
  return {
    db,
    lists,
    spool,
    url: test.url,
    activitiesOn,
    step,
    open,
    async write(content) {
      const file = `list-${++files}.csv`;
      await writeFile(
        join(lists, file),
        typeof content === 'string' || Buffer.isBuffer(content) ? content : content.join('\n'),
      );
      return file;
    },
    async run(input, workflowId) {
      const opened = await opening(input, workflowId);
      if (opened.state !== 'opened') return opened.result;
      while (!(await step('importChunk', { importId: opened.importId })).done);
      return step('finishImport', { importId: opened.importId, cancelled: false });
    },
    recount: () => recountImports(db.pool),
    async close() {
      await db.close();
      await test.drop();
      await rm(folder, { recursive: true });
    },
  };
}

/** For one activity; `cancel()` is heard at its next batch. */
export function mockEnvironment(): MockActivityEnvironment {
  return new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });
}

/** A header and `rows` rows with distinct numbers from `07<from>` on, all acceptable. */
export function plainList(rows: number, from: number): string[] {
  const lines = Array.from({ length: rows }, (_, i) => `07${from + i};Persoana ${i};2026-01-15`);
  return ['Telefon;Nume;Consimțământ', ...lines];
}
