/**
 * Istoria interacțiunilor: a person found by number or name, and their calls. Numbers and names travel in bodies, never in
 * addresses; what stands in an address is an id.
 * @module
 */
import { z } from 'zod';
import { CALL_KINDS } from '../model/call.ts';
import { instantSchema, textSchema } from './common.ts';

/** Either; a number in any written form, a name with or without diacritics. */
export const historySearchSchema = z
  .strictObject({ number: textSchema(30).optional(), name: textSchema(100).optional() })
  .refine((asked) => (asked.number === undefined) !== (asked.name === undefined), 'a number or a name');

export const foundPersonSchema = z.object({
  contactId: z.int(),
  /** "Nume Prenume". */
  name: z.string().nullable(),
  locality: z.string().nullable(),
  county: z.string().nullable(),
  ageBand: z.string().nullable(),
  campaign: z.string(),
  list: z.string(),
  /** E.164. */
  numbers: z.array(z.string()),
  calls: z.int(),
  lastCallAt: instantSchema.nullable(),
});
export type FoundPerson = z.infer<typeof foundPersonSchema>;

export const historyFoundSchema = z
  .object({
    /** Id of the number that was asked for: `GET /api/history?number=`; null: asked by name, or nobody has had it. */
    numberId: z.int().nullable(),
    people: z.array(foundPersonSchema),
    /** There are others: type more of the name. */
    more: z.boolean(),
  })
  .meta({ id: 'HistoryFound' });
export type HistoryFound = z.infer<typeof historyFoundSchema>;

const bigId = z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER);

export const historyFields = { contact: bigId.optional(), number: bigId.optional() };
/** For `refine` of whatever has these fields. */
export const oneOfThem = [
  (asked: HistoryQuery): boolean => (asked.contact === undefined) !== (asked.number === undefined),
  'a contact or a number',
] as const;
export interface HistoryQuery {
  contact?: number | undefined;
  number?: number | undefined;
}

export const historyQuerySchema = z.strictObject(historyFields).refine(...oneOfThem);

export const interactionSchema = z.object({
  callId: z.string(),
  at: instantSchema,
  zone: z.string(),
  kind: z.enum(CALL_KINDS),
  number: z.string(),
  campaign: z.string(),
  list: z.string().nullable(),
  agent: z.string().nullable(),
  status: z.string(),
  positive: z.boolean(),
  /** Of a positive call: what the person said, else what the list knew. */
  locality: z.string().nullable(),
  county: z.string().nullable(),
  ageBand: z.string().nullable(),
  talkMs: z.int(),
  recording: z.boolean(),
  corrected: z.boolean(),
});
export type Interaction = z.infer<typeof interactionSchema>;

export const historySchema = z
  .object({
    /** The contacts whose history it is: the same person on several lists. */
    people: z.array(foundPersonSchema),
    /** E.164, of a history by number. */
    number: z.string().nullable(),
    /** Oldest first; the newest 500. */
    calls: z.array(interactionSchema),
    more: z.boolean(),
  })
  .meta({ id: 'History' });
export type History = z.infer<typeof historySchema>;
