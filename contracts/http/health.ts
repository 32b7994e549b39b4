/**
 * Health of the API process and of what it needs.
 * @module
 */
import { z } from 'zod';

export const healthzSchema = z.object({ status: z.literal('ok') });

const partSchema = z.object({
  ok: z.boolean(),
  /** Time the check took. */
  ms: z.number(),
  /** A short word, never an address or a secret. */
  reason: z.string().optional(),
});

/** 200 when every part is well, else 503 with the same body. */
export const readyzSchema = z
  .object({ ok: z.boolean(), parts: z.object({ postgres: partSchema, temporal: partSchema }) })
  .meta({ id: 'Readiness' });
export type Readiness = z.infer<typeof readyzSchema>;
