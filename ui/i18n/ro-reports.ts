/**
 * Reports and the history of a person, in Romanian.
 * @module
 */
import type { Entry } from './entry.ts';

export const roReports = {
  'reports.title': 'Rapoarte',
} as const satisfies Record<string, Entry>;
