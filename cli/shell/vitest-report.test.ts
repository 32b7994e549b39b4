import { expect, it } from 'vitest';
import {
  countsText,
  countTests,
  countWithSecondRun,
  failedFiles,
  failuresText,
  strayErrors,
} from './vitest-report.ts';

const report = (changes: object): string =>
  JSON.stringify({
    success: true,
    numPassedTests: 3,
    numFailedTests: 0,
    numPendingTests: 0,
    testResults: [{ status: 'passed', assertionResults: [{}, {}, {}] }],
    ...changes,
  });

it('counts what vitest counted', () => {
  expect(countTests(report({ numPendingTests: 2 }), 0)).toEqual({ passed: 3, failed: 0, skipped: 2 });
  expect(countTests(report({ numFailedTests: 1, success: false }), 1)).toMatchObject({
    passed: 3,
    failed: 1,
  });
});

it('a file that cannot be loaded is a failure', () => {
  const testResults = [{ status: 'failed', assertionResults: [] }];
  expect(countTests(report({ success: false, testResults }), 1)).toMatchObject({ failed: 1 });
});

it('an error outside of tests, a run without a report and a run without tests are failures', () => {
  expect(countTests(report({ success: false }), 1)).toMatchObject({ passed: 3, failed: 1 });
  expect(countTests(undefined, 0)).toMatchObject({ passed: 0, failed: 1 });
  expect(countTests('{', 0)).toMatchObject({ failed: 1 });
  expect(countTests(report({ numPassedTests: 0, testResults: [] }), 0)).toMatchObject({
    passed: 0,
    failed: 1,
  });
});

it('the last line has what passed and failed; skipped tests have a line of their own', () => {
  expect(countsText({ passed: 3, failed: 0, skipped: 0 })).toBe('3 passed, 0 failed\n');
  expect(countsText({ passed: 3, failed: 1, skipped: 2 })).toBe(
    '2 skipped, most of them for --full\n3 passed, 1 failed\n',
  );
});

it('names each failed test and each file that could not be loaded, with the first lines of why', () => {
  const testResults = [
    { name: '/here/db/claim.test.ts', status: 'passed', assertionResults: [{ status: 'passed' }] },
    {
      name: '/here/db/commit.test.ts',
      status: 'failed',
      assertionResults: [
        { status: 'passed', fullName: 'fine' },
        {
          status: 'failed',
          fullName: 'commits once',
          failureMessages: ['expected 1 to be 2\n    at x.ts:1'],
        },
      ],
    },
    { name: '/here/ui/app.test.ts', status: 'failed', message: 'no such file', assertionResults: [] },
  ];
  expect(failuresText(report({ success: false, testResults }), '/here')).toBe(
    [
      '✗ db/commit.test.ts › commits once',
      '    expected 1 to be 2',
      '        at x.ts:1',
      '✗ ui/app.test.ts',
      '    no such file',
      '',
    ].join('\n'),
  );
  expect(failuresText(report({}), '/here')).toBe('');
  expect(failuresText(undefined, '/here')).toBe('');
});

const file = (name: string, ...statuses: string[]): object => ({
  name,
  status: statuses.includes('failed') ? 'failed' : 'passed',
  assertionResults: statuses.map((status) => ({ status })),
});

it('a file that failed counts as it ran the second time', () => {
  const first = report({
    success: false,
    testResults: [file('/a', 'passed', 'pending'), file('/b', 'failed', 'passed')],
  });
  expect(failedFiles(first)).toEqual(['/b']);
  const healed = report({ numPassedTests: 2, testResults: [file('/b', 'passed', 'passed')] });
  expect(countWithSecondRun(first, healed, 0)).toEqual({ passed: 3, failed: 0, skipped: 1 });
  const still = report({
    success: false,
    numPassedTests: 1,
    numFailedTests: 1,
    testResults: [file('/b', 'failed', 'passed')],
  });
  expect(countWithSecondRun(first, still, 1)).toEqual({ passed: 2, failed: 1, skipped: 1 });
});

it('a second run that broke off, or left a file out, mends nothing', () => {
  const first = report({
    success: false,
    testResults: [file('/a', 'passed'), file('/b', 'failed'), file('/c', 'failed')],
  });
  expect(countWithSecondRun(first, undefined, 1).failed).toBeGreaterThan(0);
  const half = report({ numPassedTests: 1, testResults: [file('/b', 'passed')] });
  expect(countWithSecondRun(first, half, 0)).toMatchObject({ passed: 2, failed: 1 });
  expect(countWithSecondRun(first, half, 1).failed).toBeGreaterThan(1);
});

it('an error outside of tests is stray unless its file failed anyway', () => {
  const caught = 'Vitest caught 2 unhandled errors during the test run.\n';
  const from = (file: string) =>
    `This error originated in "\u001B[1m${file}\u001B[22m" test file. It doesn't mean\n`;
  const failed = ['/here/db/a.test.ts', '/here/db/b.test.ts'];
  expect(strayErrors(caught + from('db/a.test.ts') + from('db/b.test.ts'), failed)).toBe(false);
  expect(strayErrors(caught + from('db/a.test.ts') + from('db/c.test.ts'), failed)).toBe(true);
  expect(strayErrors(caught + from('db/a.test.ts'), failed)).toBe(true);
  expect(strayErrors('3 passed', failed)).toBe(false);
});
