/**
 * What contacts are looked for by.
 * @module
 */
import type { ContactRow } from '../../../contracts/http/contacts.ts';

export const CONTACT_STATE_NAMES: readonly ContactRow['state'][] = ['open', 'closed', 'withdrawn'];

/** Number and name are never in the address. */
export interface ContactQuery {
  number?: string | undefined;
  name?: string | undefined;
  campaign?: string | undefined;
  list?: number | undefined;
  state?: ContactRow['state'] | undefined;
}
