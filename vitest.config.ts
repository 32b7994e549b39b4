import { defineConfig } from 'vitest/config';
import { ShortestRun } from './test/support/sequencer.ts';

/**
 * Sites and the servers of single parts wait for timers, networks and each other: two cores have room for four files, of which
 * two are sites (`plan-order.ts`); three took a tenth longer. Each has ports, folders and databases of its own.
 */
const WORKERS = 4;
/** What an auditor found is the message. A project does not inherit this from the root. */
const chaiConfig = { truncateThreshold: 0 };
const ignored = ['**/node_modules/**', '**/dist/**', '**/.apel/**'];

/**
 * Three projects: `unit` needs nothing but Node; `integration` uses real servers (Postgres, Temporal, rtpengine, sipp),
 * one part at a time; `e2e` runs the whole product. A file's name says where it belongs.
 *
 * Files of one project but `e2e` share their worker processes: a process and its imports cost more than most files. So a file
 * leaves nothing behind, neither in a global nor in a module.
 */
export default defineConfig({
  test: {
    sequence: { sequencer: ShortestRun },
    projects: [
      {
        test: {
          name: 'unit',
          chaiConfig,
          sequence: { groupOrder: 0 },
          include: ['**/*.test.ts'],
          exclude: [...ignored, '**/*.integration.test.ts', 'test/e2e/**', 'test/faults/**'],
          // Properties take seconds of processor, more on a busy machine.
          testTimeout: 60_000,
          isolate: false,
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'integration',
          chaiConfig,
          sequence: { groupOrder: 1 },
          include: ['**/*.integration.test.ts'],
          exclude: [...ignored, 'test/e2e/**', 'test/faults/**'],
          globalSetup: ['test/support/global-postgres.ts'],
          // A bound for what hangs. A busy machine is no verdict.
          testTimeout: 180_000,
          hookTimeout: 180_000,
          expect: { poll: { timeout: 60_000 } },
          isolate: false,
          maxWorkers: WORKERS,
        },
      },
      {
        test: {
          name: 'e2e',
          chaiConfig,
          sequence: { groupOrder: 1 },
          include: ['test/e2e/**/*.test.ts', 'test/faults/**/*.test.ts'],
          exclude: ignored,
          globalSetup: ['test/support/global-bundle.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          expect: { poll: { timeout: 60_000 } },
          maxWorkers: WORKERS,
        },
      },
    ],
  },
});
