/**
 * Lists, their imports, and uploads of files.
 * @module
 */
import { z } from 'zod';
import { IMPORT_COLUMNS, LIST_KINDS, REJECT_REASONS } from '../model/import.ts';
import { idSchema, instantSchema, objectNameSchema, textSchema } from './common.ts';

export const IMPORT_STATES = ['open', 'done', 'cancelled', 'undone'] as const;

export const importCountsSchema = z.object({
  rows: z.int(),
  accepted: z.int(),
  duplicate: z.int(),
  invalid: z.int(),
  suppressed: z.int(),
});

/** An import as Postgres has it: true up to the last committed batch. */
export const importViewSchema = importCountsSchema
  .extend({
    id: z.string(),
    workflowId: z.string(),
    campaign: z.string(),
    file: z.string(),
    kind: z.enum(LIST_KINDS),
    dryRun: z.boolean(),
    state: z.enum(IMPORT_STATES),
    bytesTotal: z.number(),
    bytesDone: z.number(),
    startedAt: instantSchema,
    finishedAt: instantSchema.nullable(),
  })
  .meta({ id: 'ImportView' });
export type ImportView = z.infer<typeof importViewSchema>;

const contactCounts = { open: z.int(), closed: z.int(), withdrawn: z.int() };

export const listRowSchema = z
  .object({
    id: z.int(),
    name: z.string(),
    kind: z.enum(LIST_KINDS),
    campaign: z.string(),
    createdAt: instantSchema,
    import: importViewSchema.nullable(),
    /** Null: so many that only the page of the list counts them. */
    contacts: z.object(contactCounts).nullable(),
  })
  .meta({ id: 'ListRow' });
export type ListRow = z.infer<typeof listRowSchema>;

/** `GET /api/list-table`: newest first. */
export const listTableQuerySchema = z.strictObject({
  campaign: textSchema(63).optional(),
  kind: z.enum(LIST_KINDS).optional(),
  state: z.enum(IMPORT_STATES).optional(),
  /** `nextBefore` of the page before. */
  before: idSchema.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(25),
});
export const listTableSchema = z.object({
  lists: z.array(listRowSchema),
  nextBefore: z.int().nullable(),
});
export type ListTable = z.infer<typeof listTableSchema>;

/** `GET /api/lists/:id`. */
export const listDetailSchema = listRowSchema
  .extend({
    contacts: z.object({
      ...contactCounts,
      onCall: z.int(),
      /** Open and never called. */
      untouched: z.int(),
      /** Closed contacts by reason. */
      closedBy: z.record(z.string(), z.int()),
    }),
    /** Rejected rows by reason. */
    byReason: z.partialRecord(z.enum(REJECT_REASONS), z.int()),
  })
  .meta({ id: 'ListDetail' });
export type ListDetail = z.infer<typeof listDetailSchema>;

