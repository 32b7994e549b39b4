/**
 * `apel test`: gets what the tests need, then runs them all.
 * @module
 */
import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import { aptCommand, aptInstall, aptPrefix } from '../parts/apt.ts';
import { getTemporalCli } from '../parts/temporal-cli.ts';
import { buildUi } from '../parts/ui-build.ts';
import { killGroup } from '../shell/exec.ts';
import { ROOT } from '../shell/home.ts';
import { say } from '../shell/say.ts';
import {
  countsText,
  countTests,
  countWithSecondRun,
  failedFiles,
  failuresText,
  strayErrors,
} from '../shell/vitest-report.ts';
import { which } from '../shell/which.ts';

/** Program → Debian package. */
const PROGRAMS: Readonly<Record<string, string>> = {
  rtpengine: 'rtpengine-daemon',
  sipp: 'sip-tester',
  chromium: 'chromium',
  ffmpeg: 'ffmpeg',
  sox: 'sox',
};
/** CI allows 90 minutes for everything. */
const TIMEOUT_MS = 80 * 60_000;
/** The whole sweep takes the better part of two hours on two cores. */
const FULL_TIMEOUT_MS = 4 * 3_600_000;
/** Files of which a second run is worth its time. */
const MAX_AGAIN = 4;
const AGAIN_LIMIT_MS = 10 * 60_000;
const ALONE = ['--maxWorkers=1'];
const ALIVE_MS = 60_000;
const LAST_LINES = 80;
const SOAK = 'test/faults/soak.test.ts';
/** Start, last calls and audit of a soak. */
const SOAK_EXTRA_MS = 15 * 60_000;

export function registerTest(program: Command): void {
  program
    .command('test')
    .description('set up everything the tests need, then run all of them; the last line counts them')
    .option(
      '--full',
      'the whole sweep of faults instead of a seeded sample (sets APEL_TEST_FULL=1); far slower',
    )
    .option(
      '--soak <minutes>',
      'only random faults under load, for so long (sets APEL_SOAK_MINUTES)',
      readNumber,
    )
    .option(
      '--seed <number>',
      'chooses the sample of faults, or the soak (sets APEL_SEED; 1 when absent)',
      readNumber,
    )
    .argument('[vitest...]', 'passed on to vitest, for instance a path or -t NAME')
    .allowUnknownOption()
    .action(test);
}

interface TestFlags {
  full?: boolean;
  soak?: number;
  seed?: number;
}

function readNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('a whole number is wanted.');
}

async function test(filters: readonly string[], flags: TestFlags): Promise<void> {
  await installPrograms();
  const { path } = await getTemporalCli(process.env, say);
  await buildUi(say);
  const folder = mkdtempSync(join(tmpdir(), 'apel-report-'));
  const report = join(folder, 'report.json');
  try {
    const chosen = flags.soak === undefined ? filters : [SOAK];
    const env = { ...process.env, TEMPORAL_CLI_PATH: path, ...settings(flags) };
    const log = process.stdout.isTTY ? undefined : join(folder, 'vitest.log');
    const code = await runVitest([...reporters(report), ...chosen], env, { limitMs: timeoutMs(flags), log });
    const text = readText(report);
    let counts = countTests(text, code);
    if (counts.failed > 0 && log !== undefined)
      process.stdout.write(failuresText(text, ROOT) || lastLines(log));
    if (text !== undefined && log !== undefined && mayRunAgain(text, log, flags)) {
      const second = join(folder, 'second.json');
      const files = failedFiles(text);
      say(`red in company, run once more alone: ${files.map((file) => relative(ROOT, file)).join(', ')}`);
      const alone = [...reporters(second), ...ALONE, ...files];
      const code = await runVitest(alone, env, { limitMs: AGAIN_LIMIT_MS, log });
      const secondText = readText(second);
      counts = countWithSecondRun(text, secondText, code);
      if (counts.failed > 0) process.stdout.write(failuresText(secondText, ROOT) || lastLines(log));
    }
    process.stdout.write(countsText(counts));
    if (counts.failed > 0) process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Four files at once on two cores, with real sound and real browsers: what is red by the machine's load is green alone, what is
 * red by the code is red again. Both is told. Many files, or an error outside of tests in a file that passed, are the code.
 */
function mayRunAgain(text: string, log: string, { full, soak }: TestFlags): boolean {
  if (full === true || soak !== undefined) return false;
  const files = failedFiles(text);
  return files.length > 0 && files.length <= MAX_AGAIN && !strayErrors(readText(log) ?? '', files);
}

function settings({ full, soak, seed }: TestFlags): NodeJS.ProcessEnv {
  return {
    ...(full ? { APEL_TEST_FULL: '1' } : {}),
    ...(soak === undefined ? {} : { APEL_SOAK_MINUTES: String(soak) }),
    ...(seed === undefined ? {} : { APEL_SEED: String(seed) }),
  };
}

function timeoutMs({ full, soak }: TestFlags): number {
  if (soak !== undefined) return soak * 60_000 + SOAK_EXTRA_MS;
  return full ? FULL_TIMEOUT_MS : TIMEOUT_MS;
}

function reporters(report: string): string[] {
  return ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
}

/** Tests of a missing program fail by themselves; the command to type is said here, before minutes have passed. */
async function installPrograms(): Promise<void> {
  const missing = Object.entries(PROGRAMS)
    .filter(([program]) => !which(program))
    .map(([, name]) => name);
  if (missing.length === 0) return;
  if (await aptPrefix()) await aptInstall(missing, say);
  else say(`missing for some tests: ${missing.join(', ')}; type: ${aptCommand(missing)}`);
}

/** Each line that the tests and their servers print is thousands: without a reader they go to a file, and only what failed is told. */
function runVitest(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  { limitMs, log }: { limitMs: number; log: string | undefined },
): Promise<number> {
  return new Promise((resolve) => {
    const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
    const output = log === undefined ? 'inherit' : openSync(log, 'a');
    const child = spawn(process.execPath, [vitest, ...args], {
      cwd: ROOT,
      env,
      stdio: ['ignore', output, output],
      detached: true,
    });
    if (typeof output === 'number') closeSync(output);
    const started = performance.now();
    const alive = setInterval(() => {
      if (log !== undefined) say(`still testing (${Math.round((performance.now() - started) / 1000)} s)`);
    }, ALIVE_MS);
    const timer = setTimeout(() => killGroup(child.pid, 'SIGKILL'), limitMs);
    // The first signal lets tests end their processes, the second one waits for nothing.
    let asked = false;
    const end = (): void => {
      killGroup(child.pid, asked ? 'SIGKILL' : 'SIGINT');
      asked = true;
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
    process.once('exit', () => killGroup(child.pid, 'SIGKILL'));
    child.once('exit', (code) => {
      clearTimeout(timer);
      clearInterval(alive);
      resolve(code ?? 1);
    });
    child.once('error', () => resolve(127));
  });
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** Of a run that failed without a failed test: vitest itself, or an error outside of tests. */
function lastLines(log: string): string {
  return (readText(log) ?? '').split('\n').slice(-LAST_LINES).join('\n');
}
