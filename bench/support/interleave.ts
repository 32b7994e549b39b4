/**
 * Two sides measured in turns, A B A B …, so that what the machine does besides falls on both alike.
 * @module
 */

/** One measured stretch of one side. */
export interface Stretch {
  /** Units of work done: rows, claims, calls. */
  units: number;
  /** Wall clock. */
  ms: number;
  /** Processor time of every process that worked for it (`process-cpu.ts`), user and system. */
  cpuMs: number;
}

/** @param round 0 is the warm-up, which is not counted */
export type Side<S extends Stretch = Stretch> = (round: number) => Promise<S>;

export interface InterleaveOptions<A extends Stretch, B extends Stretch> {
  /** What the benchmark is about. */
  ours: Side<A>;
  peer: Side<B>;
  /** Rounds that count, at least 5. */
  rounds?: number;
  /** Rounds before them that do not. Default 1. */
  warmUps?: number;
  /** No further round begins after it, if 5 are done. */
  signal?: AbortSignal;
  /** Stops beginning rounds at this time (`Date.now()`), if 5 are done. */
  until?: number;
  /** Told after each round. */
  onRound?: (round: { round: number; ours: A; peer: B; ratio: number }) => void;
}

export interface SideSummary<S extends Stretch = Stretch> {
  /** Units a second, median of the rounds. */
  perSecond: number;
  minPerSecond: number;
  maxPerSecond: number;
  /** Processor milliseconds for one unit, median. */
  cpuMsPerUnit: number;
  rounds: S[];
}

/** Of a figure over the rounds. */
export interface Spread {
  min: number;
  q1: number;
  median: number;
  q3: number;
  max: number;
}

export interface Interleaved<A extends Stretch = Stretch, B extends Stretch = Stretch> {
  ours: SideSummary<A>;
  peer: SideSummary<B>;
  /** Ratio of the median rates, ours to the peer's: above 1 we are faster. */
  ratio: number;
  /** Of the ratio within each round. */
  spread: Spread;
  rounds: number;
}

const MIN_ROUNDS = 5;

export async function interleave<A extends Stretch, B extends Stretch>(
  options: InterleaveOptions<A, B>,
): Promise<Interleaved<A, B>> {
  const rounds = Math.max(MIN_ROUNDS, options.rounds ?? MIN_ROUNDS);
  const ours: A[] = [];
  const peer: B[] = [];
  for (let warmUp = 0; warmUp < (options.warmUps ?? 1); warmUp++) {
    await options.ours(0);
    await options.peer(0);
  }
  for (let round = 1; round <= rounds; round++) {
    options.signal?.throwIfAborted();
    if (round > MIN_ROUNDS && Date.now() > (options.until ?? Infinity)) break;
    const a = await options.ours(round);
    const b = await options.peer(round);
    ours.push(a);
    peer.push(b);
    options.onRound?.({ round, ours: a, peer: b, ratio: rate(a) / rate(b) });
  }
  const [left, right] = [summary(ours), summary(peer)];
  return {
    ours: left,
    peer: right,
    ratio: left.perSecond / right.perSecond,
    spread: spreadOf(ours.map((a, at) => rate(a) / rate(peer[at] ?? a))),
    rounds: ours.length,
  };
}

/** Units a second. */
export function rate({ units, ms }: Stretch): number {
  return (units * 1000) / ms;
}

export function spreadOf(values: readonly number[]): Spread {
  const at = (share: number) => quantile(values, share);
  return { min: at(0), q1: at(0.25), median: at(0.5), q3: at(0.75), max: at(1) };
}

/** Linear between the two neighbours; NaN of nothing. @param share 0 to 1 */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? NaN;
  const above = sorted[Math.ceil(place)] ?? NaN;
  return below + (above - below) * (place - Math.floor(place));
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

function summary<S extends Stretch>(rounds: S[]): SideSummary<S> {
  const rates = spreadOf(rounds.map(rate));
  return {
    perSecond: rates.median,
    minPerSecond: rates.min,
    maxPerSecond: rates.max,
    cpuMsPerUnit: median(rounds.map(({ cpuMs, units }) => cpuMs / units)),
    rounds,
  };
}
