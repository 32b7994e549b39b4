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
   * Put together once; selects `key`, `calls`, `answered` and with `talk` also `talk_ms`: whole numbers below 2^53, never null. With
   * `packed` it selects `PACKED`.
   */
  text: () => string;
  talk: boolean;
  packed?: true;
}

/**
 * Of one hour and status, in SQL: in a report of a hundred rows each column is a twentieth of the time, and so is reckoning a key of
 * the hour. Each half of `counts` may be below 0, as after a correction.
 */
export const PACKED = 'hour, (calls::int8 << 32) + answered as counts, (talk_ms << 16) + status_id as talk';

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
  if (statement.packed === true) {
    const column = (of: string) => Buffer.from(columns?.[of] ?? '', 'base64');
    unpack(column('hour'), column('counts'), column('talk'), onSums);
    return;
  }
  const calls = numbersOf(columns?.['calls']);
  const answered = numbersOf(columns?.['answered']);
  const talkMs = numbersOf(columns?.['talk_ms']);
  for (const [at, key] of numbersOf(columns?.['key']).entries()) {
    onSums(key, calls[at] ?? 0, answered[at] ?? 0, talkMs[at] ?? 0);
  }
}

/**
 * Packed columns as Postgres sends an array: of a hundred rows, writing the numbers as text took as long as finding them. Of some
 * thousands the client reads text faster.
 */
function columnsText({ text, talk, packed }: SumsStatement): string {
  const columns =
    packed === true ? ['hour', 'counts', 'talk'] : ['key', 'calls', 'answered', ...(talk ? ['talk_ms'] : [])];
  const written = (column: string) =>
    packed === true ? `encode(array_send(array_agg(${column})), 'base64')` : `array_agg(${column})::text`;
  const selected = columns.map((column) => `${written(column)} as ${column}`);
  return `select ${selected.join(', ')} from (${text()}) sums where in_one_process()`;
}

/** Of `{1,2,3}`; no rows make no array. */
function numbersOf(array: string | null | undefined): number[] {
  return array ? (JSON.parse(`[${array.slice(1, -1)}]`) as number[]) : [];
}

/** Before the items of an array of one dimension: dimensions, nulls, type, length, lower bound; then of each item its length. */
const HEADER = 20;
const LENGTH = 4;
const ITEM = LENGTH + 8;
/** An instant is sent in microseconds since 2000. */
const MICROS_AN_HOUR = 3_600_000_000;
const HOURS_UNTIL_2000 = 262_968;
const HIGH = 2 ** 32;

function unpack(hours: Buffer, counts: Buffer, talk: Buffer, onSums: OnSums): void {
  for (let at = HEADER + LENGTH; at < hours.length; at += ITEM) {
    const micros = hours.readInt32BE(at) * HIGH + hours.readUInt32BE(at + 4);
    const hour = micros / MICROS_AN_HOUR + HOURS_UNTIL_2000;
    const answered = counts.readInt32BE(at + 4);
    const calls = counts.readInt32BE(at) + (answered < 0 ? 1 : 0);
    const low = talk.readUInt32BE(at + 4);
    onSums(hour * KEY_BASE + (low & 0xffff), calls, answered, talk.readInt32BE(at) * 65_536 + (low >>> 16));
  }
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
