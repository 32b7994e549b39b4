/**
 * What a customer of the demo does, by the last two digits of the dialed number: so that anyone can tell from a number how
 * its calls must end.
 * @module
 */
export const BEHAVIOUR_KINDS = [
  'busy',
  'nonexistent',
  'unavailable',
  'declined',
  'no-answer',
  'listens',
  'holds',
  'hangs-up',
  'presses-1',
  'presses-2',
  'presses-9',
  'early-media',
] as const;
export type BehaviourKind = (typeof BEHAVIOUR_KINDS)[number];

/** All delays in milliseconds. */
export interface Behaviour {
  kind: BehaviourKind;
  /** INVITE → 180 (or 183). */
  ringAfterMs: number;
  /** 180 → final response; not for `no-answer`, which rings until it is cancelled, or the network gives up. */
  finalAfterMs: number;
  final: { status: number; reason: string };
  /** Answer → hang-up by the customer; absent: listens until the caller hangs up. */
  hangUpAfterMs?: number;
  key?: { digit: string; afterMs: number };
  /** Answer → the customer puts the caller on hold, and how long for. */
  hold?: { afterMs: number; forMs: number };
  earlyMedia: boolean;
  /** Our BYE → the 200 to it; absent: at once. */
  byeAnsweredAfterMs?: number;
}

/** First two-digit ending of each behaviour, ascending: endings 00-11 are busy, 12-17 do not exist, and so on. */
const ENDINGS: readonly (readonly [from: number, kind: BehaviourKind])[] = [
  [0, 'busy'],
  [12, 'nonexistent'],
  [18, 'unavailable'],
  [19, 'declined'],
  [29, 'no-answer'],
  [41, 'listens'],
  [57, 'holds'],
  [62, 'hangs-up'],
  [74, 'presses-1'],
  [86, 'presses-2'],
  [91, 'presses-9'],
  [96, 'early-media'],
];

const FINALS: Readonly<Partial<Record<BehaviourKind, { status: number; reason: string }>>> = {
  busy: { status: 486, reason: 'Busy Here' },
  nonexistent: { status: 404, reason: 'Not Found' },
  unavailable: { status: 503, reason: 'Service Unavailable' },
  declined: { status: 603, reason: 'Decline' },
};
const ANSWER = { status: 200, reason: 'OK' };
/** The digit before the ending, in half seconds, is how long the customer lets it ring. */
const RING_STEP_MS = 500;
const MIN_RING_MS = 200;
/** An agent reads a whole script; robots hang up long before. */
const PATIENCE_MS = 600_000;
const HOLD = { afterMs: 8_000, forMs: 8_000 };

/** @param dialed any written form of the number; what has no two digits at its end rings and is not answered */
export function behaviourOf(dialed: string): Behaviour {
  const digits = dialed.replace(/\D/g, '');
  const kind = kindOf(digits);
  const final = FINALS[kind] ?? ANSWER;
  // The digits before the ending vary the timing, so that customers do not all move in step.
  const vary = (range: number): number => (Number(digits.slice(-5)) * 7919) % range;
  return {
    kind,
    ringAfterMs: 100 + vary(200),
    finalAfterMs: final === ANSWER ? ringMs(digits) : kind === 'declined' ? 800 + vary(1_500) : 200,
    final,
    hangUpAfterMs: kind === 'hangs-up' ? 1_500 + vary(2_500) : PATIENCE_MS,
    ...(kind === 'holds' ? { hold: HOLD } : {}),
    ...(kind.startsWith('presses-') ? { key: { digit: kind.slice(-1), afterMs: 2_500 + vary(3_500) } } : {}),
    earlyMedia: kind === 'early-media',
  };
}

function ringMs(digits: string): number {
  return Math.max(MIN_RING_MS, Number(digits.at(-3) ?? 0) * RING_STEP_MS);
}

function kindOf(digits: string): BehaviourKind {
  if (digits.length < 2) return 'no-answer';
  const ending = Number(digits.slice(-2));
  return ENDINGS.findLast(([from]) => ending >= from)?.[1] ?? 'no-answer';
}
