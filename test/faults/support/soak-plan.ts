/**
 * What a soak does and when, made of a seed before it begins: the same seed is the same soak.
 * @module
 */
import type { Behaviour } from '../../../demo/carrier/behaviour.ts';
import { PARTS, type Part } from './processes.ts';
import type { Random } from './random.ts';

export type SoakFault =
  | { kind: 'kill'; parts: readonly Part[] }
  | { kind: 'stop'; part: Part; seconds: number }
  | { kind: 'stall'; seconds: number };

export interface PlannedFault {
  /** Seconds after the beginning of the soak. */
  at: number;
  fault: SoakFault;
}

/** Every 20 to 60 s, and none in the last half minute. */
export function planFaults(random: Random, minutes: number): PlannedFault[] {
  const plan: PlannedFault[] = [];
  for (let at = random.between(10, 30); at < minutes * 60 - 30; at += random.between(20, 60))
    plan.push({ at, fault: planFault(random) });
  return plan;
}

/** The longest that a part, or the whole machine, is stopped. */
export const MAX_STOP_SECONDS = 15;

function planFault(random: Random): SoakFault {
  const dice = random.next();
  if (dice < 0.6) return { kind: 'kill', parts: [random.pick(PARTS)] };
  if (dice < 0.75) return { kind: 'kill', parts: random.shuffled(PARTS).slice(0, 2) };
  if (dice < 0.9)
    return { kind: 'stop', part: random.pick(PARTS), seconds: random.between(1, MAX_STOP_SECONDS) };
  return { kind: 'stall', seconds: random.between(1, 5) };
}

const BASE = { ringAfterMs: 100, finalAfterMs: 300, earlyMedia: false } as const;
const ANSWER = { status: 200, reason: 'OK' };

/** One customer: seven of ten answer. */
export function planCustomer(random: Random): Behaviour {
  const timing = {
    ...BASE,
    ringAfterMs: random.between(20, 1_000),
    finalAfterMs: random.between(100, 4_000),
  };
  const dice = random.next();
  if (dice < 0.3) return { ...timing, kind: 'listens', final: ANSWER };
  if (dice < 0.45)
    return { ...timing, kind: 'hangs-up', final: ANSWER, hangUpAfterMs: random.between(0, 2_500) };
  if (dice < 0.6)
    return { ...timing, kind: 'listens', final: ANSWER, byeAnsweredAfterMs: random.between(100, 3_000) };
  if (dice < 0.7) return { ...timing, kind: 'early-media', final: ANSWER, earlyMedia: true };
  if (dice < 0.8) return { ...timing, kind: 'busy', final: { status: 486, reason: 'Busy Here' } };
  if (dice < 0.85) return { ...timing, kind: 'declined', final: { status: 603, reason: 'Decline' } };
  if (dice < 0.9) return { ...timing, kind: 'nonexistent', final: { status: 404, reason: 'Not Found' } };
  return { ...timing, kind: 'no-answer', final: ANSWER };
}
