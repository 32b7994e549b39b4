import type { CampaignDef } from '../../contracts/model/config.ts';
import type { CarrierCall } from './carrier-record.ts';
import type { AuditContext } from './audit-context.ts';

interface Row {
  id: string;
  status: string;
  result: string;
  reason: string;
  answered: boolean;
  menu_key: string | null;
  status_by: string | null;
  menu: CampaignDef['menu'] | null;
}

/**
 * A committed outcome never changes silently: what was committed still follows from what the carrier did. An outcome that
 * a person chose (`status_by`) or a platform failure has no such witness. What differs today was corrected, step by step.
 */
export async function auditOutcomes(context: AuditContext): Promise<string[]> {
  return [...(await auditCommitted(context)), ...(await auditCorrections(context))];
}

async function auditCommitted({ db, carrier }: AuditContext): Promise<string[]> {
  const { rows } = await db.query<Row>(
    `select c.id::text, s.code as status, c.result, c.reason, c.answered_at is not null as answered, c.menu_key, c.status_by, v.body->'menu' as menu
     from calls c
     join statuses s on s.id = coalesce(
       (select k.before_status_id from call_corrections k where k.call_id = c.id order by k.id limit 1), c.status_id)
     join config_objects campaign on campaign.id = c.campaign_id
     left join config_versions v on v.kind = 'campaign' and v.name = campaign.name and v.version = (c.versions->>'campaign')::int
     where c.committed_at is not null and c.kind = 'robot'`,
  );
  const findings: string[] = [];
  for (const row of rows) {
    if (row.status_by !== null) continue;
    const allowed = allowedStatuses(row, carrier.get(row.id));
    if (!allowed.includes(row.status))
      findings.push(`call ${row.id}: outcome ${row.status}, but it should be ${allowed.join(' or ')}`);
  }
  return findings;
}

/** Each correction begins where the one before ended, and the last one is what the row says. */
async function auditCorrections({ db }: Pick<AuditContext, 'db'>): Promise<string[]> {
  const { rows } = await db.query<{ call_id: string }>(
    `with chain as (
       select call_id, after_status_id, lead(before_status_id) over w as next, lead(id) over w is null as last
       from call_corrections window w as (partition by call_id order by id))
     select distinct k.call_id::text from chain k left join calls c on c.id = k.call_id
     where c.committed_at is null or k.after_status_id is distinct from case when k.last then c.status_id else k.next end`,
  );
  return rows.map(({ call_id }) => `call ${call_id}: its status is not what its corrections say`);
}

function allowedStatuses(row: Row, call: CarrierCall | undefined): string[] {
  // Our failure has no witness, but what the person had said or heard by then still counts.
  if (row.result === 'platform') {
    if (row.menu_key !== null) return keyStatus(row, row.menu_key);
    return row.answered
      ? ['technical-failure', 'message-heard', 'message-interrupted']
      : ['technical-failure'];
  }
  if (!call) return ['technical-failure'];
  switch (call.finalStatus) {
    case 486:
    case 600:
      return ['busy'];
    case 404:
    case 410:
    case 484:
    case 604:
      return ['nonexistent'];
    case 603:
      return ['declined'];
    case 408:
    case 480:
    case 487:
      return ['no-answer'];
    case 200:
      return answered(row, call);
    case undefined:
      // CANCELled before any final response, or the carrier died.
      return ['no-answer', 'technical-failure'];
    default:
      return ['technical-failure'];
  }
}

function answered(row: Row, call: CarrierCall): string[] {
  // Our CANCEL crossed the carrier's 200: nobody was spoken to.
  if (call.cancelledAt !== undefined) return ['no-answer'];
  return row.menu_key === null ? ['message-heard', 'message-interrupted'] : keyStatus(row, row.menu_key);
}

function keyStatus(row: Row, key: string): string[] {
  return [row.menu?.keys[key] ?? `the menu's status for key ${key}`];
}
