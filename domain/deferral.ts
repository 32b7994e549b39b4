/**
 * Verdicts of a claim that put a contact off, and until when. Zone arithmetic: never in workflow code (`calendar.ts`).
 * @module
 */
import { nextLocalDay } from './calendar.ts';
import { CONFIG_WAIT_SECONDS, NUMBER_BUSY_SECONDS } from './dial-wait.ts';

/** The contact waits; every other verdict but `ok` closes it. */
export const DEFERRALS = ['number-busy', 'cap-day', 'prefix-not-permitted', 'trunk-bound'] as const;
export type Deferral = (typeof DEFERRALS)[number];

export function isDeferral(verdict: string): verdict is Deferral {
  return (DEFERRALS as readonly string[]).includes(verdict);
}

/** When a contact that is put off at `now` is looked at again; `zone` is that of the campaign's calendar. */
export function deferredUntil({ zone, now }: { zone: string; now: Date }): Record<Deferral, Date> {
  const config = new Date(now.getTime() + CONFIG_WAIT_SECONDS * 1_000);
  return {
    'number-busy': new Date(now.getTime() + NUMBER_BUSY_SECONDS * 1_000),
    'cap-day': nextLocalDay(zone, now),
    'prefix-not-permitted': config,
    'trunk-bound': config,
  };
}
