/**
 * Outlines of recordings, reckoned once and remembered: few at a time, and nobody waits for a long one with the line open.
 * @module
 */
import type { SoundOutline } from '../../domain/sound-outline.ts';

/** Files that are read at once; the others wait. */
const AT_ONCE = 2;
const MAX_WAITING = 50;
/** Of some ten kilobytes each. */
const MAX_REMEMBERED = 200;
/** The answer is well within the time of a request; a longer reckoning goes on, and is there when asked for again. */
const PATIENCE_MS = 4_000;

export interface RecordingFile {
  /** Changes with the content. */
  etag: string;
  path: string;
  durationMs: number;
}

export interface Outlines {
  /**
   * `working`: not yet, ask again · `busy`: too many are waiting.
   * Rejects with what made it impossible; the next request tries again.
   */
  find(file: RecordingFile): Promise<SoundOutline | 'working' | 'busy'>;
}

export function createOutlines(
  reckon: (path: string, durationMs: number) => Promise<SoundOutline>,
  patienceMs = PATIENCE_MS,
): Outlines {
  /** Oldest first; those under way as well. */
  const known = new Map<string, Promise<SoundOutline>>();
  const waiting: (() => void)[] = [];
  let running = 0;

  async function inTurn({ path, durationMs }: RecordingFile): Promise<SoundOutline> {
    if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await reckon(path, durationMs);
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  }

  return {
    async find(file) {
      let outline = known.get(file.etag);
      if (outline === undefined) {
        if (waiting.length >= MAX_WAITING) return 'busy';
        outline = inTurn(file);
        outline.catch(() => known.delete(file.etag));
      }
      known.delete(file.etag);
      known.set(file.etag, outline);
      const [oldest] = known.keys();
      if (known.size > MAX_REMEMBERED && oldest !== undefined) known.delete(oldest);
      return within(outline, patienceMs);
    },
  };
}

function within(outline: Promise<SoundOutline>, ms: number): Promise<SoundOutline | 'working'> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve('working'), ms);
    outline.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
