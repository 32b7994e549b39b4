/**
 * The clock of a telephone: twenty milliseconds a frame, also on a machine that was busy meanwhile.
 * @module
 */

export const FRAME_MS = 20;
/** After a longer silence a telephone goes on where it is, as one that was suspended. */
const MAX_BEHIND_FRAMES = 25;

/**
 * Ticks once for each frame of the wall clock; what a busy event loop missed is made up at once, so that timestamps keep time.
 * @returns stops it
 */
export function startFrameClock(tick: () => void): () => void {
  const started = performance.now();
  let frames = 0;
  const timer = setInterval(() => {
    const due = Math.floor((performance.now() - started) / FRAME_MS);
    frames = Math.max(frames, due - MAX_BEHIND_FRAMES);
    for (; frames < due; frames += 1) tick();
  }, FRAME_MS / 2);
  return () => clearInterval(timer);
}
