import type { AuditContext } from './audit-context.ts';

/** Rows read = accepted + duplicate + invalid + suppressed; each rejected row is kept; each accepted row is a contact. */
export async function auditImports({ db }: AuditContext): Promise<string[]> {
  const { rows } = await db.query<Record<string, string>>(
    `select i.id::text, i.rows_done as rows, i.accepted, i.duplicate, i.invalid, i.suppressed,
            (select count(*) from import_rejects r where r.import_id = i.id) as rejects,
            (select count(*) from contacts c where c.import_id = i.id) as contacts,
            coalesce((i.input->>'dryRun')::boolean, false)::text as dry
     from imports i`,
  );
  const findings: string[] = [];
  for (const row of rows) {
    const n = (name: string) => Number(row[name]);
    const sum = n('accepted') + n('duplicate') + n('invalid') + n('suppressed');
    if (sum !== n('rows'))
      findings.push(`import ${row['id']}: ${row['rows']} rows read, ${sum} accounted for`);
    if (row['dry'] === 'true') continue;
    if (n('rejects') !== sum - n('accepted'))
      findings.push(
        `import ${row['id']}: ${sum - n('accepted')} rows rejected, ${row['rejects']} kept with a reason`,
      );
    if (n('contacts') !== n('accepted'))
      findings.push(`import ${row['id']}: ${row['accepted']} rows accepted, ${row['contacts']} contacts`);
  }
  return findings;
}
