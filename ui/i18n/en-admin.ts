/**
 * The English words of the administration.
 * @module
 */
import { enAccounts } from './en-accounts.ts';
import { enConfig } from './en-config.ts';
import { enLists } from './en-lists.ts';
import { enManage } from './en-manage.ts';
import type { Entry } from './entry.ts';
import type { AdminKey } from './key.ts';

export const enAdmin: Record<AdminKey, Entry> = {
  ...enAccounts,
  ...enConfig,
  ...enLists,
  ...enManage,
  'admin.title': 'Administration',
};
