/**
 * Corrections of a call's outcome: `GET` and `POST /api/calls/{id}/corrections`.
 * @module
 */
import { z } from 'zod';
import { MAX_CORRECTION_REASON } from '../model/call.ts';
import { instantSchema, textSchema } from './common.ts';

export const correctionRequestSchema = z.strictObject({
  /** Status code that the person saw; 409 when it is another one by now. */
  expected: textSchema(63),
  /** Status code that it shall be. */
  status: textSchema(63),
  reason: textSchema(MAX_CORRECTION_REASON).refine((text) => text.trim().length >= 3, 'say why'),
});
export type CorrectionRequest = z.infer<typeof correctionRequestSchema>;

export const correctionsSchema = z
  .object({
    /** The status that counts; null while the call is open. */
    status: z.string().nullable(),
    /** Oldest first. */
    trail: z.array(
      z.object({
        before: z.string(),
        after: z.string(),
        /** `late-wrap-up`: the agent's own outcome, which came after the commit. */
        source: z.enum(['person', 'late-wrap-up']),
        /** Null where the role may not see names: people write them into reasons. */
        reason: z.string().nullable(),
        /** User name; null where the role may not see who took which call. */
        by: z.string().nullable(),
        at: instantSchema,
      }),
    ),
    /** Codes that it may become; empty where the role may not correct. */
    allowed: z.array(z.string()),
  })
  .meta({ id: 'Corrections' });
export type Corrections = z.infer<typeof correctionsSchema>;
