/**
 * The rows of a site's database as files: COPY of every table in one snapshot. No pg_dump is needed (the embedded server
 * has none, the distribution's is often older than the server), and the schema is made by our own migrations.
 * @module
 */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { Transform, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import type { ClientBase } from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { PLACES, type TableEntry } from './manifest.ts';

export interface TableShape {
  name: string;
  columns: string[];
}

/** All tables of the schema, each after those it refers to. */
export async function readTables(client: ClientBase): Promise<TableShape[]> {
  const tables = await client.query<TableShape>(
    `select c.relname as name, array_agg(a.attname::text order by a.attnum) as columns
     from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attgenerated = ''
     group by c.relname order by c.relname`,
  );
  const references = await client.query<{ child: string; parent: string }>(
    `select conrelid::regclass::text as child, confrelid::regclass::text as parent from pg_constraint
     where contype = 'f' and connamespace = 'public'::regnamespace and conrelid <> confrelid`,
  );
  return inOrder(tables.rows, references.rows);
}

/** @throws Error when tables refer to one another in a circle */
export function inOrder(
  tables: readonly TableShape[],
  references: readonly { child: string; parent: string }[],
): TableShape[] {
  const ordered: TableShape[] = [];
  const waiting = new Map(tables.map((table) => [table.name, table]));
  while (waiting.size > 0) {
    const free = [...waiting.values()].filter(
      ({ name }) => !references.some(({ child, parent }) => child === name && waiting.has(parent)),
    );
    if (free.length === 0) throw new Error(`tables refer in a circle: ${[...waiting.keys()].join(', ')}`);
    for (const table of free) waiting.delete(table.name);
    ordered.push(...free);
  }
  return ordered;
}

/** Hashes of the applied migrations, in their order. */
export async function readMigrations(client: ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ hash: string }>(
    'select hash from drizzle.__drizzle_migrations order by created_at, id',
  );
  return rows.map(({ hash }) => hash);
}

/** Must run inside a transaction of isolation level repeatable read. */
export async function dumpTable(client: ClientBase, table: TableShape, backup: string): Promise<TableEntry> {
  const measure = measuring();
  const rows = client.query(copyTo(`copy ${table.name} (${columnList(table)}) to stdout`));
  await pipeline(
    rows,
    measure.through,
    createGzip(),
    createWriteStream(PLACES.table(backup, table.name), { mode: 0o600, flags: 'wx' }),
  );
  return { ...table, ...measure.result() };
}

/** @throws Error when the file holds other rows than the manifest says */
export async function loadTable(client: ClientBase, entry: TableEntry, backup: string): Promise<void> {
  const measure = measuring();
  const into = client.query(copyFrom(`copy ${entry.name} (${columnList(entry)}) from stdin`));
  await pipeline(createReadStream(PLACES.table(backup, entry.name)), createGunzip(), measure.through, into);
  if (!isSame(entry, measure.result())) throw new Error(`table ${entry.name} is damaged in the backup`);
}

/** Reads the whole file; undefined when it is as the manifest says. */
export async function checkTable(
  entry: TableEntry,
  backup: string,
): Promise<'missing' | 'mismatch' | undefined> {
  const measure = measuring();
  const away = new Writable({ write: (_chunk, _encoding, done) => done() });
  try {
    const file = createReadStream(PLACES.table(backup, entry.name));
    await pipeline(file, createGunzip(), measure.through, away);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'missing' : 'mismatch';
  }
  return isSame(entry, measure.result()) ? undefined : 'mismatch';
}

interface Measured {
  rows: number;
  sha256: string;
}

function isSame(a: Measured, b: Measured): boolean {
  return a.rows === b.rows && a.sha256 === b.sha256;
}

function columnList(table: TableShape): string {
  return table.columns.map((column) => `"${column}"`).join(', ');
}

const NEWLINE = 0x0a;

/** COPY's text format has one line a row; newlines inside values are escaped. */
function measuring(): { through: Transform; result(): Measured } {
  const hash = createHash('sha256');
  let rows = 0;
  const through = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      hash.update(chunk);
      for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) rows += 1;
      done(null, chunk);
    },
  });
  return { through, result: () => ({ rows, sha256: hash.digest('hex') }) };
}
