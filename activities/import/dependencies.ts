/**
 * @module
 */
import type { Database } from '../../db/client.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Logger } from '../../platform/logger.ts';

export interface ImportDependencies {
  /** Its statement time-out should be a minute or more: a batch is one transaction. */
  db: Database;
  clock: Clock;
  logger: Logger;
  /** What operators may name files of; `rejects/` below it is ours. */
  importFolder: string;
  /** Working copies; not for people. */
  spoolFolder: string;
}

/** How a step tells that it lives, and hears that it should stop. */
export interface Pulse {
  /** Tells Temporal how far it is: counts only, no personal data. */
  beat: (details?: unknown) => void;
  signal: AbortSignal;
}
