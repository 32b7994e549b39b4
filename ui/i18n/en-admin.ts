/**
 * The English words of the administration.
 * @module
 */
import type { Entry } from './entry.ts';
import type { AdminKey } from './key.ts';

export const enAdmin: Record<AdminKey, Entry> = {
  'admin.title': 'Administration',
};
