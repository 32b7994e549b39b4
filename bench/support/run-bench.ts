/**
 * The frame of every benchmark: a folder of its own, a deadline, an orderly end also on Ctrl-C, the report.
 * @module
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { describeMachine } from './machine.ts';
import { formatTable, jsonLine, type BenchResult, type TableRow } from './report.ts';

export interface Bench {
  /** Temporary, removed at the end. */
  folder: string;
  /** Aborted by Ctrl-C and by the deadline. */
  signal: AbortSignal;
  /** `Date.now()` at which it is over, whatever happens; plan rounds by it. */
  deadline: number;
  /** Runs at the end, last registered first, after success, failure, Ctrl-C and deadline alike. */
  onEnd(close: () => Promise<unknown> | void): void;
  /** A line of progress for people, on standard error. */
  say(text: string): void;
  /** The value of a `--option` of this benchmark. */
  option(name: string): string | undefined;
}

export interface BenchOutcome {
  rows: TableRow[];
  /** Common keys without name and machine, and the benchmark's own. */
  result: Omit<BenchResult, 'name' | 'machine'> & Pick<BenchResult, 'ratio' | 'spread' | 'rounds'>;
}

export interface RunBenchOptions {
  name: string;
  title: string;
  /** Names of `--options` with a value that this benchmark knows beside `--json`. */
  options?: readonly string[];
  run: (bench: Bench) => Promise<BenchOutcome>;
}

/** quality.md: a benchmark stops by itself in under five minutes; the rest is for closing. */
const DEADLINE_MS = 280_000;
const CLOSE_MS = 15_000;

/** To be the last statement of `bench/<name>/main.ts`. Ends the process: 0, 1 on failure, 130 on Ctrl-C. */
export function runBench(options: RunBenchOptions): void {
  void run(options)
    .catch((error: unknown) => {
      process.stderr.write(`${options.name}: ${error instanceof Error ? error.message : String(error)}\n`);
      return 2;
    })
    .then((code) => process.exit(code));
}

async function run(options: RunBenchOptions): Promise<number> {
  const machine = describeMachine();
  const given = readArgs(options.options ?? []);
  const abort = new AbortController();
  const closers: (() => Promise<unknown> | void)[] = [];
  const started = Date.now();
  const folder = await mkdtemp(join(tmpdir(), `apel-bench-${options.name}-`));
  closers.push(() => rm(folder, { recursive: true, force: true }));
  const bench: Bench = {
    folder,
    signal: abort.signal,
    deadline: started + DEADLINE_MS,
    onEnd: (close) => closers.push(close),
    say: (text) =>
      process.stderr.write(`${((Date.now() - started) / 1000).toFixed(0).padStart(4)} s  ${text}\n`),
    option: (name) => given[name] as string | undefined,
  };
  let code = 0;
  try {
    const { rows, result } = await Promise.race([options.run(bench), ended(abort)]);
    process.stdout.write(formatTable(options.title, [...rows, { label: 'machine', value: machine }]));
    await closeAll(closers, bench);
    if (given['json'] === true)
      process.stdout.write(`${jsonLine({ name: options.name, ...result, machine })}\n`);
  } catch (error) {
    code = error instanceof Interrupted ? 130 : 1;
    process.stderr.write(`${options.name}: ${words(error)}\n`);
    await closeAll(closers, bench);
  }
  return code;
}

/** Where it happened helps with a failure, not with Ctrl-C. */
function words(error: unknown): string {
  if (error instanceof Interrupted || !(error instanceof Error)) return String(error);
  return error.stack ?? error.message;
}

class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** Never resolves; rejects at the deadline or at a signal. */
function ended(abort: AbortController): Promise<never> {
  return new Promise((_resolve, reject) => {
    const end = (error: Error): void => {
      reject(error);
      abort.abort(error);
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => end(new Interrupted(`ended by ${signal}`)));
    }
    setTimeout(
      () => end(new Error(`not done after ${DEADLINE_MS / 1000} s: use fewer rounds or a smaller load`)),
      DEADLINE_MS,
    ).unref();
  });
}

/** What still runs while its servers are being taken down may fail anywhere; closing goes on. */
function closeWhateverFails(bench: Bench): void {
  for (const event of ['uncaughtException', 'unhandledRejection']) {
    process.on(event, (error: unknown) => bench.say(`while closing: ${String(error)}`));
  }
}

async function closeAll(closers: (() => Promise<unknown> | void)[], bench: Bench): Promise<void> {
  const bound = setTimeout(() => {
    process.stderr.write(`closing took more than ${CLOSE_MS / 1000} s; left behind: ${bench.folder}\n`);
    process.exit(1);
  }, CLOSE_MS);
  closeWhateverFails(bench);
  for (const close of closers.splice(0).toReversed()) {
    await (async () => close())().catch((error: unknown) => bench.say(`closing: ${String(error)}`));
  }
  clearTimeout(bound);
}

/** @throws TypeError naming an option that this benchmark does not know */
function readArgs(names: readonly string[]): Record<string, unknown> {
  const options: NonNullable<ParseArgsConfig['options']> = { json: { type: 'boolean' } };
  for (const name of names) options[name] = { type: 'string' };
  return parseArgs({ options, allowPositionals: false }).values;
}
