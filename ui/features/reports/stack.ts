/**
 * Figures of a chart's columns.
 * @module
 */
/** Columns stacked from the bottom: for each status the upper edges, per row. Hidden ones take no room. */
export function stack(
  rows: readonly { counts: Readonly<Record<string, number>> }[],
  codes: readonly string[],
  hidden: ReadonlySet<string>,
): number[][] {
  const tops = rows.map(() => 0);
  return codes.map((code) =>
    rows.map((row, index) => {
      const top = (tops[index] ?? 0) + (hidden.has(code) ? 0 : (row.counts[code] ?? 0));
      tops[index] = top;
      return top;
    }),
  );
}

/** The row with the most calls; undefined without any. */
export function peakRow<Row extends { total: number }>(rows: readonly Row[]): Row | undefined {
  return rows.reduce<Row | undefined>(
    (best, row) => (row.total > (best?.total ?? 0) ? row : best),
    undefined,
  );
}
