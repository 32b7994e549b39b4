/**
 * How made-up calls end: what the network says, what people say. Ratios drift with the months.
 * @module
 */
import type { CallEnd } from '../../contracts/model/call.ts';
import type { Random } from './random.ts';

/** How a call came to its end; times in ms after the INVITE. */
export interface Attempt {
  end: CallEnd;
  ringingMs?: number;
  answeredMs?: number;
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
  const ringingMs = Math.round(random.between(700, 2_600));
  if (!input.exists) {
    const end: CallEnd = { result: 'customer', reason: 'nonexistent', sipStatus: 404 };
    return { end, endedMs: Math.round(random.between(300, 1_200)) };
  }
  if (random.chance(input.answers)) {
    const answeredMs = ringingMs + Math.round(random.between(1_500, input.ringTimeoutMs * 0.7));
    return { end: answeredEnd(random), ringingMs, answeredMs, endedMs: answeredMs };
  }
  return unanswered(random, ringingMs, input.ringTimeoutMs);
}

function answeredEnd(random: Random): CallEnd {
  const reason = random.chance(0.62) ? 'hang-up-by-customer' : 'hang-up-by-us';
  return { result: 'success', reason, sipStatus: 200 };
}

function unanswered(random: Random, ringingMs: number, ringTimeoutMs: number): Attempt {
  const kind = random.weighted([
    ['no-answer', 60],
    ['network', 8],
    ['busy', 19],
    ['declined', 13],
  ] as const);
  switch (kind) {
    case 'busy': {
      const end: CallEnd = { result: 'customer', reason: 'busy', sipStatus: 486 };
      return { end, endedMs: Math.round(random.between(500, 2_500)) };
    }
    case 'declined': {
      const end: CallEnd = { result: 'customer', reason: 'declined', sipStatus: 603 };
      return { end, ringingMs, endedMs: ringingMs + Math.round(random.between(1_500, 12_000)) };
    }
    case 'network': {
      const end: CallEnd = { result: 'customer', reason: 'no-answer', sipStatus: 480 };
      return { end, ringingMs, endedMs: Math.round(ringTimeoutMs * random.between(0.6, 0.95)) };
    }
    default: {
      const end: CallEnd = { result: 'customer', reason: 'no-answer', sipStatus: 487 };
      return { end, ringingMs, endedMs: ringTimeoutMs + random.below(400) };
    }
  }
}

function failure(random: Random, trouble: boolean): Attempt {
  const kind = random.weighted([
    ['unavailable', trouble ? 80 : 46],
    ['congestion', trouble ? 12 : 14],
    ['no-response', trouble ? 8 : 14],
    ['forbidden', trouble ? 0 : 8],
    ['edge-lost', trouble ? 0 : 18],
  ] as const);
  switch (kind) {
    case 'no-response':
      return { end: { result: 'carrier', reason: 'no-response' }, endedMs: 8_000 + random.below(300) };
    case 'forbidden':
      return { end: { result: 'carrier', reason: 'forbidden', sipStatus: 403 }, endedMs: 300 };
    case 'edge-lost':
      return { end: { result: 'platform', reason: 'edge-lost' }, ringingMs: 1_200, endedMs: 4_500 };
    default:
      return { end: { result: 'carrier', reason: kind, sipStatus: 503 }, endedMs: 120 + random.below(500) };
  }
}

/** What an answered robot call came to. */
export interface RobotAnswer {
  promptMs: number;
  heardMs: number;
  key?: string;
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
    return { promptMs: PROMPT_MS, heardMs: PROMPT_MS, talkMs: PROMPT_MS + MENU_MS + random.below(600) };
  }
  const heardMs = Math.round(random.between(kind === 'interrupted' ? 900 : 5_000, PROMPT_MS - 200));
  if (kind === 'interrupted') return { promptMs: PROMPT_MS, heardMs, talkMs: heardMs + random.below(300) };
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
  success: [330, 58],
  interested: [240, 46],
  'not-interested': [62, 14],
  'wrong-age-group': [48, 12],
  callback: [42, 24],
  voicemail: [14, 5],
  'opted-out': [31, 18],
  'no-outcome': [150, 120],
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
