/**
 * The rejects file: what was not accepted, why, and what to do, as a CSV that can be corrected and imported again.
 * @module
 */
import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { lstat, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { readRejects, type ImportRow } from '../../db/import-rows.ts';
import { rejectLine, rejectsHead } from '../../domain/import-reject-csv.ts';
import { toFailure } from '../failure.ts';
import type { ImportDependencies, Pulse } from './dependencies.ts';

/** Below the import folder. */
const REJECTS_FOLDER = 'rejects';
/** A row may have 64 KiB. */
const PAGE_ROWS = 500;

/** @returns its name relative to the import folder; undefined when every row was accepted */
export async function writeRejectsFile(
  deps: ImportDependencies,
  row: ImportRow,
  pulse: Pulse,
): Promise<string | undefined> {
  if (row.rows === row.accepted) return undefined;
  const name = `${REJECTS_FOLDER}/${rejectsName(row)}`;
  const path = join(deps.importFolder, name);
  await makeRejectsFolder(deps.importFolder);
  // Each attempt has its own: a zombie of an earlier one may still be writing.
  const draft = `${path}.${randomUUID()}.draft`;
  try {
    await pipeline(
      Readable.from(content(deps, row, pulse)),
      createWriteStream(draft, { mode: 0o640, flush: true, flags: 'wx' }),
    );
    // A draft that is gone was removed by another attempt, which has closed the import: the file is there.
    await rename(draft, path).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    });
  } finally {
    await rm(draft, { force: true });
  }
  return name;
}

/** Who may write in the import folder must not choose, by a link, where else we write. */
async function makeRejectsFolder(importFolder: string): Promise<void> {
  const folder = join(importFolder, REJECTS_FOLDER);
  await mkdir(folder).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  });
  if ((await lstat(folder)).isDirectory()) return;
  throw toFailure(
    'file-unusable',
    `${REJECTS_FOLDER}: în dosarul de importuri trebuie să fie un dosar cu acest nume, nu o legătură sau un fișier`,
  );
}

/** What attempts that were killed left of it. Call it when the import is closed: no attempt that counts writes any more. */
export async function removeRejectDrafts(deps: ImportDependencies, row: ImportRow): Promise<void> {
  const folder = join(deps.importFolder, REJECTS_FOLDER);
  const names = await readdir(folder).catch(() => []);
  const ours = names.filter((name) => name.startsWith(`${rejectsName(row)}.`) && name.endsWith('.draft'));
  for (const name of ours) await rm(join(folder, name), { force: true });
}

function rejectsName(row: ImportRow): string {
  return `${fileStem(row.workflowId)}-${row.id.slice(0, 8)}.csv`;
}

async function* content(deps: ImportDependencies, row: ImportRow, pulse: Pulse): AsyncGenerator<string> {
  yield rejectsHead(row.layout);
  for (let afterRow = 0; ;) {
    const page = await readRejects(deps.db.pool, { importId: row.id, afterRow, limit: PAGE_ROWS });
    const last = page.at(-1);
    if (last === undefined) return;
    pulse.beat();
    yield page.map((reject) => rejectLine(row.layout, reject)).join('');
    afterRow = last.rowNo;
  }
}

/** `import:oradea 11/21` → `oradea-11-21`: what any file system takes. */
function fileStem(workflowId: string): string {
  const stem = workflowId
    .replace(/^import:/, '')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[.-]+/, '')
    .slice(0, 80);
  return stem === '' ? 'import' : stem;
}
