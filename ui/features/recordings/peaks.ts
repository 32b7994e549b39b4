/**
 * The outline of a recording, asked for until it is reckoned.
 * @module
 */
import type { RecordingPeaks } from '../../../contracts/http/recordings.ts';
import type { Request } from '../../api/client.ts';

export type Peaks = Extract<RecordingPeaks, { state: 'ready' }>;

const AGAIN_MS = 1_000;
/** An hour from the archive takes tens of seconds on a busy machine. */
const TRIES = 180;

/** @throws ApiError, or when it took too long or was aborted */
export async function askPeaks(
  request: Request,
  url: string,
  signal: AbortSignal,
  wait: (ms: number) => Promise<void> = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
): Promise<Peaks> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const found = await request<RecordingPeaks>(`${url}/peaks`, {}, signal);
    if (found.state === 'ready') return found;
    await wait(AGAIN_MS);
    signal.throwIfAborted();
  }
  throw new Error('the outline takes too long');
}
