/**
 * What the page of a contact shows beside its card (`customer.ts`): where it comes from, where it stands, who changed it.
 * @module
 */
import type { DoNotCallSource } from '../contracts/model/do-not-call.ts';
import { listAudit, type AuditRow } from './audit.ts';
import { rowsOf, type Queryable } from './queryable.ts';

export interface ContactFacts {
  /** Changes with every change of the contact. */
  version: string;
  campaign: string;
  listId: number;
  list: string;
  listKind: 'priority' | 'normal';
  state: 'open' | 'closed' | 'withdrawn';
  closedReason: string | null;
  closedAt: Date | null;
  createdAt: Date;
  rowNo: number | null;
  importState: string | null;
  consentAt: string | null;
  consentSource: string | null;
  numbers: {
    id: number;
    e164: string;
    position: number;
    active: boolean;
    stopped: boolean;
    doNotCall: {
      at: string;
      reason: string | null;
      by: string | null;
      source: DoNotCallSource | null;
    } | null;
  }[];
  changes: AuditRow[];
}

const MOST_CHANGES = 20;

/** @returns undefined when there is no such contact */
export async function readContactFacts(
  on: Queryable,
  params: { contactId: number },
): Promise<ContactFacts | undefined> {
  const [row] = await rowsOf<Omit<ContactFacts, 'changes'>>(
    on,
    `select c.xmin::text as version, p.name as campaign, l.id as "listId", l.name as list, l.kind as "listKind",
       c.state, c.closed_reason as "closedReason", c.closed_at as "closedAt", c.created_at as "createdAt",
       c.row_no as "rowNo", (select i.state from imports i where i.id = c.import_id) as "importState",
       c.consent_at::text as "consentAt", c.consent_source as "consentSource",
       coalesce((select json_agg(json_build_object('id', n.id, 'e164', n.e164, 'position', cn.position,
           'active', cn.active, 'stopped', s.stopped_at is not null and s.lifted_at is null,
           'doNotCall', case when n.do_not_call_at is not null then json_build_object('at', n.do_not_call_at,
             'reason', n.do_not_call_reason, 'by', n.do_not_call_by, 'source', n.do_not_call_source) end)
           order by cn.position)
         from contact_numbers cn join numbers n on n.id = cn.number_id
         left join campaign_numbers s on s.campaign_id = cn.campaign_id and s.number_id = n.id
         where cn.contact_id = c.id), '[]') as numbers
     from contacts c
     join campaigns p on p.id = c.campaign_id
     join lists l on l.id = c.list_id
     where c.id = $1`,
    [params.contactId],
  );
  if (!row) return undefined;
  const changes = await listAudit(on, {
    objectKind: 'contact',
    objectId: String(params.contactId),
    limit: MOST_CHANGES,
  });
  return { ...row, changes };
}
