/**
 * Which made-up calls have a recording: those of one campaign, as long as it keeps them.
 * @module
 */
import { RECORDED_CAMPAIGN, RECORDING_RETENTION_DAYS } from './config.ts';

/** Lengths of the sounds there are; talks that are still to be heard are about as long as one of them. */
export const TAPES_MS: readonly number[] = [
  9, 14, 19, 25, 31, 38, 46, 55, 66, 79, 95, 114, 137, 164, 197, 236, 283, 340, 408,
].map((seconds) => seconds * 1_000);

/** `kept`: with the place of its sound. `deleted`: when its days were over. */
export type HistoryRecording = { state: 'kept'; tape: number } | { state: 'deleted'; at: number };

const DAY_MS = 86_400_000;
/** UTC, when the upkeep runs. */
const DELETED_AT_MS = 3 * 3_600_000;

/**
 * @param answeredAt about: it decides the day
 * @param until the end of the history
 * @returns undefined where nothing is recorded
 */
export function recordingOf(
  campaign: string,
  talkMs: number,
  { answeredAt, until }: { answeredAt: number; until: number },
): HistoryRecording | undefined {
  if (campaign !== RECORDED_CAMPAIGN) return undefined;
  const over = answeredAt + RECORDING_RETENTION_DAYS * DAY_MS;
  const at = Math.ceil((over - DELETED_AT_MS) / DAY_MS) * DAY_MS + DELETED_AT_MS;
  if (at < until) return { state: 'deleted', at };
  let tape = 0;
  for (const [place, ms] of TAPES_MS.entries()) {
    if (Math.abs(ms - talkMs) < Math.abs((TAPES_MS[tape] ?? 0) - talkMs)) tape = place;
  }
  return { state: 'kept', tape };
}
