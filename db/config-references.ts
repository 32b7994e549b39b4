/**
 * What config objects name of each other.
 * @module
 */
import { configName, type ConfigBody, type ConfigKind } from '../contracts/model/config.ts';
import { rowsOf, type Queryable } from './queryable.ts';

export interface Reference {
  from: ConfigBody;
  /** Field of `from`, such as `menu.keys.1`. */
  field: string;
  kind: ConfigKind;
  name: string;
}

export interface MissingReference {
  kind: ConfigKind;
  name: string;
  problem: 'missing-reference';
  /** Field of the object, such as `menu.keys.1`. */
  path: string;
  detail: string;
}

/** Names that are neither in the database and in use, nor among the objects applied with them. */
export async function missingReferences(
  on: Queryable,
  objects: readonly ConfigBody[],
): Promise<MissingReference[]> {
  const references = objects.flatMap(referencesOf);
  if (references.length === 0) return [];
  const rows = await rowsOf<{ key: string }>(
    on,
    `select kind || '/' || name as key from config_objects where retired_at is null`,
  );
  const known = new Set(rows.map((row) => row.key));
  for (const object of objects) known.add(`${object.kind}/${configName(object)}`);
  return references
    .filter((reference) => !known.has(`${reference.kind}/${reference.name}`))
    .map((reference) => ({
      kind: reference.from.kind,
      name: configName(reference.from),
      problem: 'missing-reference',
      path: reference.field,
      detail: `${reference.from.kind} "${configName(reference.from)}", ${reference.field}: there is no ${reference.kind} "${reference.name}"`,
    }));
}

/** The words for people; the name where there are none. */
export function labelOf(object: ConfigBody): string {
  const { body } = object;
  if ('label' in body) return body.label;
  return 'labels' in body ? body.labels.ro : configName(object);
}

/** Everything that an object names, with the field where it does. */
export function referencesOf(from: ConfigBody): Reference[] {
  if (from.kind === 'retry-rules') {
    return Object.keys(from.body.byStatus).map((name) => ({
      from,
      field: `byStatus.${name}`,
      kind: 'status',
      name,
    }));
  }
  if (from.kind !== 'campaign') return [];
  const { body } = from;
  const prompts = (['prompt', 'goodbyePrompt'] as const).flatMap((field): Reference[] => {
    const name = body[field];
    return name === undefined ? [] : [{ from, field, kind: 'prompt', name }];
  });
  const keys = Object.entries(body.menu?.keys ?? {}).map(([key, name]): Reference => ({
    from,
    field: `menu.keys.${key}`,
    kind: 'status',
    name,
  }));
  const { desk } = body;
  const script = desk?.script;
  const sounds = (['holdMusic', 'apologyPrompt'] as const).flatMap((field): Reference[] => {
    const name = desk?.[field];
    return name === undefined ? [] : [{ from, field: `desk.${field}`, kind: 'prompt', name }];
  });
  const outcomes = (desk?.outcomes ?? []).map((name, at): Reference => ({
    from,
    field: `desk.outcomes.${at}`,
    kind: 'status',
    name,
  }));
  return [
    ...(script === undefined
      ? []
      : [{ from, field: 'desk.script', kind: 'script', name: script } satisfies Reference]),
    ...sounds,
    ...outcomes,
    { from, field: 'calendar', kind: 'calendar', name: body.calendar },
    { from, field: 'trunk', kind: 'trunk', name: body.trunk },
    { from, field: 'retryRules', kind: 'retry-rules', name: body.retryRules },
    { from, field: 'caps', kind: 'caps', name: body.caps },
    ...prompts,
    ...keys,
  ];
}
