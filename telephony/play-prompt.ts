/**
 * One prompt, played to the customer and written down.
 * @module
 */
import { join } from 'node:path';
import type { Journal, PromptRole } from './journal.ts';
import type { KeyQueue } from './key-queue.ts';
import type { MediaSession } from './media-session.ts';

/** A converted prompt, `<sha256>.wav` in the prompts folder. */
export interface Prompt {
  sha256: string;
  durationMs: number;
}

/** An answer takes 0.1 ms; what takes longer than this began to play at its end. */
const SLOW_PLAY_MS = 250;

export interface PlayDeps {
  media: MediaSession;
  journal: Journal;
  keys: KeyQueue;
  promptsDir: string;
}

export interface Playing {
  role: PromptRole;
  prompt: Prompt;
  /** Keys that cut the prompt short. */
  accepts: (key: string) => boolean;
  signal: AbortSignal;
}

/**
 * Plays to the customer until the end, a key that is accepted, or the signal.
 * @returns the key
 * @throws NgError when it cannot be played
 */
export async function playPrompt(
  { media, journal, keys, promptsDir }: PlayDeps,
  { role, prompt, accepts, signal }: Playing,
): Promise<string | undefined> {
  if (signal.aborted) return undefined;
  let startedAt = performance.now();
  journal.append({ kind: 'prompt-started', prompt: role, ...prompt });
  let durationMs: number;
  try {
    durationMs = await media.play('cust', join(promptsDir, `${prompt.sha256}.wav`));
  } catch (error) {
    journal.append({ kind: 'prompt-ended', prompt: role, heardMs: 0 });
    throw error;
  }
  if (performance.now() - startedAt > SLOW_PLAY_MS) {
    // The media server stalled: nothing was heard yet.
    startedAt = performance.now();
    journal.append({ kind: 'prompt-started', prompt: role, ...prompt });
  }
  // rtpengine tells nobody when a file ends: its length is the only clock there is.
  const remainingMs = durationMs - (performance.now() - startedAt);
  const key = await waitForKey(keys, accepts, remainingMs, signal);
  const elapsedMs = Math.round(performance.now() - startedAt);
  const whole = key === undefined && !signal.aborted;
  const heardMs = whole ? prompt.durationMs : Math.min(elapsedMs, prompt.durationMs);
  journal.append({ kind: 'prompt-ended', prompt: role, heardMs });
  // The media may be gone already; a failed stop must not hide why the prompt ended.
  if (key !== undefined) await media.stop('cust').catch(() => undefined);
  return key;
}

/** The next key that is accepted, if there is one in time. */
export async function waitForKey(
  keys: KeyQueue,
  accepts: (key: string) => boolean,
  waitMs: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  const timer = setTimeout(stop, Math.max(0, waitMs));
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    return await keys.next(accepts, abort.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}
