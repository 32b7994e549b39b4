/**
 * People, lists, contacts, configuration, in Romanian.
 * @module
 */
import type { Entry } from './entry.ts';
import { roConfig } from './ro-config.ts';

export const roAdmin = {
  ...roConfig,
  'admin.title': 'Administrare',
} as const satisfies Record<string, Entry>;
