import type { AuditContext } from './audit-context.ts';

/**
 * Answers survive. The robot's only answers are menu keys: a key in a call row was pressed at the carrier, and a menu key
 * pressed there on a call that did not break is in the row.
 */
export async function auditKeys({ db, carrier }: AuditContext): Promise<string[]> {
  const { rows } = await db.query<{
    id: string;
    menu_key: string | null;
    result: string;
    keys: string[] | null;
  }>(
    `select c.id::text, c.menu_key, c.result, array(select jsonb_object_keys(v.body->'menu'->'keys')) as keys
     from calls c
     join config_objects campaign on campaign.id = c.campaign_id
     left join config_versions v on v.kind = 'campaign' and v.name = campaign.name and v.version = (c.versions->>'campaign')::int
     where c.committed_at is not null and c.kind = 'robot'`,
  );
  const findings: string[] = [];
  for (const row of rows) {
    const call = carrier.get(row.id);
    if (!call) continue;
    if (row.menu_key !== null && !call.keys.includes(row.menu_key))
      findings.push(
        `call ${row.id}: key ${row.menu_key} in the row, but the customer pressed "${call.keys}"`,
      );
    const pressed = Array.from(call.keys).find((key) => row.keys?.includes(key));
    if (row.menu_key === null && pressed !== undefined && row.result === 'success')
      findings.push(`call ${row.id}: the customer pressed ${pressed}, the row has no key`);
  }
  return findings;
}
