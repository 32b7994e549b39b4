/**
 * What runs in the page: when its main control was there, when it answered, when the browser was free for the next key.
 * @module
 */

/** ms since the navigation began. */
export interface Probed {
  shownAt: number;
  answeredAt: number;
  /** The frame that shows the answer is painted, and the event loop has come round. */
  paintedAt: number;
  /** Tasks of more than 50 ms: begin and end. */
  longTasks: [number, number][];
}

/** A free event loop for so long after the paint: a key pressed now is answered at once (RAIL: 50 ms). */
const FREE_MS = 50;

/** Source of the probe. @param screen without `press` the control need only be there: a static page answers nothing */
export function probeSource(screen: { control: string; press?: string; answered?: string }): string {
  return `(() => {
    const { control, press, answered } = ${JSON.stringify(screen)};
    const probe = (globalThis.apelProbe = { longTasks: [] });
    new PerformanceObserver((list) => {
      for (const { startTime, duration } of list.getEntries()) probe.longTasks.push([startTime, startTime + duration]);
    }).observe({ type: 'longtask', buffered: true });
    const look = () => {
      const found = document.querySelector(control);
      if (probe.shownAt === undefined) {
        if (!found || found.disabled || found.getClientRects().length === 0) return;
        probe.shownAt = performance.now();
        if (press) document.querySelector(press).click();
      }
      if (answered && !document.querySelector(answered)) return;
      observer.disconnect();
      probe.answeredAt = performance.now();
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => (probe.paintedAt = performance.now());
        port2.postMessage(null);
      });
    };
    const observer = new MutationObserver(look);
    observer.observe(document, { childList: true, subtree: true, attributes: true });
  })()`;
}

/** The first moment after the painted answer that no long task covers, nor one that begins within 50 ms of it. */
export function interactiveMs({ paintedAt, longTasks }: Pick<Probed, 'paintedAt' | 'longTasks'>): number {
  let free = paintedAt;
  for (const [from, until] of longTasks.toSorted(([a], [b]) => a - b)) {
    if (from < free + FREE_MS && until > free) free = until;
  }
  return free;
}
