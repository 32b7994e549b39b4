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
