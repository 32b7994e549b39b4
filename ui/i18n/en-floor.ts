/**
 * The English words of the wall and the recordings.
 * @module
 */
import type { Entry } from './entry.ts';
import type { FloorKey } from './key.ts';

export const enFloor: Record<FloorKey, Entry> = {
  'wall.title': 'Wall',
};
