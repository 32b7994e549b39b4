/**
 * Several commits as one statement over sets: the parts of `commit-statement.ts`, with their texts as they are, but begun once.
 * Starting the plan of a commit takes longer than what it writes.
 *
 * ```
 *  $1 ids, $2 wants, $3 … one array for each value ──> row 1..n ──> done ──> freed, again, never, …, delta
 *                                                                    └── `wants`: a bit for each part that the call asks for
 * ```
 * A row that two calls of a set share would be written for one of them only: calls of one number or contact never go
 * together. The calls, then the rows of each part, are written in the order of the array.
 * @module
 */
import type { CommitDecision } from '../domain/commit-facts.ts';
import type { PipelinedStatement } from './commit-pipeline.ts';
import {
  doneText,
  PARTS,
  sharesRows,
  VALUE_TYPES,
  type CommitPart,
  type CommitValue,
} from './commit-statement.ts';
import { textOf, valuesOf } from './commit-values.ts';

/** Those that write no more than one row of their own for a call. */
const SET_PARTS: ReadonlySet<string> = new Set(
  'freed again never contact number rings inactive run delta'.split(' '),
);

/**
 * For the transaction. The plan must not follow statistics, as with claims (`claim-gates.ts`): each row of a set is found by its
 * own index, also where the planner takes a table for small or the open calls for few.
 */
export const SET_SETTINGS: readonly (readonly [name: string, value: string])[] = [
  ['plan_cache_mode', 'force_generic_plan'],
  ['enable_seqscan', 'off'],
  ['enable_bitmapscan', 'off'],
  ['enable_mergejoin', 'off'],
  ['enable_hashjoin', 'off'],
];

/** A call of a robot whose commit touches nothing of others. */
export function goesInSet(decision: CommitDecision): boolean {
  return (
    decision.agent === undefined &&
    !sharesRows(decision) &&
    PARTS.every((part) => SET_PARTS.has(part.name) || !part.wanted(decision))
  );
}

/** No two of them write the same row. */
export function areApart(decisions: readonly CommitDecision[]): boolean {
  const numbers = new Set(decisions.map(({ call }) => call.numberId));
  const contacts = new Set(decisions.map(({ call, callId }) => call.contactId ?? callId));
  return numbers.size === decisions.length && contacts.size === decisions.length;
}

/** Answers with the places of those that had not been committed before: see `placesOf`. */
export function setStatement(decisions: readonly CommitDecision[]): PipelinedStatement {
  const parts = PARTS.filter((part) => decisions.some((decision) => part.wanted(decision)));
  const key = parts.map((part) => part.name).join();
  const set = sets.get(key) ?? setText(parts, `commit-set-${sets.size}`);
  sets.set(key, set);
  const wants = decisions.map((decision) =>
    parts.reduce((bits, part, at) => (part.wanted(decision) ? bits | (1 << at) : bits), 0),
  );
  const all = decisions.map(valuesOf);
  const arrays = set.values.map((name) =>
    arrayOf(
      name,
      all.map((values) => textOf(values[name])),
    ),
  );
  return {
    name: set.name,
    text: set.text,
    values: [String(decisions.length), `{${wants.join()}}`, ...arrays],
  };
}

/** From 0 on. @param answer of `setStatement`; nothing when all had been committed before */
export function placesOf(answer: string | undefined): number[] {
  return answer === undefined ? [] : answer.split(',').map((place) => Number(place) - 1);
}

interface SetText {
  name: string;
  text: string;
  /** From `$3` on. */
  values: readonly CommitValue[];
}

/** By the parts in it. */
const sets = new Map<string, SetText>();

/**
 * The planner would take an array for many rows, and where it takes the open calls for few it would read `calls` from end to end
 * for them. Of a sum that equals its own part it believes that it is rare: twice that makes one row of it.
 */
const TAKEN_FOR_ONE = 'row.at + 0 = row.at and row.at - 0 = row.at';

function setText(parts: readonly CommitPart[], name: string): SetText {
  const columns = new Set<CommitValue>();
  const written = parts.map((part, at) => {
    const text = part.text
      .replace(/\bp\.(\w+)/g, (_, value: CommitValue) => {
        columns.add(value);
        return `done.${value}`;
      })
      .replace(/\b(from|using) done\b/, `$1 (select * from done where wants & ${1 << at} <> 0) done`);
    return `${part.name} as (${text})`;
  });
  const values: CommitValue[] = [];
  const done = doneText({
    from: 'from generate_series(1, $1::int) row(at)\n  ',
    where: `${TAKEN_FOR_ONE} and `,
    returning: [
      ', row.at, ($2::int[])[row.at] as wants',
      ...[...columns].map((value) => `p.${value} as ${value}`),
    ].join(),
  }).replace(/\bp\.(\w+)/g, (_, value: CommitValue) => {
    if (!values.includes(value)) values.push(value);
    return `($${values.indexOf(value) + 3}::${VALUE_TYPES[value]}[])[row.at]`;
  });
  const text = `with ${[done, ...written].join(',\n')}\nselect string_agg(at::text, ',') as places from done`;
  return { name, text, values };
}

/** As Postgres reads it; of a value that none of them has an empty one, in which every place is null. */
function arrayOf(name: CommitValue, texts: readonly (string | null)[]): string {
  if (texts.every((text) => text === null)) return '{}';
  const type = VALUE_TYPES[name];
  const quoted = type === 'text' || type === 'jsonb';
  const items = texts.map((text) => (text === null ? 'NULL' : quoted ? quote(text) : text));
  return `{${items.join()}}`;
}

function quote(text: string): string {
  return `"${text.replace(/[\\"]/g, String.raw`\$&`)}"`;
}
