/**
 * Counts of a vitest run, from its JSON report.
 * @module
 */
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
  testResults: { status: string; assertionResults: unknown[] }[];
}

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

function parseReport(text: string | undefined): JsonReport | undefined {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as JsonReport;
  } catch {
    return undefined;
  }
}
