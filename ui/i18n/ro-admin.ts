/**
 * People, lists, contacts, configuration, in Romanian.
 * @module
 */
import type { Entry } from './entry.ts';
import { roAccounts } from './ro-accounts.ts';
import { roConfig } from './ro-config.ts';
import { roLists } from './ro-lists.ts';
import { roManage } from './ro-manage.ts';

export const roAdmin = {
  ...roAccounts,
  ...roConfig,
  ...roLists,
  ...roManage,
  'admin.title': 'Administrare',
} as const satisfies Record<string, Entry>;
