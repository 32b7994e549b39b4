/**
 * The wall and recordings, in Romanian.
 * @module
 */
import type { Entry } from './entry.ts';

export const roFloor = {
  'wall.title': 'Panou',
} as const satisfies Record<string, Entry>;
