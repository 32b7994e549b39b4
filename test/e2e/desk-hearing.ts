/**
 * Who hears whom: the customer's telephone and the page of the desk, each by the tones of the other.
 * @module
 */
import { amplitudeOf } from '../../telephony/testing/tones.ts';
import type { DeskPage } from './desk-browser.ts';
import type { Customer } from './desk-customers.ts';
import { until } from './site.ts';

export const CUSTOMER_HZ = 400;
export const RINGBACK_HZ = 450;
const SOON_MS = 60_000;
const WINDOW_MS = 300;
/** Of a microphone that speaks in bursts, within a window that holds a pause; noise is below 100. */
const LOUD = 700;
const QUIET = 150;
/** The chords of `telephony/desk-sounds.ts`. */
const MUSIC = [
  [262, 330, 392],
  [220, 262, 330],
  [175, 220, 262],
  [196, 247, 294],
];
const MUSIC_LOUD = 400;

export function hearsAgent({ phone }: Customer, hertz: number): boolean {
  return amplitudeOf(phone.soundSince(Date.now() - WINDOW_MS), hertz) > LOUD;
}

/** For long enough that it cannot be the pause between two bursts. */
export function hearsNothingOf({ phone }: Customer, hertz: number): boolean {
  const sound = phone.soundSince(Date.now() - 2 * WINDOW_MS);
  return sound.length === 0 || amplitudeOf(sound, hertz) < QUIET;
}

export function hearsMusic({ phone }: Customer): boolean {
  const sound = phone.soundSince(Date.now() - WINDOW_MS);
  return MUSIC.some((chord) => chord.every((hertz) => amplitudeOf(sound, hertz) > MUSIC_LOUD));
}

/** The first of the three tones that say that nobody is coming. */
export function hearsApology({ phone }: Customer): boolean {
  return amplitudeOf(phone.soundSince(Date.now() - WINDOW_MS), 523) > LOUD;
}

export async function hearsTone(desk: DeskPage, hertz: number): Promise<boolean> {
  return Math.abs((await desk.heardHz()) - hertz) < 15;
}

/** @param hertz of the agent */
export function hearEachOther(desk: DeskPage, customer: Customer, hertz: number): Promise<void> {
  return until(
    'both hear each other',
    SOON_MS,
    async () => hearsAgent(customer, hertz) && (await hearsTone(desk, CUSTOMER_HZ)),
  );
}

/** `Date.now()` of when the page heard its customer for the first time since it began to listen. */
export async function firstHeardCustomer(desk: DeskPage): Promise<number> {
  let at = 0;
  await until('the customer is heard', SOON_MS, async () => {
    // A page that is on its way to another one answers nothing.
    at = await desk.firstHeard(CUSTOMER_HZ).catch(() => 0);
    return at > 0;
  });
  return at;
}
