/**
 * The journal: who changed what.
 * @module
 */
import { z } from 'zod';
import { instantSchema, localDateSchema, textSchema } from './common.ts';

export const AUDIT_PAGE_SIZE = 50;

const word = textSchema(100).min(1).optional();

/** What the page and the export filter by. */
const filters = {
  /** User name, `cli:<account>` or `system`. */
  actor: word,
  action: word,
  objectKind: word,
  objectId: word,
  /** First and last local day, both included, in the zone of the site. */
  from: localDateSchema.optional(),
  to: localDateSchema.optional(),
};

/** `GET /api/audit`: newest first, keyset paging by `cursor`. */
export const auditQuerySchema = z.strictObject({
  ...filters,
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(AUDIT_PAGE_SIZE),
});

export const auditExportQuerySchema = z.strictObject(filters);
export type AuditExportQuery = z.infer<typeof auditExportQuerySchema>;

export const auditEntrySchema = z
  .object({
    id: z.int(),
    at: instantSchema,
    actor: z.string(),
    /** As shown on the pages; null when the actor is no person of the site. */
    actorName: z.string().nullable(),
    action: z.string(),
    objectKind: z.string(),
    objectId: z.string(),
    /** The object in words, where its id is none. */
    objectName: z.string().nullable(),
    /** What it was and what it became: objects of fields, as the change wrote them, secrets and (by rights) numbers and names masked. */
    before: z.unknown(),
    after: z.unknown(),
  })
  .meta({ id: 'AuditEntry' });
export type AuditEntryView = z.infer<typeof auditEntrySchema>;

export const auditPageSchema = z
  .object({
    entries: z.array(auditEntrySchema),
    nextCursor: z.string().nullable(),
    /** In which `from` and `to` were read. */
    zone: z.string(),
  })
  .meta({ id: 'AuditPage' });
export type AuditPage = z.infer<typeof auditPageSchema>;

/** What the filters may be set to: what the log holds. */
export const auditOptionsSchema = z
  .object({
    actors: z.array(z.object({ actor: z.string(), actorName: z.string().nullable() })),
    actions: z.array(z.string()),
    objectKinds: z.array(z.string()),
  })
  .meta({ id: 'AuditOptions' });
export type AuditOptions = z.infer<typeof auditOptionsSchema>;
