/**
 * The English words of the administration.
 * @module
 */
import { enConfig } from './en-config.ts';
import type { Entry } from './entry.ts';
import type { AdminKey } from './key.ts';

export const enAdmin: Record<AdminKey, Entry> = {
  ...enConfig,
  'admin.title': 'Administration',
};
