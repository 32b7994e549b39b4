/**
 * What every process of ours does alike: reads its configuration, says when it is ready, ends in order when told to,
 * and dies loudly on an error that nobody handled (the launcher starts it again; half-alive is worse).
 * @module
 */
import { ConfigError } from './config.ts';
import { createLogger, type Logger } from './logger.ts';

/** `EX_CONFIG` of sysexits: the launcher does not restart such a process. */
export const EXIT_BAD_CONFIG = 78;
const EXIT_UNHANDLED = 70;
/** The launcher kills after 10 s; an edge that drains calls may ask for more. */
const DEFAULT_SHUTDOWN_MS = 8_000;

export interface ProcessContext {
  logger: Logger;
  /** Runs at shutdown, last registered first. Each is waited for within the common time-out. */
  onShutdown: (name: string, close: () => Promise<void> | void) => void;
  /** Prints the one `ready` line the launcher waits for: `{"ready":true,"service":…,…details}` on standard output. */
  ready: (details?: Readonly<Record<string, string | number | boolean>>) => void;
  /** After `ready`, and until the shutdown begins. */
  isReady: () => boolean;
  /** Begins the shutdown from inside, for instance when a dependency is gone for good. */
  stop: (exitCode?: number) => void;
  /** Aborted when the shutdown begins. */
  signal: AbortSignal;
}

export interface ProcessOptions {
  /** Name in logs and in the `ready` line. */
  service: string;
  /** Bound for all closers together; then the process exits with code 1. */
  shutdownMs?: number;
  start: (context: ProcessContext) => Promise<void>;
}

/** Runs the process until SIGTERM, SIGINT or a fatal error. To be the last statement of each `main.ts`. */
export function runProcess(options: ProcessOptions): void {
  const logger = createLogger({
    service: options.service,
    level: process.env['LOG_LEVEL'] || 'info',
    showPii: process.env['APEL_LOG_PII'] === '1',
  });
  const abort = new AbortController();
  const closers: { name: string; close: () => Promise<void> | void }[] = [];
  let stopping = false;
  let ready = false;

  const stop = (exitCode = 0): void => {
    if (stopping) return;
    stopping = true;
    abort.abort();
    const bound = setTimeout(() => {
      logger.error({ shutdownMs: options.shutdownMs ?? DEFAULT_SHUTDOWN_MS }, 'shutdown took too long');
      process.exit(1);
    }, options.shutdownMs ?? DEFAULT_SHUTDOWN_MS);
    bound.unref();
    void closeAll(closers, logger).then((clean) => process.exit(clean ? exitCode : 1));
  };
  const fatal = (error: unknown): void => {
    logger.fatal({ err: error }, 'unhandled error');
    process.exit(EXIT_UNHANDLED);
  };
  process.on('SIGTERM', () => stop());
  process.on('SIGINT', () => stop());
  process.on('uncaughtException', fatal);
  process.on('unhandledRejection', fatal);
  // The launcher may be gone: a closed pipe must not turn every log line into a crash during the shutdown.
  process.stdout.on('error', () => stop(1));

  const context: ProcessContext = {
    logger,
    signal: abort.signal,
    stop,
    onShutdown: (name, close) => closers.push({ name, close }),
    isReady: () => ready && !stopping,
    ready: (details = {}) => {
      ready = true;
      process.stdout.write(`${JSON.stringify({ ready: true, service: options.service, ...details })}\n`);
    },
  };
  options.start(context).catch((error: unknown) => {
    if (error instanceof ConfigError) {
      process.stderr.write(`${options.service}: ${error.message}\n`);
      process.exit(EXIT_BAD_CONFIG);
    }
    fatal(error);
  });
}

async function closeAll(
  closers: readonly { name: string; close: () => Promise<void> | void }[],
  logger: Logger,
): Promise<boolean> {
  let clean = true;
  for (const { name, close } of closers.toReversed()) {
    try {
      await close();
    } catch (error) {
      clean = false;
      logger.error({ err: error, closer: name }, 'shutdown step failed');
    }
  }
  return clean;
}
