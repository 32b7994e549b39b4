/**
 * Seeded randomness: the same seed gives the same history.
 * @module
 */
import { mulberry32 } from '../seeded.ts';

export interface Random {
  /** 0 inclusive to 1 exclusive. */
  next(): number;
  /** True once in `1 / probability` times. */
  chance(probability: number): boolean;
  /** Between both, evenly. */
  between(from: number, to: number): number;
  /** A whole number from 0, less than `below`. */
  below(below: number): number;
  pick<T>(values: readonly T[]): T;
  /** By weights, which need not add up to 1. */
  weighted<T>(choices: readonly (readonly [value: T, weight: number])[]): T;
  /** Log-normal around a median: most near it, some much longer. */
  duration(median: number, spread: number): number;
  /** Version 4, variant 1. */
  uuid(): string;
}

export function seededRandom(seed: number): Random {
  const next = mulberry32(seed);
  const random: Random = {
    next,
    chance: (probability) => next() < probability,
    between: (from, to) => from + next() * (to - from),
    below: (below) => Math.floor(next() * below),
    pick: (values) => {
      const value = values[Math.floor(next() * values.length)];
      if (value === undefined) throw new RangeError('nothing to pick from');
      return value;
    },
    weighted: (choices) => {
      const last = choices.at(-1);
      if (!last) throw new RangeError('nothing to choose from');
      let rest = next() * choices.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [value, weight] of choices) {
        rest -= weight;
        if (rest < 0) return value;
      }
      return last[0];
    },
    // Box and Muller.
    duration: (median, spread) =>
      median * Math.exp(spread * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())),
    uuid: () => uuidOf(next),
  };
  return random;
}

const HEX = Buffer.from('0123456789abcdef', 'latin1');
const DASHES: readonly number[] = [8, 13, 18, 23];
const VERSION_AT = 14;
const VARIANT_AT = 19;
const text = Buffer.alloc(36, '-');

/** By a buffer: pieces of text that are put together stay pieces, ten times as large, as long as somebody has the id. */
function uuidOf(next: () => number): string {
  let bits = 0;
  for (let at = 0, taken = 0; at < text.length; at++) {
    if (DASHES.includes(at)) continue;
    if (taken++ % 8 === 0) bits = Math.floor(next() * 2 ** 32);
    const nibble = at === VERSION_AT ? 4 : at === VARIANT_AT ? 8 | (bits & 3) : bits & 15;
    text[at] = HEX[nibble] ?? 0;
    bits >>>= 4;
  }
  return text.toString('latin1');
}
