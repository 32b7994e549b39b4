import type { AuditContext } from './audit-context.ts';
import { findDanglingReferences } from './references.ts';

interface Row {
  id: string;
  committed: boolean;
  invited: boolean;
  result: string | null;
  reason: string | null;
}

/**
 * Every INVITE the carrier saw maps to one call row (or to one test call over a trunk); every call row to one INVITE or to `not-placed`; nothing is left
 * without an outcome. A row that a dead process left (`platform`), or that the carrier never answered (`no-response`),
 * may have lost its INVITE on the way: none or one, never two. What rows refer to is there.
 */
export async function auditCallRows({ db, carrier }: AuditContext): Promise<string[]> {
  const { rows } = await db.query<Row>(
    `select id::text, committed_at is not null as committed, invited_at is not null as invited, result, reason from calls
     union all
     select id::text, ended_at is not null, invited_at is not null, result, reason from trunk_tests`,
  );
  const findings = await findDanglingReferences(db);
  const known = new Map(rows.map((row) => [row.id, row]));
  for (const call of carrier.values()) {
    if (call.invites !== 1) findings.push(`call ${call.callId}: the carrier saw ${call.invites} INVITEs`);
    const row = known.get(call.callId);
    if (!row) findings.push(`call ${call.callId}: the carrier saw an INVITE that has no call row`);
    else if (row.committed && !row.invited)
      findings.push(
        `call ${row.id}: committed as never invited (${row.reason}), but the carrier saw its INVITE`,
      );
  }
  for (const row of rows) {
    if (!row.committed) {
      findings.push(`call ${row.id}: has no outcome`);
      continue;
    }
    const mayBeMissing = !row.invited
      ? row.result === 'platform'
      : row.result === 'platform' || row.reason === 'no-response';
    if (!carrier.has(row.id) && !mayBeMissing)
      findings.push(`call ${row.id}: ended ${row.result}/${row.reason}, but the carrier saw no INVITE`);
  }
  return findings;
}
