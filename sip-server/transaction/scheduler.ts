/** A timer that can be called off; cancelling twice or after it fired does nothing. */
export interface Scheduled {
  cancel(): void;
}

/**
 * Every timer of the server comes from one scheduler, so that closing the server leaves none behind and an
 * exception in a timer is reported instead of ending the process.
 */
export interface Scheduler {
  after(ms: number, run: () => void): Scheduled;
  /** Cancels everything; later calls schedule nothing. */
  close(): void;
}

export function createScheduler(onError: (error: unknown) => void): Scheduler {
  const active = new Set<NodeJS.Timeout>();
  let closed = false;
  return {
    after(ms, run) {
      if (closed) return { cancel() {} };
      const timer = setTimeout(() => {
        active.delete(timer);
        try {
          run();
        } catch (error) {
          onError(error);
        }
      }, ms);
      active.add(timer);
      return {
        cancel() {
          clearTimeout(timer);
          active.delete(timer);
        },
      };
    },
    close() {
      closed = true;
      for (const timer of active) clearTimeout(timer);
      active.clear();
    },
  };
}

/** Repeats `send` at doubling intervals up to `capMs`, until cancelled (timers A, E, G and 2xx retransmission). */
export function repeatWithBackoff(
  scheduler: Scheduler,
  { firstMs, capMs }: { firstMs: number; capMs: number },
  send: () => void,
): Scheduled {
  let delayMs = firstMs;
  let current = scheduler.after(delayMs, fire);
  function fire(): void {
    delayMs = Math.min(delayMs * 2, capMs);
    current = scheduler.after(delayMs, fire);
    send();
  }
  return { cancel: () => current.cancel() };
}
