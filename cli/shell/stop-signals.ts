/**
 * Ctrl-C, SIGTERM and a closed terminal: the first asks for an orderly end, every further one for an end at once.
 * @module
 */
export interface StopSignals {
  /** Aborted by the first signal. */
  signal: AbortSignal;
  /** Resolves at the first signal. */
  requested: Promise<void>;
  /** What to do at the second one. */
  onAgain: (act: () => void) => void;
}

export function watchStopSignals(): StopSignals {
  const abort = new AbortController();
  const again: (() => void)[] = [];
  const requested = new Promise<void>((resolve) => {
    abort.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (!abort.signal.aborted) abort.abort();
      else for (const act of again) act();
    });
  }
  return { signal: abort.signal, requested, onAgain: (act) => again.push(act) };
}
