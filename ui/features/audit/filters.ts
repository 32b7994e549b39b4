/**
 * Filters of the journal, in the address: `?de=2026-11-16&pana=2026-11-22&cine=ana&ce=user.edit&fel=user&obiect=7`.
 * @module
 */
import { search } from '../../api/client.ts';
import { isLocalDate } from '../../i18n/format.ts';

export interface AuditFilter {
  from?: string | undefined;
  to?: string | undefined;
  actor?: string | undefined;
  action?: string | undefined;
  objectKind?: string | undefined;
  objectId?: string | undefined;
}

export function parseAuditFilter(query: Readonly<Record<string, string | undefined>>): AuditFilter {
  const word = (name: string): string | undefined => query[name]?.slice(0, 100) || undefined;
  return {
    from: isLocalDate(query['de']) ? query['de'] : undefined,
    to: isLocalDate(query['pana']) ? query['pana'] : undefined,
    actor: word('cine'),
    action: word('ce'),
    objectKind: word('fel'),
    objectId: word('obiect'),
  };
}

export function auditAddress(filter: AuditFilter): string {
  const { from, to, actor, action, objectKind, objectId } = filter;
  const asked = { de: from, pana: to, cine: actor, ce: action, fel: objectKind, obiect: objectId?.trim() };
  return `/jurnal${search(asked)}`;
}

/** What is asked of the API, of the list and of the export alike. */
export function auditQuery(filter: AuditFilter, cursor?: string): string {
  return search({ ...filter, cursor });
}
