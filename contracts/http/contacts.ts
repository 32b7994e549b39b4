/**
 * Contacts: found, shown, changed; why one is (not) called.
 * @module
 */
import { z } from 'zod';
import { DO_NOT_CALL_SOURCES } from '../model/do-not-call.ts';
import { LIST_KINDS } from '../model/import.ts';
import { idSchema, instantSchema, localDateSchema, textSchema } from './common.ts';
import { customerSchema } from './desk.ts';

export const CONTACT_STATES = ['open', 'closed', 'withdrawn'] as const;

/** `bigint` of Postgres, as far as JavaScript counts exactly. */
export const contactIdSchema = z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER);

/** `POST /api/contacts/search`: numbers and names are never in an address. */
export const contactSearchSchema = z.strictObject({
  /** As people write it; exact. */
  number: z.string().max(30).optional(),
  /** Parts of last and first name, without regard to case and diacritics. */
  name: textSchema(100).optional(),
  campaign: textSchema(63).optional(),
  list: idSchema.optional(),
  state: z.enum(CONTACT_STATES).optional(),
  /** Why it is closed: a code. */
  closed: textSchema(63).optional(),
  /** What one of the queue waits for: a code, `on-call`, `-` for nothing; and whether it is due. */
  wait: textSchema(63).optional(),
  due: z.boolean().optional(),
  /** `nextBefore` of the page before. */
  before: contactIdSchema.optional(),
  limit: z.int().min(1).max(100).default(50),
});
export type ContactSearch = z.input<typeof contactSearchSchema>;

export const contactRowSchema = z
  .object({
    id: z.number(),
    /** "Nume Prenume"; null when unknown. Who may read contacts may see names and numbers. */
    name: z.string().nullable(),
    locality: z.string().nullable(),
    /** E.164, in order. */
    numbers: z.array(z.string()),
    campaign: z.string(),
    list: z.object({ id: z.int(), name: z.string() }),
    state: z.enum(CONTACT_STATES),
    closedReason: z.string().nullable(),
    onCall: z.boolean(),
    dueAt: instantSchema.nullable(),
    waitReason: z.string().nullable(),
    attempts: z.int(),
  })
  .meta({ id: 'ContactRow' });
export type ContactRow = z.infer<typeof contactRowSchema>;

export const contactPageSchema = z.object({
  contacts: z.array(contactRowSchema),
  nextBefore: z.number().nullable(),
});
export type ContactPage = z.infer<typeof contactPageSchema>;

const doNotCallFact = z
  .object({
    at: instantSchema,
    reason: z.string().nullable(),
    by: z.string().nullable(),
    source: z.enum(DO_NOT_CALL_SOURCES).nullable(),
  })
  .nullable();

/** `GET /api/contacts/:id`. */
export const contactDetailSchema = z
  .object({
    /** To be given with an edit. */
    version: z.string(),
    /** The card, as agents see it. */
    card: customerSchema,
    campaign: z.string(),
    list: z.object({ id: z.int(), name: z.string(), kind: z.enum(LIST_KINDS) }),
    state: z.enum(CONTACT_STATES),
    closedReason: z.string().nullable(),
    closedAt: instantSchema.nullable(),
    createdAt: instantSchema,
    /** Row of the file it came from. */
    rowNo: z.int().nullable(),
    consentAt: z.string().nullable(),
    consentSource: z.string().nullable(),
    /** The list's own columns. */
    attributes: z.record(z.string(), z.string()),
    numbers: z.array(
      z.object({
        id: z.number(),
        e164: z.string(),
        position: z.int(),
        active: z.boolean(),
        stopped: z.boolean(),
        doNotCall: doNotCallFact,
      }),
    ),
    /** Newest first. */
    changes: z.array(
      z.object({
        at: instantSchema,
        by: z.string(),
        action: z.string(),
        before: z.record(z.string(), z.unknown()).nullable(),
        after: z.record(z.string(), z.unknown()).nullable(),
      }),
    ),
  })
  .meta({ id: 'ContactDetail' });
export type ContactDetail = z.infer<typeof contactDetailSchema>;

const field = (max: number) => textSchema(max).trim().nullable();

/** `PATCH /api/contacts/:id`. 409 `conflict`: it changed after it was read. The bounds are those of an import. */
export const contactEditSchema = z.strictObject({
  version: z.string().max(20),
  changes: z.strictObject({
    lastName: field(100).optional(),
    firstName: field(100).optional(),
    locality: field(100).optional(),
    county: field(60).optional(),
    age: z.int().min(0).max(130).nullable().optional(),
    ageBand: field(20).optional(),
    address: field(300).optional(),
    email: field(254).optional(),
    language: field(35).optional(),
    note: field(2_000).optional(),
    externalId: field(100).optional(),
    consentAt: localDateSchema.nullable().optional(),
    consentSource: field(200).optional(),
    attributes: z
      .record(textSchema(100).min(1), field(1_000))
      .refine((own) => Object.keys(own).length <= 200, 'at most 200')
      .optional(),
  }),
});
export type ContactEdit = z.input<typeof contactEditSchema>;

/** Body of `close`, `reopen`, `lift-stopped`; kept in the audit log. */
export const contactReasonSchema = z.strictObject({ reason: textSchema(300).trim().min(3) });

/** Body of `POST /api/contacts/:id/do-not-call`: all numbers of the person. */
export const contactOppositionSchema = z.strictObject({
  reason: textSchema(300).trim().min(3),
  source: z.enum(DO_NOT_CALL_SOURCES),
});

/** 409 `conflict` with `params.reason`: a code of `CONTACT_REFUSALS` in `db/contact-state.ts`. */
export const contactChangedSchema = z.object({ changed: z.boolean() });
export type ContactChanged = z.infer<typeof contactChangedSchema>;

/** `GET /api/contacts/:id/why`: the gates of the claim in its order, with what each sees. */
export const whyDialedSchema = z
  .object({
    at: instantSchema,
    /** `call`: taken when its turn comes · `wait`, `close`: what the claim does instead · `closed`: never looked at. */
    verdict: z.enum(['call', 'wait', 'close', 'on-call', 'closed']),
    reason: z.string().nullable(),
    /** The earliest moment at which all gates may let through; null: now, never, or nobody knows. */
    until: instantSchema.nullable(),
    gates: z.array(
      z.object({
        gate: z.string(),
        state: z.enum(['passes', 'waits', 'ends']),
        reason: z.string().optional(),
        until: instantSchema.optional(),
        seen: z.record(z.string(), z.union([z.string(), z.number()])),
      }),
    ),
    numbers: z.array(
      z.object({
        e164: z.string(),
        position: z.int(),
        verdict: z.string(),
        chosen: z.boolean(),
        callsToday: z.int(),
        callsTotal: z.int(),
        unanswered: z.int(),
      }),
    ),
    /** Contacts of the campaign that come first, at most 1,000. */
    ahead: z.int(),
    caps: z.object({ perDay: z.int(), perTotal: z.int() }),
    zone: z.string(),
  })
  .meta({ id: 'WhyDialed' });
export type WhyDialed = z.infer<typeof whyDialedSchema>;
