/**
 * The lookup table of outcomes, as the page needs it.
 * @module
 */
import { z } from 'zod';
import { CALL_KINDS } from '../model/call.ts';

export const statusViewSchema = z
  .object({
    code: z.string(),
    labels: z.object({ ro: z.string(), en: z.string() }),
    reachedPerson: z.boolean(),
    countsAsNoAnswer: z.boolean(),
    countsTowardsCaps: z.boolean(),
    final: z.boolean(),
    positive: z.boolean(),
    system: z.boolean(),
    allowedFor: z.array(z.enum(CALL_KINDS)),
    /** Order of columns, ascending. */
    sort: z.int(),
  })
  .meta({ id: 'Status' });
export type StatusView = z.infer<typeof statusViewSchema>;

export const statusListSchema = z.object({ statuses: z.array(statusViewSchema) });
export type StatusList = z.infer<typeof statusListSchema>;
