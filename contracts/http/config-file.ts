/**
 * A configuration file: one object `{ "kind": …, …body }` or an array of them.
 * @module
 */
import { z } from 'zod';
import { CONFIG_KINDS, configName, type ConfigBody } from '../model/config.ts';
import { CONFIG_SCHEMAS } from './config.ts';
import type { FieldIssue } from './problem.ts';

const envelopeSchema = z.looseObject({
  kind: z.enum(CONFIG_KINDS, `must be one of ${CONFIG_KINDS.join(', ')}`),
});

export type ConfigFile = { ok: true; objects: ConfigBody[] } | { ok: false; issues: FieldIssue[] };

/**
 * Checks the parsed JSON of a file. Every problem is told at once, each with the path from the top of the file
 * (`[2].hours.monday[0].to`); an object given twice in one file is one, too.
 */
export function parseConfigFile(json: unknown): ConfigFile {
  const isList = Array.isArray(json);
  const entries: readonly unknown[] = isList ? json : [json];
  const objects: ConfigBody[] = [];
  const issues: FieldIssue[] = [];
  const seen = new Set<string>();
  entries.forEach((entry, index) => {
    const at: PropertyKey[] = isList ? [index] : [];
    const parsed = parseConfigObject(entry);
    if (!parsed.ok) {
      issues.push(
        ...parsed.issues.map((i) => ({ path: showPath([...at, ...i.path]), message: messageOf(i) })),
      );
      return;
    }
    const key = `${parsed.object.kind} ${configName(parsed.object)}`;
    if (seen.has(key)) issues.push({ path: showPath(at), message: `${key} is given twice in this file` });
    seen.add(key);
    objects.push(parsed.object);
  });
  return issues.length === 0 ? { ok: true, objects } : { ok: false, issues };
}

type ObjectResult = { ok: true; object: ConfigBody } | { ok: false; issues: readonly z.core.$ZodIssue[] };

function parseConfigObject(entry: unknown): ObjectResult {
  const envelope = envelopeSchema.safeParse(entry);
  if (!envelope.success) return { ok: false, issues: envelope.error.issues };
  const { kind, ...rest } = envelope.data;
  const body = CONFIG_SCHEMAS[kind].safeParse(rest);
  if (!body.success) return { ok: false, issues: body.error.issues };
  // The schema was chosen by `kind`, which the type system cannot follow through an index.
  return { ok: true, object: { kind, body: body.data } as ConfigBody };
}

/** A bad key of a record says only "invalid key"; why is in the issue below it. */
function messageOf(issue: z.core.$ZodIssue): string {
  return (issue.code === 'invalid_key' ? issue.issues[0]?.message : undefined) ?? issue.message;
}

/** `['hours', 'monday', 0, 'to']` -> `hours.monday[0].to`; the top itself is `(file)`. */
function showPath(path: readonly PropertyKey[]): string {
  const shown = path
    .map((p) => (typeof p === 'number' ? `[${p}]` : `.${String(p)}`))
    .join('')
    .replace(/^\./, '');
  return shown === '' ? '(file)' : shown;
}
