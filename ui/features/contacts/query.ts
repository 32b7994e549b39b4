/**
 * What contacts are looked for by.
 * @module
 */
import type { ContactRow } from '../../../contracts/http/contacts.ts';
import { search } from '../../api/client.ts';

export const CONTACT_STATE_NAMES: readonly ContactRow['state'][] = ['open', 'closed', 'withdrawn'];

/** Number and name are never in the address. */
export interface ContactQuery {
  number?: string | undefined;
  name?: string | undefined;
  campaign?: string | undefined;
  list?: number | undefined;
  state?: ContactRow['state'] | undefined;
  /** From here on what only figures of a campaign's report ask for. */
  closed?: string | undefined;
  wait?: string | undefined;
  due?: boolean | undefined;
}

const DUE = [
  [true, 'da'],
  [false, 'nu'],
] as const;

/** What the address says: `?campanie=oradea&stare=closed&motiv=exhausted`, `?asteapta=on-call&scadent=da`. */
export function parseContacts(query: Readonly<Record<string, string | undefined>>): ContactQuery {
  return {
    campaign: query['campanie'],
    list: query['lista'] === undefined ? undefined : Number(query['lista']) || undefined,
    state: CONTACT_STATE_NAMES.find((state) => state === query['stare']),
    closed: query['motiv'],
    wait: query['asteapta'],
    due: DUE.find(([, word]) => word === query['scadent'])?.[0],
  };
}

export function contactsAddress(query: ContactQuery): string {
  return `/contacte${search({
    campanie: query.campaign,
    lista: query.list,
    stare: query.state,
    motiv: query.closed,
    asteapta: query.wait,
    scadent: DUE.find(([due]) => due === query.due)?.[1],
  })}`;
}
