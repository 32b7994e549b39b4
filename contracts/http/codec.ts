/**
 * Codec endpoint of the Temporal UI and CLI: protobuf JSON of payloads, values in base64.
 * @module
 */
import { z } from 'zod';

const base64 = z.base64();

/** At most 1,000 payloads a request; the body limit bounds their size. */
export const codecBodySchema = z
  .object({
    payloads: z
      .array(z.object({ metadata: z.record(z.string(), base64).optional(), data: base64.optional() }))
      .max(1000)
      // Protobuf JSON leaves an empty list out: a query without arguments comes as `{}`.
      .default([]),
  })
  .meta({ id: 'CodecPayloads' });
export type CodecBody = z.infer<typeof codecBodySchema>;
