/**
 * How made-up calls end: what the network says, what people say. Ratios drift with the months.
 * @module
 */
import type { CallEnd } from '../../contracts/model/call.ts';
import type { Random } from './random.ts';

/** How a call came to its end; times in ms after the INVITE. */
export interface Attempt {
  end: CallEnd;
  ringingMs: number | undefined;
  answeredMs: number | undefined;
  /** Of a call that was not answered. */
  endedMs: number;
}

interface AttemptInput {
  /** The number exists. */
  exists: boolean;
  /** Chance of an answer. */
  answers: number;
  ringTimeoutMs: number;
  /** The trunk has a bad hour. */
  trouble: boolean;
}

const TROUBLE_FAILS = 0.55;
const FAILS = 0.006;

export function attemptCall(random: Random, input: AttemptInput): Attempt {
  if (random.chance(input.trouble ? TROUBLE_FAILS : FAILS)) return failure(random, input.trouble);
  if (!input.exists) return ended(NONEXISTENT, undefined, 300 + random.below(900));
  const ringingMs = 700 + random.below(1_900);
  if (random.chance(input.answers)) {
    const answeredMs = ringingMs + 1_500 + random.below(input.ringTimeoutMs * 0.7 - 1_500);
    const end = random.chance(0.62) ? THEY_HANG_UP : WE_HANG_UP;
    return { end, ringingMs, answeredMs, endedMs: answeredMs };
  }
  return unanswered(random, ringingMs, input.ringTimeoutMs);
}

const NONEXISTENT: CallEnd = { result: 'customer', reason: 'nonexistent', sipStatus: 404 };
const THEY_HANG_UP: CallEnd = { result: 'success', reason: 'hang-up-by-customer', sipStatus: 200 };
const WE_HANG_UP: CallEnd = { result: 'success', reason: 'hang-up-by-us', sipStatus: 200 };
const BUSY: CallEnd = { result: 'customer', reason: 'busy', sipStatus: 486 };
const DECLINED: CallEnd = { result: 'customer', reason: 'declined', sipStatus: 603 };
/** The network gave up, or we did. */
const NETWORK: CallEnd = { result: 'customer', reason: 'no-answer', sipStatus: 480 };
const CANCELLED: CallEnd = { result: 'customer', reason: 'no-answer', sipStatus: 487 };
const UNANSWERED = [
  [CANCELLED, 60],
  [NETWORK, 8],
  [BUSY, 19],
  [DECLINED, 13],
] as const;

function ended(end: CallEnd, ringingMs: number | undefined, endedMs: number): Attempt {
  return { end, ringingMs, answeredMs: undefined, endedMs };
}

function unanswered(random: Random, ringingMs: number, ringTimeoutMs: number): Attempt {
  const end = random.weighted(UNANSWERED);
  if (end === BUSY) return ended(end, undefined, 500 + random.below(2_000));
  if (end === DECLINED) return ended(end, ringingMs, ringingMs + 1_500 + random.below(10_500));
  if (end === NETWORK) {
    return ended(end, ringingMs, Math.round(ringTimeoutMs * 0.6) + random.below(ringTimeoutMs * 0.35));
  }
  return ended(end, ringingMs, ringTimeoutMs + random.below(400));
}

const UNAVAILABLE: CallEnd = { result: 'carrier', reason: 'unavailable', sipStatus: 503 };
const CONGESTION: CallEnd = { result: 'carrier', reason: 'congestion', sipStatus: 503 };
const NO_RESPONSE: CallEnd = { result: 'carrier', reason: 'no-response' };
const FORBIDDEN: CallEnd = { result: 'carrier', reason: 'forbidden', sipStatus: 403 };
const EDGE_LOST: CallEnd = { result: 'platform', reason: 'edge-lost' };
const IN_TROUBLE = [
  [UNAVAILABLE, 80],
  [CONGESTION, 12],
  [NO_RESPONSE, 8],
] as const;
const NOW_AND_THEN = [
  [UNAVAILABLE, 46],
  [CONGESTION, 14],
  [NO_RESPONSE, 14],
  [FORBIDDEN, 8],
  [EDGE_LOST, 18],
] as const;

function failure(random: Random, trouble: boolean): Attempt {
  const end = random.weighted<CallEnd>(trouble ? IN_TROUBLE : NOW_AND_THEN);
  if (end === NO_RESPONSE) return ended(end, undefined, 8_000 + random.below(300));
  if (end === EDGE_LOST) return ended(end, 1_200, 4_500);
  return ended(end, undefined, 120 + random.below(500));
}

/** What an answered robot call came to. */
export interface RobotAnswer {
  promptMs: number;
  heardMs: number;
  key: string | undefined;
  talkMs: number;
}

const PROMPT_MS = 14_300;
/** The campaigns' menus wait so long after the prompt. */
const MENU_MS = 3_000;

/** @param good grows with the months: 1 on the mean */
export function robotAnswer(random: Random, good: number): RobotAnswer {
  const kind = random.weighted([
    ['heard', 42],
    ['interrupted', 29],
    ['1', 13 * good],
    ['2', 14],
    ['9', 1.6],
  ] as const);
  if (kind === 'heard') {
    const talkMs = PROMPT_MS + MENU_MS + random.below(600);
    return { promptMs: PROMPT_MS, heardMs: PROMPT_MS, key: undefined, talkMs };
  }
  const heardMs = Math.round(random.between(kind === 'interrupted' ? 900 : 5_000, PROMPT_MS - 200));
  if (kind === 'interrupted') {
    return { promptMs: PROMPT_MS, heardMs, key: undefined, talkMs: heardMs + random.below(300) };
  }
  return { promptMs: PROMPT_MS, heardMs, key: kind, talkMs: heardMs + 3_400 + random.below(500) };
}

/** What an agent hears on an answered call. */
export type Said =
  | 'success'
  | 'interested'
  | 'not-interested'
  | 'wrong-age-group'
  | 'callback'
  | 'voicemail'
  | 'opted-out'
  | 'no-outcome';

/** Median seconds of talk and of the wrap-up. */
export const TALK: Readonly<Record<Said, readonly [talk: number, wrapUp: number]>> = {
  success: [400, 75],
  interested: [300, 62],
  'not-interested': [88, 22],
  'wrong-age-group': [62, 18],
  callback: [58, 34],
  voicemail: [16, 7],
  'opted-out': [40, 25],
  'no-outcome': [190, 120],
};

/** @param good of the agent, the campaign and the month: 1 on the mean */
export function whatIsSaid(random: Random, good: number): Said {
  return random.weighted<Said>([
    ['success', 13 * good],
    ['interested', 10 * good],
    ['not-interested', 42],
    ['wrong-age-group', 7],
    ['callback', 11],
    ['voicemail', 14],
    ['opted-out', 1.5],
    ['no-outcome', 1.2],
  ]);
}
