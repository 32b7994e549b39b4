/**
 * How the sums of a report come to the client: as one row of columns, and of whole numbers only. A row for each hour and
 * status, with the status by name and the hour by the wall of its zone, cost more than finding and adding up what is in it.
 * @module
 */
import { preparedRowsOf, rowsOf, type Queryable } from './queryable.ts';

/** Two whole numbers in one, of which the second is below `KEY_BASE`: status ids, hours and days since 1970 are (until 2089). */
export const KEY_BASE = 1_048_576;

/** SQL of a key. */
export function keyOf(first: string, second: string): string {
  return `(${first})::int8 * ${KEY_BASE} + ${second}`;
}

/** The two numbers of a key, from 0 on. */
export function partsOf(key: number): { first: number; second: number } {
  const second = key % KEY_BASE;
  return { first: (key - second) / KEY_BASE, second };
}

/** UTC hours since 1970 of the column `hour`, in SQL. */
export const HOUR_NUMBER = `(date_part('epoch', hour) / 3600)::int8`;

export interface SumsStatement {
  /** One name, one text: it is prepared. */
  name: string;
  /**
   * Put together once; selects `key`, `calls`, `answered` and with `talk` also `talk_ms`: below 2^53, never null. With `packed`
   * calls and answered calls are one `counts` (`COUNTS`).
   */
  text: () => string;
  talk: boolean;
  packed?: true;
}

/** Calls and answered calls of one hour and status, or fewer (a correction takes away): far below half of it. */
const COUNTS_BASE = 67_108_864;

/** In SQL: in a report of a hundred rows each column is a twentieth of the time. */
export const COUNTS = `calls::int8 * ${COUNTS_BASE} + answered as counts`;

/** One row of a report's sums; `talkMs` is 0 where the statement has no talk. */
type OnSums = (key: number, calls: number, answered: number, talkMs: number) => void;

/** Of the statements by their names: putting one together takes a tenth of the time of a small report. */
const texts = new Map<string, string>();

/** Gives each row of `text` to `onSums`, in its order. */
export async function readSums(
  on: Queryable,
  statement: SumsStatement,
  values: readonly unknown[],
  onSums: OnSums,
): Promise<void> {
  const { name } = statement;
  const text = texts.get(name) ?? columnsText(statement);
  texts.set(name, text);
  const [columns] = await preparedRowsOf<Record<string, string | null>>(on, { name, text }, values);
  const talkMs = numbersOf(columns?.['talk_ms']);
  if (statement.packed === true) {
    const counts = numbersOf(columns?.['counts']);
    for (const [at, key] of numbersOf(columns?.['key']).entries()) {
      const count = counts[at] ?? 0;
      const calls = Math.round(count / COUNTS_BASE);
      onSums(key, calls, count - calls * COUNTS_BASE, talkMs[at] ?? 0);
    }
    return;
  }
  const calls = numbersOf(columns?.['calls']);
  const answered = numbersOf(columns?.['answered']);
  for (const [at, key] of numbersOf(columns?.['key']).entries()) {
    onSums(key, calls[at] ?? 0, answered[at] ?? 0, talkMs[at] ?? 0);
  }
}

function columnsText({ text, talk, packed }: SumsStatement): string {
  const counts = packed === true ? ['counts'] : ['calls', 'answered'];
  const columns = ['key', ...counts, ...(talk ? ['talk_ms'] : [])];
  const selected = columns.map((column) => `array_agg(${column})::text as ${column}`);
  return `select ${selected.join(', ')} from (${text()}) sums where in_one_process()`;
}

/** Of `{1,2,3}`; no rows make no array. */
function numbersOf(array: string | null | undefined): number[] {
  return array ? (JSON.parse(`[${array.slice(1, -1)}]`) as number[]) : [];
}

/**
 * A value that the planner does not see. From values that it sees it may gather, at each execution, that a plan for just
 * these is cheaper, and planning takes as long as a report. So it plans once a connection.
 */
export function unseen(place: number, type: 'int4' | 'text' | 'text[]' | 'timestamptz' | 'date'): string {
  return `(select $${place}::${type})`;
}

/** By the database that was asked. The code of an id never changes, and no status is ever deleted (`status-row.ts`). */
const knownCodes = new WeakMap<Queryable, ReadonlyMap<number, string>>();

/** Gives each cell the code of its status, which is the second part of its key. */
export async function nameStatuses(
  on: Queryable,
  cells: ReadonlyMap<number, { status: string }>,
): Promise<void> {
  if (nameKnown(knownCodes.get(on), cells)) return;
  const rows = await rowsOf<{ id: number; code: string }>(on, 'select id, code from statuses');
  const codes = new Map(rows.map(({ id, code }) => [id, code]));
  knownCodes.set(on, codes);
  if (!nameKnown(codes, cells)) throw new Error('a rollup has a status that is not in statuses');
}

function nameKnown(
  codes: ReadonlyMap<number, string> | undefined,
  cells: ReadonlyMap<number, { status: string }>,
): boolean {
  if (codes === undefined) return false;
  for (const [key, cell] of cells) {
    const code = codes.get(partsOf(key).second);
    if (code === undefined) return false;
    cell.status = code;
  }
  return true;
}
