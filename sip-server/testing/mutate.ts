/** Numbers that the same seed repeats (mulberry32). */
export interface Random {
  /** From 0 up to, not including, `below`. */
  below(below: number): number;
  pick<T>(all: readonly T[]): T;
}

export function seeded(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const below = (limit: number): number => (limit < 1 ? 0 : next() % limit);
  return { below, pick: (all) => all[below(all.length)] as (typeof all)[number] };
}

const BYTES = [
  '\0',
  '\r',
  '\n',
  '\r\n',
  '\t',
  ' ',
  '"',
  '<',
  '>',
  ';',
  ',',
  ':',
  '=',
  '%',
  '\\',
  '|',
  '#',
  '\x7f',
  '\xff',
];
const NUMBERS = ['0', '-1', '007', '65536', '2147483648', '99999999999999999999', '1e9', ''];

/** Each changes a message (a binary string) a little, as bugs and attackers do. */
const MUTATIONS: readonly ((text: string, random: Random, other: string) => string)[] = [
  (text, random) => spliced(text, random, 1, String.fromCharCode(random.below(256))),
  (text, random) => spliced(text, random, random.below(3), random.pick(BYTES)),
  (text, random) => spliced(text, random, random.below(60), ''),
  (text, random) => text.slice(0, random.below(text.length)),
  (text, random) => {
    const at = random.below(text.length);
    const piece = text.slice(at, at + random.below(80));
    return text.slice(0, at) + piece.repeat(1 + random.below(60)) + text.slice(at);
  },
  (text, random) => {
    const lines = text.split('\r\n');
    const [line = ''] = lines.splice(random.below(lines.length), 1);
    lines.splice(random.below(lines.length + 1), 0, ...Array.from({ length: random.below(4) }, () => line));
    return lines.join('\r\n');
  },
  (text, random) =>
    text.replace(/\d+/g, (digits) => (random.below(12) === 0 ? random.pick(NUMBERS) : digits)),
  (text, random, other) => text.slice(0, random.below(text.length)) + other.slice(random.below(other.length)),
];

/** One to four changes; `others` lend pieces. */
export function mutate(text: string, random: Random, others: readonly string[]): string {
  let mutated = text;
  for (let n = 1 + random.below(4); n > 0; n--)
    mutated = random.pick(MUTATIONS)(mutated, random, random.pick(others));
  return mutated.slice(0, 60_000);
}

function spliced(text: string, random: Random, remove: number, insert: string): string {
  const at = random.below(text.length);
  return text.slice(0, at) + insert + text.slice(at + remove);
}
