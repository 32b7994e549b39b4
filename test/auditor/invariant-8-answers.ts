import { isDeepStrictEqual } from 'node:util';
import type { AcknowledgedWrapUp, AuditContext } from './audit-context.ts';

/** Answers survive: what a robot's customer pressed, and what an agent saved and was acknowledged. */
export async function auditAnswers(context: AuditContext): Promise<string[]> {
  return [
    ...(await auditKeys(context)),
    ...(await auditAcknowledged(context)),
    ...(await auditLeftOvers(context)),
  ];
}

/**
 * The robot's only answers are menu keys: a key in a call row was pressed at the carrier, and a menu key
 * pressed there on a call that did not break is in the row.
 */
async function auditKeys({ db, carrier }: AuditContext): Promise<string[]> {
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

interface SavedRow {
  committed: boolean;
  wrap_up_id: string | null;
  answers: Record<string, unknown> | null;
}

/** A call that is not committed yet keeps its wrap-up in its workflow. */
async function auditAcknowledged({ db, options }: AuditContext): Promise<string[]> {
  const last = new Map<string, AcknowledgedWrapUp>();
  for (const saved of options.acknowledged ?? []) last.set(saved.callId, saved);
  const findings: string[] = [];
  for (const { callId, wrapUpId, answers } of last.values()) {
    const { rows } = await db.query<SavedRow>(
      `select committed_at is not null as committed, wrap_up_id::text,
         (select jsonb_object_agg(field, value) from call_answers a where a.call_id = c.id) as answers
       from calls c where id = $1`,
      [callId],
    );
    const [row] = rows;
    if (!row) findings.push(`call ${callId}: its wrap-up was acknowledged, but there is no call row`);
    else if (!row.committed) continue;
    else if (row.wrap_up_id !== wrapUpId)
      findings.push(
        `call ${callId}: wrap-up ${wrapUpId} was acknowledged, the row has ${row.wrap_up_id ?? 'none'}`,
      );
    else if (!isDeepStrictEqual(row.answers ?? {}, answers))
      findings.push(`call ${callId}: the answers are not those that were acknowledged`);
  }
  return findings;
}

/** Drafts hold personal data and end with the call; answers belong to a committed call. */
async function auditLeftOvers({ db }: AuditContext): Promise<string[]> {
  const { rows } = await db.query<{ id: string; what: string }>(
    `select d.call_id::text as id, 'committed, but its draft is there' as what
     from call_drafts d join calls c on c.id = d.call_id where c.committed_at is not null
     union all
     select distinct a.call_id::text, 'has answers, and no committed row'
     from call_answers a left join calls c on c.id = a.call_id where c.committed_at is null`,
  );
  return rows.map(({ id, what }) => `call ${id}: ${what}`);
}
