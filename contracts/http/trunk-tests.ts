/**
 * Test calls over a trunk: a person types a number, the site calls it over that trunk, plays something and hangs up.
 * @module
 */
import { z } from 'zod';
import { CALL_RESULTS, CALL_STAGES, END_REASONS } from '../model/call.ts';
import { TIMELINE_KINDS } from '../model/placed-call.ts';
import { instantSchema, objectNameSchema } from './common.ts';

/** `POST /api/trunks/{name}/tests` */
export const startTrunkTestSchema = z.strictObject({
  /** As a person writes it; in a body, never in an address. */
  number: z.string().trim().min(3).max(40),
  /** The number that the called person sees. */
  callerId: z.string().trim().min(3).max(40),
  /** A prompt to play; left out: a short tune. */
  prompt: objectNameSchema.optional(),
});
export type StartTrunkTest = z.infer<typeof startTrunkTestSchema>;

export const trunkTestSchema = z
  .object({
    /** Also of its workflow: `call:<id>`. */
    id: z.uuid(),
    /** As people read it, as is the caller id. Null without the permission to see numbers. */
    number: z.string().nullable(),
    callerId: z.string(),
    prompt: z.string().nullable(),
    at: instantSchema,
    by: z.string(),
    /** Null: it is over. */
    stage: z.enum(CALL_STAGES).nullable(),
    stageAt: instantSchema.nullable(),
    ringingAt: instantSchema.nullable(),
    answeredAt: instantSchema.nullable(),
    endedAt: instantSchema.nullable(),
    result: z.enum(CALL_RESULTS).nullable(),
    reason: z.enum(END_REASONS).nullable(),
    /** Of the carrier, 200 to 699. */
    sipStatus: z.int().nullable(),
    talkMs: z.int().nullable(),
    heardMs: z.int().nullable(),
    promptMs: z.int().nullable(),
    timeline: z.array(
      z.object({ at: instantSchema, kind: z.enum(TIMELINE_KINDS), detail: z.string().optional() }),
    ),
  })
  .meta({ id: 'TrunkTest' });
export type TrunkTest = z.infer<typeof trunkTestSchema>;

/** `GET /api/trunks/{name}/tests`: newest first. */
export const trunkTestsSchema = z
  .object({
    tests: z.array(trunkTestSchema),
    /** Caller ids of the campaigns that use the trunk: what a carrier is likely to accept. */
    callerIds: z.array(z.string()),
  })
  .meta({ id: 'TrunkTests' });
export type TrunkTests = z.infer<typeof trunkTestsSchema>;
