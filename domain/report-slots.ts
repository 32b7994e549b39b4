/**
 * The hours of Raport zilnic: 13 slots from 7-8 to 19-20, and one row for everything outside, so that totals agree.
 * @module
 */

const SLOT_NAMES = [
  ...(['7-8', '8-9', '9-10', '10-11', '11-12', '12-13', '13-14'] as const),
  ...(['14-15', '15-16', '16-17', '17-18', '18-19', '19-20', 'outside'] as const),
] as const;
export type SlotName = (typeof SLOT_NAMES)[number];

export interface ReportSlot {
  slot: SlotName;
  /** Local hours, `toHour` excluded; null for `outside`. */
  fromHour: number | null;
  toHour: number | null;
}

const FIRST_HOUR = 7;

export const OUTSIDE_SLOT = 'outside';

/** All rows in order: the 13 slots, then `outside`. */
export const REPORT_SLOTS: readonly ReportSlot[] = SLOT_NAMES.map((slot, i) =>
  slot === OUTSIDE_SLOT
    ? { slot, fromHour: null, toHour: null }
    : { slot, fromHour: FIRST_HOUR + i, toHour: FIRST_HOUR + i + 1 },
);

/** @param localHour 0..23, the local hour of the INVITE */
export function slotOfHour(localHour: number): SlotName {
  return SLOT_NAMES[localHour - FIRST_HOUR] ?? OUTSIDE_SLOT;
}

/** The hours of a slot by its name; `outside` is every hour that has no slot of its own. */
export function hoursOfSlot(slot: SlotName): number[] {
  return Array.from({ length: 24 }, (_, hour) => hour).filter((hour) => slotOfHour(hour) === slot);
}

/** Sums of one local hour and one status. An hour may come twice (the night of 25 hours). */
export interface HourCell {
  localHour: number;
  status: string;
  calls: number;
  answered: number;
  talkMs: number;
}

export interface SlotSums {
  /** Status code -> calls; every status asked for has an entry. */
  counts: Record<string, number>;
  /** Sum of `counts`. */
  total: number;
  answered: number;
  talkMs: number;
}

export interface SlotTable {
  rows: (ReportSlot & SlotSums)[];
  totals: SlotSums;
}

/**
 * Sorts hourly sums into slots. Every cell lands in exactly one row, so each column's total is the sum of its rows.
 * @param statusCodes the columns; a cell of another status still counts and gets its own entry
 */
export function buildSlotTable(cells: readonly HourCell[], statusCodes: readonly string[]): SlotTable {
  const totals = emptySums(statusCodes);
  const rows = REPORT_SLOTS.map((slot) => ({ ...slot, ...emptySums(statusCodes) }));
  const bySlot = new Map(rows.map((row) => [row.slot, row]));
  for (const cell of cells) {
    const row = bySlot.get(slotOfHour(cell.localHour));
    if (row) add(row, cell);
    add(totals, cell);
  }
  return { rows, totals };
}

function emptySums(statusCodes: readonly string[]): SlotSums {
  return {
    counts: Object.fromEntries(statusCodes.map((code) => [code, 0])),
    total: 0,
    answered: 0,
    talkMs: 0,
  };
}

function add(sums: SlotSums, cell: HourCell): void {
  sums.counts[cell.status] = (sums.counts[cell.status] ?? 0) + cell.calls;
  sums.total += cell.calls;
  sums.answered += cell.answered;
  sums.talkMs += cell.talkMs;
}
