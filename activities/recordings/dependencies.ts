/**
 * What the upkeep of recordings needs.
 * @module
 */
import type { Database } from '../../db/client.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Logger } from '../../platform/logger.ts';
import type { RecordingStore } from '../ports.ts';

/** Steps behind which a killed run leaves something for the next one. */
export const UPKEEP_STEPS = ['archived', 'deleted', 'unlinked'] as const;
export type UpkeepStep = (typeof UPKEEP_STEPS)[number];

export interface RecordingUpkeepDeps {
  db: Database;
  store: RecordingStore;
  clock: Clock;
  logger: Logger;
  /** For tests: awaited when rows were changed (`archived`, `deleted`), and when a file was unlinked. */
  afterStep?: (step: UpkeepStep) => Promise<void>;
}

/** A run ends soon after it, so that it is seen in Temporal what was done, and a worker that stops is waited for no longer. */
export const RUN_MS = 60_000;
