/**
 * What lies in a backup, written last: a folder without a manifest is no backup.
 * @module
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { UserError } from '../../shell/user-error.ts';

const FORMAT = 1;
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** A path inside the backup that cannot lead out of it, whoever wrote the manifest. */
const insidePath = z
  .string()
  .refine((path) => path !== '' && !path.startsWith('/') && !path.split('/').includes('..'), 'leads out');

const tableSchema = z.object({
  name: z.string().regex(/^[a-z_]+$/),
  columns: z.array(z.string().regex(/^[a-z0-9_]+$/)),
  rows: z.number().int().nonnegative(),
  /** Of the rows as COPY writes them, before compression. */
  sha256,
});
const fileSchema = z.object({ path: insidePath, bytes: z.number().int().nonnegative(), sha256 });

const manifestSchema = z.object({
  format: z.literal(FORMAT),
  /** Instant of the database's snapshot. */
  takenAt: z.iso.datetime(),
  /** Hashes of the applied migrations, in their order: the schema these rows fit. */
  migrations: z.array(z.string()),
  /** In an order in which they can be filled: what is referenced comes first. */
  tables: z.array(tableSchema),
  /** Recordings and prompts, relative to the backup. */
  files: z.array(fileSchema),
  keysSha256: sha256,
  /** Rows whose file was not there, or was not the hashed one, when the backup was made. */
  damaged: z.array(z.object({ path: z.string(), problem: z.enum(['missing', 'mismatch']) })),
});

export type Manifest = z.infer<typeof manifestSchema>;
export type TableEntry = z.infer<typeof tableSchema>;
export type FileEntry = z.infer<typeof fileSchema>;

export const MANIFEST_FORMAT = FORMAT;

export const PLACES = {
  manifest: (backup: string) => join(backup, 'manifest.json'),
  keys: (backup: string) => join(backup, 'keys.json'),
  table: (backup: string, name: string) => join(backup, 'database', `${name}.copy.gz`),
} as const;

/** @throws UserError when the folder holds no complete backup */
export function readManifest(backup: string): Manifest {
  let text: string;
  try {
    text = readFileSync(PLACES.manifest(backup), 'utf8');
  } catch {
    throw new UserError(`${backup} is no complete backup: it has no manifest.json`);
  }
  const parsed = manifestSchema.safeParse(toJson(text));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new UserError(`manifest.json is not one of ours: ${issue?.path.join('.')} ${issue?.message}`);
}

function toJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
