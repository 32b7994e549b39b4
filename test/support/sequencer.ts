/**
 * Gives vitest the order of `plan-order.ts`.
 * @module
 */
import { statSync } from 'node:fs';
import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { planOrder, type Cost } from './plan-order.ts';

const SITE_SECONDS = 55;
const OTHER_SECONDS = 3;
/**
 * Seconds of the long files on two quiet cores (2026-11-22). Vitest knows them only where it ran before, CI never did. They
 * need not be right: the order is all that depends on them.
 */
const SECONDS: Readonly<Record<string, number>> = {
  'test/e2e/desk.test.ts': 100,
  'test/faults/sweep.test.ts': 90,
  'test/e2e/pages.test.ts': 75,
  'test/faults/outages.test.ts': 65,
  'test/e2e/robot.test.ts': 65,
  'test/faults/carrier.test.ts': 47,
  'test/e2e/security.test.ts': 31,
  // Only when it is asked for.
  'test/faults/soak.test.ts': 0,
  'ui/pages.integration.test.ts': 50,
  'workers/edge/edge.integration.test.ts': 34,
  'telephony/faults.integration.test.ts': 29,
  'workflows/uncached.integration.test.ts': 26,
  'workflows/upgrade.integration.test.ts': 25,
  'test/pages/supervisor.integration.test.ts': 25,
  'demo/carrier/carrier.integration.test.ts': 21,
  'api/leaks.integration.test.ts': 20,
  'telephony/browser-desk.integration.test.ts': 20,
  'activities/import-list.integration.test.ts': 18,
  'api/routes/reports-recount.integration.test.ts': 16,
  'workflows/robot-call.integration.test.ts': 16,
  'telephony/sip-server-killed.integration.test.ts': 16,
  'telephony/robot-call.integration.test.ts': 15,
  'telephony/orphan-ender.integration.test.ts': 14,
  'activities/recording-upkeep.integration.test.ts': 14,
  'cli/parts/backup/backup.integration.test.ts': 12,
  'db/embedded-postgres.integration.test.ts': 12,
  'workflows/time-skipping.integration.test.ts': 11,
  'api/access.integration.test.ts': 11,
  'db/report-sums.integration.test.ts': 10,
};

export class ShortestRun extends BaseSequencer {
  override async sort(specs: TestSpecification[]): Promise<TestSpecification[]> {
    const files = specs.map((spec) => ({ spec, ...costOf(spec, this.ctx.config.root) }));
    const orderOf = ({ spec }: { spec: TestSpecification }) => spec.project.config.sequence.groupOrder;
    const groups = [...new Set(files.map(orderOf))].toSorted((a, b) => a - b);
    return groups
      .map((order) => files.filter((file) => orderOf(file) === order))
      .flatMap((group) => planOrder(group, group[0]?.spec.project.config.maxWorkers ?? 1))
      .map(({ spec }) => spec);
  }
}

function costOf({ project, moduleId }: TestSpecification, root: string): Cost {
  const isSite = project.name === 'e2e';
  const seconds = SECONDS[relative(root, moduleId)] ?? (isSite ? SITE_SECONDS : OTHER_SECONDS);
  return { isSite, seconds, size: statSync(moduleId).size };
}
