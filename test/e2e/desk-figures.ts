/**
 * How long things took: printed as medians, never judged.
 * @module
 */
export interface Figures {
  /** @param fromMs @param toMs of `Date.now()` */
  note(what: string, fromMs: number, toMs?: number): void;
  /** A line for each, on stderr. */
  print(): void;
}

export function createFigures(): Figures {
  const figures = new Map<string, number[]>();
  return {
    note: (what, fromMs, toMs = Date.now()) => {
      figures.set(what, [...(figures.get(what) ?? []), Math.round(toMs - fromMs)]);
    },
    print: () => {
      for (const [what, all] of figures) {
        const sorted = all.toSorted((a, b) => a - b);
        const [median, worst] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted.at(-1)];
        process.stderr.write(`${what}: median ${median} ms, worst ${worst} ms of ${all.length}\n`);
      }
    },
  };
}
