/**
 * Logs: one JSON line each, static message, data as fields. Personal data may only stand under `pii`, which is removed
 * unless `APEL_LOG_PII=1`; so are fields that are secrets by their name. Errors lose what drivers quote (`log-error.ts`).
 * @module
 */
import { pino, type DestinationStream, type Logger as PinoLogger } from 'pino';
import { logError } from './log-error.ts';

export type Logger = PinoLogger;

export interface LoggerOptions {
  /** Name of the process, in every line as `service`. */
  service: string;
  level?: string;
  /** Shows `pii.*`. Never on in production; for a developer's own machine only. */
  showPii?: boolean;
  /** Where lines go; standard output by default. */
  destination?: DestinationStream;
}

const SECRET_FIELDS = ['password', 'secret', 'token', 'authorization', 'databaseUrl'];

/** Creates the logger of a process; part loggers are its children. */
export function createLogger(options: LoggerOptions): Logger {
  const hidden = SECRET_FIELDS.flatMap((field) => [field, `*.${field}`]);
  if (!options.showPii) hidden.push('pii', '*.pii');
  const settings = {
    level: options.level ?? 'info',
    base: { service: options.service },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: (error: unknown) => logError(error) },
    redact: { paths: hidden, censor: '[hidden]' },
  };
  return options.destination ? pino(settings, options.destination) : pino(settings);
}
