/**
 * An edge ends its calls when *its epoch row* says that somebody else owns them now, and never because Temporal or
 * Postgres cannot be reached.
 * @module
 */
import type { Logger } from '../../platform/logger.ts';

const LOOK_MS = 1_000;

export interface EpochWatchDeps {
  isEnded(): Promise<boolean>;
  /** Called once. */
  onEnded(): void;
  logger: Logger;
}

/** @returns a function that ends the watch */
export function watchEpoch(deps: EpochWatchDeps): () => void {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  const look = async (): Promise<void> => {
    try {
      if ((await deps.isEnded()) && !stopped) {
        stopped = true;
        deps.onEnded();
      }
    } catch (error) {
      deps.logger.warn({ err: error }, 'own epoch could not be read');
    }
    if (!stopped) timer = setTimeout(() => void look(), LOOK_MS);
  };
  timer = setTimeout(() => void look(), LOOK_MS);
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
