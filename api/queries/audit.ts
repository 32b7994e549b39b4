/**
 * @module
 */
import { auditLog } from '../../db/schema.ts';
import type { Database } from '../../db/client.ts';

export interface AuditLine {
  actor: string;
  action: string;
  objectKind: string;
  objectId: string;
  now: Date;
}

/** One line of who did what; log-ins, recordings that were heard. */
export async function writeAudit(db: Database, line: AuditLine): Promise<void> {
  await db.orm.insert(auditLog).values({
    at: line.now,
    actor: line.actor,
    action: line.action,
    objectKind: line.objectKind,
    objectId: line.objectId,
  });
}
