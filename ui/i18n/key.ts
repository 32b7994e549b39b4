/**
 * Every key of the catalogues.
 * @module
 */
import type { roPages } from './ro-pages.ts';
import type { ro } from './ro.ts';

export type Key = keyof typeof ro | keyof typeof roPages;
