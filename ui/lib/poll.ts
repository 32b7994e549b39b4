/**
 * Repeats while the page is visible; a hidden tab costs the server nothing.
 * @module
 */

/** Answers the end. Runs once at once, then every `everyMs`, and when the tab comes back. */
export function pollWhileVisible(run: () => Promise<void>, everyMs: number): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ended = false;

  async function round(): Promise<void> {
    clearTimeout(timer);
    await run();
    if (!ended && !document.hidden) timer = setTimeout(() => void round(), everyMs);
  }
  const onVisible = (): void => {
    if (document.hidden) clearTimeout(timer);
    else void round();
  };
  document.addEventListener('visibilitychange', onVisible);
  void round();

  return () => {
    ended = true;
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', onVisible);
  };
}
