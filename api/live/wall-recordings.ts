/**
 * The health of recordings for the wall: the worst of what is wrong with them.
 * @module
 */
import type { WallPart, WallStorage, WallThresholds } from '../../contracts/http/wall.ts';
import { levelOf, type Level } from '../../domain/thresholds.ts';

export interface RecordingsHealth {
  level: Level;
  message: WallPart['message'];
}

const LEVELS = ['red', 'amber'] as const;

/**
 * Red before amber; of one level first what cannot be brought back (`recordings-lost`), then what a copy may bring back
 * (`recordings-missing`, always red), then what is to come (`disk-days`). Each has words that say what to do.
 */
export function recordingsHealth(storage: WallStorage, metrics: WallThresholds['metrics']): RecordingsHealth {
  const wrongs: readonly { level: Level; code: string; n: number }[] = [
    {
      level: levelOf(metrics, 'lost-recordings', storage.lostToday),
      code: 'recordings-lost',
      n: storage.lostToday,
    },
    { level: storage.missing > 0 ? 'red' : 'ok', code: 'recordings-missing', n: storage.missing },
    {
      level: levelOf(metrics, 'days-left', storage.daysLeft ?? undefined),
      code: 'disk-days',
      n: storage.daysLeft ?? 0,
    },
  ];
  for (const level of LEVELS) {
    const wrong = wrongs.find((one) => one.level === level);
    if (wrong) return { level, message: { code: wrong.code, params: { n: wrong.n } } };
  }
  return { level: 'ok', message: null };
}
