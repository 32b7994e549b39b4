/**
 * The whole English catalogue: one chunk, fetched when it is chosen.
 * @module
 */
import { enAdmin } from './en-admin.ts';
import { enDesk } from './en-desk.ts';
import { enFloor } from './en-floor.ts';
import { enReports } from './en-reports.ts';
import { en } from './en.ts';
import type { Entry } from './entry.ts';
import type { Key } from './key.ts';

export const english: Record<Key, Entry> = { ...en, ...enDesk, ...enReports, ...enFloor, ...enAdmin };
