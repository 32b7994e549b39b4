/**
 * What a benchmark says: a table for people and, with `--json`, one object on the last line.
 * @module
 */
import type { Interleaved, SideSummary, Spread } from './interleave.ts';

/** The keys of every benchmark; its own stand beside them. */
export interface BenchResult {
  name: string;
  /** Ours to the peer's; what counts. */
  ratio: number;
  /** Of the ratio, over the rounds. */
  spread: Spread;
  rounds: number;
  machine: string;
  [key: string]: unknown;
}

export interface TableRow {
  label: string;
  value: string;
  /** What is asked for; empty where nothing is. */
  target?: string;
}

export function formatTable(title: string, rows: readonly TableRow[]): string {
  const width = Math.max(...rows.map((row) => row.label.length));
  const lines = rows.map(
    ({ label, value, target }) =>
      `  ${label.padEnd(width)}  ${value}${target === undefined ? '' : `   (target ${target})`}`,
  );
  return `\n${title}\n${lines.join('\n')}\n`;
}

/** The rows that every benchmark of two sides has. @param unit plural, as in `claims` */
export function sideRows(result: Interleaved, unit: string, targetRatio: string): TableRow[] {
  return [
    { label: 'ours', value: sideText(result.ours, unit) },
    { label: 'peer', value: sideText(result.peer, unit) },
    { label: 'ratio', value: ratioText(result.ratio, result.spread), target: targetRatio },
    { label: 'rounds', value: String(result.rounds) },
  ];
}

export function ratioText(ratio: number, spread: Spread): string {
  return `${ratio.toFixed(2)}, by round ${spread.min.toFixed(2)} to ${spread.max.toFixed(2)}`;
}

function sideText(side: SideSummary, unit: string): string {
  const range = `${whole(side.minPerSecond)} to ${whole(side.maxPerSecond)}`;
  return `${whole(side.perSecond)} ${unit}/s (${range}), ${(side.cpuMsPerUnit * 1000).toFixed(1)} µs of processor each`;
}

export function whole(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en-US') : value.toFixed(1);
}

/** Figures beyond three decimals are noise. */
export function jsonLine(result: BenchResult): string {
  return JSON.stringify(result, (_key, value: unknown) =>
    typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(6)) : value,
  );
}
