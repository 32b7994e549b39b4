/**
 * The SDK's log lines in ours. Its own fields are kept; failure messages hold no personal data (activities/failure.ts).
 * @module
 */
import { DefaultLogger, type LogEntry, type Logger as TemporalLogger } from '@temporalio/worker';
import type { Logger } from '../../platform/logger.ts';

const LEVELS = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

/** Polling and caching chatter below WARN is left out. */
export function temporalLogger(logger: Logger): TemporalLogger {
  const child = logger.child({ part: 'temporal-sdk' });
  return new DefaultLogger('WARN', ({ level, message, meta }: LogEntry) =>
    child[LEVELS[level]]({ ...meta }, message),
  );
}
