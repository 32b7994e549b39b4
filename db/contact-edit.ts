/**
 * What a list says of a person, corrected by hand.
 * @module
 */
import { writeAudit } from './audit.ts';
import type { Database } from './client.ts';
import { rowsOf } from './queryable.ts';
import { inTransaction } from './transaction.ts';

/** Column of `contacts` by the name of the field. */
const COLUMNS = {
  lastName: 'last_name',
  firstName: 'first_name',
  locality: 'locality',
  county: 'county',
  age: 'age',
  ageBand: 'age_band',
  address: 'address',
  email: 'email',
  language: 'language',
  note: 'note',
  externalId: 'external_id',
  consentAt: 'consent_at',
  consentSource: 'consent_source',
} as const;
export type ContactField = keyof typeof COLUMNS;

export interface ContactChanges extends Partial<Record<Exclude<ContactField, 'age'>, string | null>> {
  age?: number | null;
  /** The list's own columns by name; null takes one away. */
  attributes?: Record<string, string | null>;
}

export interface EditContactParams {
  contactId: number;
  /** `version` of the card that was edited. */
  version: string;
  changes: ContactChanges;
  by: string;
  now: Date;
}

/**
 * Changes what is given and keeps the rest; the audit log has what it was and what it is.
 * @returns `conflict` when the contact changed after it was read
 */
export async function editContact(
  db: Database,
  params: EditContactParams,
): Promise<'changed' | 'unchanged' | 'conflict' | 'no-such-contact'> {
  const { attributes = {}, ...fields } = params.changes;
  return inTransaction(db, async (client) => {
    const [row] = await rowsOf<Record<string, unknown>>(
      client,
      `select xmin::text as version, attributes, consent_at::text as consent_at, ${Object.values(COLUMNS)
        .filter((column) => column !== 'consent_at')
        .join(', ')}
       from contacts where id = $1 for no key update`,
      [params.contactId],
    );
    if (!row) return 'no-such-contact';
    if (row['version'] !== params.version) return 'conflict';
    const before: Record<string, unknown> = {};
    const after: Record<string, unknown> = {};
    const set: string[] = [];
    const values: unknown[] = [params.contactId];
    for (const [field, value] of Object.entries(fields) as [ContactField, string | number | null][]) {
      const column = COLUMNS[field];
      if (row[column] === value) continue;
      before[field] = row[column];
      after[field] = value;
      set.push(`${column} = $${values.push(value)}`);
    }
    const own = (row['attributes'] ?? {}) as Record<string, string>;
    const changed = Object.entries(attributes).filter(([name, value]) => (own[name] ?? null) !== value);
    if (changed.length > 0) {
      before['attributes'] = Object.fromEntries(changed.map(([name]) => [name, own[name] ?? null]));
      after['attributes'] = Object.fromEntries(changed);
      const kept = Object.entries({ ...own, ...Object.fromEntries(changed) }).filter(
        ([, value]) => value !== null,
      );
      set.push(`attributes = $${values.push(JSON.stringify(Object.fromEntries(kept)))}::jsonb`);
    }
    if (set.length === 0) return 'unchanged';
    await rowsOf(client, `update contacts set ${set.join(', ')} where id = $1`, values);
    await writeAudit(client, {
      actor: params.by,
      action: 'contact.edit',
      objectKind: 'contact',
      objectId: String(params.contactId),
      before,
      after,
      at: params.now,
    });
    return 'changed';
  });
}
