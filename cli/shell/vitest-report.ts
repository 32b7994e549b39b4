/**
 * Counts and failures of a vitest run, from its JSON report.
 * @module
 */
import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

export interface TestCounts {
  passed: number;
  failed: number;
  skipped: number;
}

interface JsonReport {
  success: boolean;
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests?: number;
  testResults: FileResult[];
}

interface FileResult {
  /** Absolute path. */
  name?: string;
  status: string;
  /** Why the file could not be loaded. */
  message?: string;
  assertionResults: { status?: string; fullName?: string; failureMessages?: string[] }[];
}

/** Of each failure; the stack below is of the test runner. */
const LINES_A_FAILURE = 15;

/**
 * A file that could not be loaded has no tests, and an error outside of tests fails no test: both are failures all the
 * same, and a run without a report is one, too.
 * @param text the report; undefined when vitest wrote none
 */
export function countTests(text: string | undefined, exitCode: number): TestCounts {
  const report = parseReport(text);
  if (!report) return { passed: 0, failed: 1, skipped: 0 };
  const brokenFiles = report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  ).length;
  const counted = report.numFailedTests + brokenFiles;
  const failed = counted === 0 && (exitCode !== 0 || !report.success) ? 1 : counted;
  return {
    passed: report.numPassedTests,
    failed: report.numPassedTests === 0 && failed === 0 ? 1 : failed,
    skipped: report.numPendingTests + (report.numTodoTests ?? 0),
  };
}

/** The last lines of `./apel test`; CI reads the last one. Skipped are what only `--full` runs, and what a machine cannot. */
export function countsText({ passed, failed, skipped }: TestCounts): string {
  const left = skipped > 0 ? `${skipped} skipped, most of them for --full\n` : '';
  return `${left}${passed} passed, ${failed} failed\n`;
}

/**
 * Whether an error outside of tests (a promise that nobody waited for) arose anywhere but in the files that failed anyway.
 * @param log what vitest printed
 * @param failed absolute paths
 */
export function strayErrors(log: string, failed: readonly string[]): boolean {
  const text = stripVTControlCharacters(log);
  const caught = Number(/Vitest caught (\d+) unhandled error/.exec(text)?.[1] ?? 0);
  const files = [...text.matchAll(/This error originated in "([^"]+)" test file/g)].map(([, file]) => file!);
  return files.length < caught || files.some((file) => !failed.some((path) => path.endsWith(`/${file}`)));
}

/** Absolute paths of the files with a failure. */
export function failedFiles(text: string | undefined): string[] {
  return (parseReport(text)?.testResults ?? []).flatMap(({ status, name }) =>
    status === 'failed' && name !== undefined ? [name] : [],
  );
}

/**
 * The counts after the files that failed were run once more. What failed in both runs, or did not run in the second, has failed.
 * @param first reports of the whole run
 * @param second report of the files of `failedFiles(first)`, nothing else
 */
export function countWithSecondRun(first: string, second: string | undefined, exitCode: number): TestCounts {
  const again = new Set(failedFiles(first));
  const rest = (parseReport(first)?.testResults ?? []).filter(({ name }) => !again.has(name ?? ''));
  const counts = countTests(second, exitCode);
  const ran = new Set((parseReport(second)?.testResults ?? []).map(({ name }) => name));
  const of = (status: (text?: string) => boolean): number =>
    rest.flatMap((file) => file.assertionResults).filter((test) => status(test.status)).length;
  return {
    passed: counts.passed + of((status) => status === 'passed'),
    failed: counts.failed + [...again].filter((name) => !ran.has(name)).length,
    skipped: counts.skipped + of((status) => status !== 'passed' && status !== 'failed'),
  };
}

/**
 * What failed, as the end of a log that nobody watched: `✗ file › test` and the first lines of its error.
 * @param root the checkout; paths are told relative to it
 * @returns empty when no test is to blame
 */
export function failuresText(text: string | undefined, root: string): string {
  const files = parseReport(text)?.testResults ?? [];
  return files
    .filter((file) => file.status === 'failed')
    .flatMap((file) => {
      const path = relative(root, file.name ?? '');
      if (file.assertionResults.length === 0) return [failure(path, file.message ?? 'could not be loaded')];
      return file.assertionResults
        .filter((test) => test.status === 'failed')
        .map((test) => failure(`${path} › ${test.fullName ?? ''}`, (test.failureMessages ?? []).join('\n')));
    })
    .join('');
}

function failure(title: string, message: string): string {
  const lines = message.split('\n').slice(0, LINES_A_FAILURE);
  return `✗ ${title}\n${lines.map((line) => `    ${line}\n`).join('')}`;
}

function parseReport(text: string | undefined): JsonReport | undefined {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as JsonReport;
  } catch {
    return undefined;
  }
}
