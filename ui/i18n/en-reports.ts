/**
 * The English words of the reports.
 * @module
 */
import type { Entry } from './entry.ts';
import type { ReportsKey } from './key.ts';

export const enReports: Record<ReportsKey, Entry> = {
  'reports.title': 'Reports',
};
