/**
 * People, lists, contacts, configuration, in Romanian.
 * @module
 */
import type { Entry } from './entry.ts';

export const roAdmin = {
  'admin.title': 'Administrare',
} as const satisfies Record<string, Entry>;
