/**
 * Every key of the catalogues.
 * @module
 */
import type { roDesk } from './ro-desk.ts';
import type { roPages } from './ro-pages.ts';
import type { ro } from './ro.ts';

export type Key = keyof typeof ro | keyof typeof roPages | DeskKey;

/** Keys of the desk's words, which stand in files of their own. */
export type DeskKey = keyof typeof roDesk;
