/**
 * Statements whose parameters have names.
 * @module
 */
import { preparedRowsOf, type Queryable } from './queryable.ts';
import type pg from 'pg';

/** A prepared statement in which `p.name` stands for a parameter; `types` are those of Postgres. */
export interface NamedStatement<N extends string> {
  name: string;
  text: string;
  values: readonly N[];
}

/** Once for each text: `p.callId` becomes `$3::uuid`. One name, one text. */
export function namedStatement<N extends string>(
  name: string,
  types: Readonly<Record<N, string>>,
  text: string,
): NamedStatement<N> {
  const values: N[] = [];
  const written = text.replaceAll(/\bp\.(\w+)/g, (_, word: N) => {
    if (!(word in types)) throw new Error(`${name}: no parameter ${word}`);
    if (!values.includes(word)) values.push(word);
    return `$${values.indexOf(word) + 1}::${types[word]}`;
  });
  return { name, text: written, values };
}

export async function rowsOfNamed<R extends pg.QueryResultRow, N extends string>(
  on: Queryable,
  { name, text, values }: NamedStatement<N>,
  params: Readonly<Record<N, unknown>>,
): Promise<R[]> {
  return preparedRowsOf<R>(
    on,
    { name, text },
    values.map((value) => params[value]),
  );
}
