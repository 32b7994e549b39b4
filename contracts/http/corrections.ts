/**
 * Corrections of a call's outcome: `GET` and `POST /api/calls/{id}/corrections`; of its answers: `POST /api/calls/{id}/answers`.
 * @module
 */
import { z } from 'zod';
import { MAX_CORRECTION_REASON, MIN_CORRECTION_REASON } from '../model/call.ts';
import { instantSchema, textSchema } from './common.ts';
import { answersSchema } from './desk.ts';
import { scriptSchema } from './script.ts';

const reasonSchema = textSchema(MAX_CORRECTION_REASON).refine(
  (text) => text.trim().length >= MIN_CORRECTION_REASON,
  'say why',
);

export const correctionRequestSchema = z.strictObject({
  /** Status code that the person saw; 409 when it is another one by now. */
  expected: textSchema(63),
  /** Status code that it shall be. */
  status: textSchema(63),
  reason: reasonSchema,
});
export type CorrectionRequest = z.infer<typeof correctionRequestSchema>;

/** `POST /api/calls/{id}/answers`: 400 with `answers.<field>` for what the script does not take. */
export const answersRequestSchema = z.strictObject({
  /** All answers that the person saw; 409 when they are others by now. */
  expected: answersSchema,
  /** All answers as they shall be. */
  answers: answersSchema,
  reason: reasonSchema,
});
export type AnswersRequest = z.infer<typeof answersRequestSchema>;

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
        /** Where the answers were changed too; null where they were not, or the role may not see names. */
        answers: z.object({ before: answersSchema, after: answersSchema }).nullable(),
      }),
    ),
    /** Codes that it may become; empty where the role may not correct. */
    allowed: z.array(z.string()),
    /** What the agent asked, and the answers that count; null without a script, or where the role may not see names. */
    form: z.object({ script: scriptSchema, answers: answersSchema }).nullable(),
  })
  .meta({ id: 'Corrections' });
export type Corrections = z.infer<typeof correctionsSchema>;