/** `GET /api/imports/:id/rejects`, a page in the order of the file; `/rejects.csv` is the whole as a file. */
export const rejectsQuerySchema = z.strictObject({
  afterRow: z.coerce.number().int().min(0).max(2_147_483_647).default(0),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export const rejectSchema = z.object({
  row: z.int(),
  line: z.int(),
  reason: z.enum(REJECT_REASONS),
  /** The column to blame, as the list calls it; empty: none. */
  column: z.string(),
  /** What is wrong and what to do, in Romanian, as the rejects file says it. */
  words: z.string(),
  /** Name of the list that has the number. */
  list: z.string().nullable(),
  cells: z.array(z.string()),
});
export const rejectsPageSchema = z.object({
  header: z.array(z.string()),
  rejects: z.array(rejectSchema),
  nextRow: z.int().nullable(),
});
export type RejectsPage = z.infer<typeof rejectsPageSchema>;

/** `GET /api/imports/:id/undo`: what taking it back would do now. */
export const undoPreviewSchema = z.object({ withdrawn: z.int(), kept: z.int() });
export type UndoPreview = z.infer<typeof undoPreviewSchema>;

/** Body of `POST /api/imports/:id/undo`; kept in the audit log. */
export const undoSchema = z.strictObject({ reason: textSchema(300).trim().min(3) });

/** A part of an upload; the page sends one after the other. */
export const UPLOAD_PART_BYTES = 2 * 1024 * 1024;
/** As the import itself. */
export const UPLOAD_MAX_BYTES = 1024 ** 3;

/** `PUT /api/uploads/:id?offset=`, body: bytes. The id is made by the page; an upload belongs to who began it. */
export const uploadQuerySchema = z.strictObject({
  offset: z.coerce.number().int().min(0).max(UPLOAD_MAX_BYTES),
});
export const uploadPartSchema = z.object({
  /** Bytes that are there: the offset of the next part. 409 `conflict` has it as `params.bytes`. */
  bytes: z.number(),
});
export type UploadPart = z.infer<typeof uploadPartSchema>;

/** `POST /api/uploads/:id/preview`: the file as the import will read it. */
export const uploadPreviewSchema = z
  .object({
    bytes: z.number(),
    encoding: z.string(),
    delimiter: z.string(),
    columns: z.array(
      z.object({
        header: z.string(),
        /** A known column; null: kept under its own name, or not kept. */
        known: z.enum(IMPORT_COLUMNS).nullable(),
        kept: z.boolean(),
      }),
    ),
    /** The first rows; each at most as long as the header. */
    rows: z.array(z.array(z.string())),
    /**
     * What was chosen for the last list with the same header, and is applied here because nothing else was asked for; null:
     * the columns were found by their headers, or as asked.
     */
    remembered: z.partialRecord(z.enum(IMPORT_COLUMNS), z.string()).nullable(),
    /** Why it cannot be imported as it is, in Romanian. */
    problem: z.object({ field: z.string(), message: z.string() }).nullable(),
  })
  .meta({ id: 'UploadPreview' });
export type UploadPreview = z.infer<typeof uploadPreviewSchema>;

const columnsSchema = z.partialRecord(z.enum(IMPORT_COLUMNS), textSchema(255).min(1));

/** Left out: as for the last list with the same header. Empty: by the headers alone. */
export const previewSchema = z.strictObject({ columns: columnsSchema.optional() });

/** `POST /api/imports`: the same workflow as `./apel temporal workflow start --type importList`. */
export const startImportSchema = z.strictObject({
  upload: z.uuid(),
  /** Of the list; the workflow's id is `import:<name>`, that of a dry run `import:proba-<upload>`. */
  name: z
    .string()
    .regex(
      /^[a-z0-9][a-z0-9._-]{0,62}$/,
      'use 1 to 63 lower-case letters, digits, dots, dashes and underscores',
    ),
  campaign: objectNameSchema,
  kind: z.enum(LIST_KINDS),
  columns: columnsSchema.optional(),
  dryRun: z.boolean().default(false),
  /** Imports a file that was imported before. */
  force: z.boolean().default(false),
});
export type StartImport = z.input<typeof startImportSchema>;

/** 409 `conflict`, `params.reason` `name-taken`: an import of that name runs or has succeeded. */
export const startedImportSchema = z.object({ workflowId: z.string() });
export type StartedImport = z.infer<typeof startedImportSchema>;

/** `GET /api/import-runs/:id`, the id being the workflow's. */
export const importRunSchema = z
  .object({
    workflowId: z.string(),
    /** `unknown`: Temporal does not answer, or has forgotten it; the import, when there is one, is as Postgres has it. */
    state: z.enum(['running', 'done', 'failed', 'cancelled', 'unknown']),
    /** Of the workflow's own answer; null while nobody can give it. */
    stage: z.enum(['opening', 'importing', 'finishing', 'done', 'cancelled']).nullable(),
    /** What the run said when it failed: the field and what is wrong, in Romanian. */
    failure: z.string().nullable(),
    outcome: z.enum(['imported', 'dry-run', 'already-imported', 'cancelled']).nullable(),
    /** List of the import, or of the earlier one of the same file. */
    list: z.string().nullable(),
    listId: z.int().nullable(),
    import: importViewSchema.nullable(),
    byReason: z.partialRecord(z.enum(REJECT_REASONS), z.int()),
  })
  .meta({ id: 'ImportRun' });
export type ImportRun = z.infer<typeof importRunSchema>;
