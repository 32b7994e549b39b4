/**
 * The do-not-call list.
 * @module
 */
import { z } from 'zod';
import { DO_NOT_CALL_SOURCES } from '../model/do-not-call.ts';
import { instantSchema, textSchema } from './common.ts';
import { contactIdSchema } from './contacts.ts';

/** `POST /api/do-not-call/search`: the number is never in an address. Without one: all, newest first. */
export const doNotCallSearchSchema = z.strictObject({
  /** As people write it; exact. */
  number: z.string().max(30).optional(),
  cursor: z.string().max(200).optional(),
  limit: z.int().min(1).max(100).default(50),
});
export type DoNotCallSearch = z.input<typeof doNotCallSearchSchema>;

export const doNotCallEntrySchema = z
  .object({
    id: z.number(),
    e164: z.string(),
    at: instantSchema,
    reason: z.string().nullable(),
    by: z.string().nullable(),
    /** Null: during a call, or before this was asked. */
    source: z.enum(DO_NOT_CALL_SOURCES).nullable(),
    /** Contacts with this number, over all campaigns. */
    contacts: z.int(),
  })
  .meta({ id: 'DoNotCallEntry' });
export type DoNotCallEntry = z.infer<typeof doNotCallEntrySchema>;

export const doNotCallPageSchema = z.object({
  entries: z.array(doNotCallEntrySchema),
  nextCursor: z.string().nullable(),
  /** Of the whole list. */
  count: z.int(),
});
export type DoNotCallPage = z.infer<typeof doNotCallPageSchema>;

const reasonSchema = textSchema(300).trim().min(3);

/** `POST /api/do-not-call`. `changed` false: it was there before, with its first reason. */
export const doNotCallAddSchema = z.strictObject({
  number: z.string().max(30),
  reason: reasonSchema,
  source: z.enum(DO_NOT_CALL_SOURCES),
});
export type DoNotCallAdd = z.infer<typeof doNotCallAddSchema>;
export const doNotCallAddedSchema = z.object({ changed: z.boolean() });

/** `POST /api/do-not-call/:id/lift`, the id of the number. */
export const doNotCallIdSchema = z.object({ id: contactIdSchema });
export const doNotCallLiftSchema = z.strictObject({ reason: reasonSchema });
/** Contacts that may be called again. */
export const doNotCallLiftedSchema = z.object({ reopened: z.int() });
export type DoNotCallLifted = z.infer<typeof doNotCallLiftedSchema>;

/** Larger lists come in several files. */
export const DO_NOT_CALL_FILE_BYTES = 64 * 1024 * 1024;

/**
 * `POST /api/do-not-call/import`: a part of an uploaded CSV, from `offset` on; called again with `next` until that is null.
 * A part that is sent again changes nothing. Each line's number stands in the column whose header is one of a phone, else in
 * the first.
 */
export const doNotCallImportSchema = z.strictObject({
  upload: z.uuid(),
  reason: reasonSchema,
  source: z.enum(DO_NOT_CALL_SOURCES),
  /** `next` of the answer before; absent: from the beginning. */
  from: z
    .strictObject({
      bytes: z.int().min(0).max(DO_NOT_CALL_FILE_BYTES),
      lines: z.int().min(0),
      column: z.int().min(0).max(200),
    })
    .optional(),
});
export type DoNotCallImport = z.input<typeof doNotCallImportSchema>;
export const doNotCallImportedSchema = z.object({
  /** Of this part. */
  lines: z.int(),
  added: z.int(),
  /** Were on the list before, or twice in this part. */
  known: z.int(),
  rejected: z.int(),
  /** The first ones; `problem` is a code of `domain/phone.ts`. */
  rejects: z.array(z.object({ line: z.int(), problem: z.string() })),
  bytesTotal: z.number(),
  next: z.object({ bytes: z.int(), lines: z.int(), column: z.int() }).nullable(),
});
export type DoNotCallImported = z.infer<typeof doNotCallImportedSchema>;
