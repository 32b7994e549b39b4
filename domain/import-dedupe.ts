/**
 * Which rows of a batch become contacts, decided row by row in the order of the file, so that the size of a batch (and a
 * crash between two of them) cannot change the result.
 * @module
 */
import type { RowReject } from './import-row.ts';

/** What the database knows about a number before the batch. */
export interface KnownNumber {
  doNotCall: boolean;
  /** Active in the campaign, through an earlier row of this import or otherwise. */
  takenBy?: 'file' | 'campaign';
  /** List of the contact that has it. */
  takenByList?: number;
  /** Bound to another trunk, or known for real dialing while this campaign only reaches the simulated carrier. */
  otherTrunk: boolean;
}

export type Decision = { ok: true; numbers: string[] } | { ok: false; reject: RowReject };

/**
 * @param rows numbers of each candidate, in file order, one to three each
 * @param known numbers that the database has something to say about; absent means: free
 */
export function decideBatch(
  rows: readonly (readonly string[])[],
  known: ReadonlyMap<string, KnownNumber>,
): Decision[] {
  const taken = new Set<string>();
  return rows.map((numbers) => {
    const decision = decideRow(numbers, known, taken);
    if (decision.ok) for (const number of decision.numbers) taken.add(number);
    return decision;
  });
}

function decideRow(
  numbers: readonly string[],
  known: ReadonlyMap<string, KnownNumber>,
  taken: ReadonlySet<string>,
): Decision {
  // A person's opposition holds for the person: one number on the list is enough, whichever it is.
  const opposed = numbers.findIndex((number) => known.get(number)?.doNotCall);
  if (opposed >= 0) return rejected('suppressed', 'do-not-call', opposed);
  const first = numbers[0] ?? '';
  if (known.get(first)?.otherTrunk) return rejected('invalid', 'phone-not-permitted', 0);
  const takenBy = taken.has(first) ? 'file' : known.get(first)?.takenBy;
  if (takenBy === 'file') return rejected('duplicate', 'duplicate-in-file', 0);
  if (takenBy === 'campaign') {
    return rejected('duplicate', 'duplicate-in-campaign', 0, known.get(first)?.takenByList);
  }
  const free = numbers.filter((number) => {
    const fact = known.get(number);
    return !taken.has(number) && fact?.takenBy === undefined && !fact?.otherTrunk;
  });
  return { ok: true, numbers: free };
}

const PHONE_COLUMNS = ['phone', 'phone2', 'phone3'] as const;

function rejected(
  outcome: RowReject['outcome'],
  reason: RowReject['reason'],
  position: number,
  listId?: number,
): Decision {
  const column = PHONE_COLUMNS[position] ?? 'phone';
  return { ok: false, reject: { outcome, reason, column, ...(listId !== undefined && { listId }) } };
}
