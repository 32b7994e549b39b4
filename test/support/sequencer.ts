/**
 * The order of test files: the longest first, so that no worker is left with a minute of work when the others are done.
 * @module
 */
import { statSync } from 'node:fs';
import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Seconds of the long files on two quiet cores (2026-11-21). Vitest knows them only where it ran before, CI never did. A
 * file that is not here is short; the order is all that depends on it.
 */
const SECONDS: Readonly<Record<string, number>> = {
  'test/e2e/pages.test.ts': 76,
  'test/e2e/robot.test.ts': 69,
  'test/faults/outages.test.ts': 65,
  'test/faults/sweep.test.ts': 59,
  'test/faults/import-faults.test.ts': 58,
  'test/e2e/desk.test.ts': 55,
  'test/e2e/desks.test.ts': 55,
  'test/faults/carrier.test.ts': 47,
  'test/e2e/security.test.ts': 31,
  'workers/edge/edge.integration.test.ts': 34,
  'telephony/faults.integration.test.ts': 29,
  'workflows/uncached.integration.test.ts': 26,
  'demo/carrier/carrier.integration.test.ts': 21,
  'workflows/upgrade.integration.test.ts': 19,
  'workflows/robot-call.integration.test.ts': 16,
  'telephony/sip-server-killed.integration.test.ts': 16,
  'telephony/robot-call.integration.test.ts': 15,
  'telephony/orphan-ender.integration.test.ts': 14,
  'db/embedded-postgres.integration.test.ts': 12,
  'workflows/time-skipping.integration.test.ts': 11,
  'activities/import-list.integration.test.ts': 10,
};

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const known = files.map((file) => ({
      file,
      group: file.project.config.sequence.groupOrder,
      seconds: SECONDS[relative(this.ctx.config.root, file.moduleId)] ?? 0,
      size: statSync(file.moduleId).size,
    }));
    return known
      .toSorted((a, b) => a.group - b.group || b.seconds - a.seconds || b.size - a.size)
      .map(({ file }) => file);
  }
}
