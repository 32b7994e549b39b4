/**
 * Small schemas that several routes share.
 * @module
 */
import { z } from 'zod';

/** RFC 3339 in UTC. */
export const instantSchema = z.iso.datetime().meta({ description: 'RFC 3339, UTC' });

/** A local calendar date `YYYY-MM-DD`; invalid days (31 February) are refused. */
export const localDateSchema = z.iso.date().meta({ description: 'local date YYYY-MM-DD' });

/** Sums of one local hour; an hour that comes twice (the night of 25 hours) is one. */
export const hourSumsSchema = z.object({ hour: z.int().min(0).max(23), total: z.int(), answered: z.int() });
export type HourSums = z.infer<typeof hourSumsSchema>;

/** Name of a config object: what operators type, part of workflow ids. */
export const objectNameSchema = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9-]{0,62}$/,
    'use 1 to 63 lower-case letters, digits and dashes, not starting with a dash',
  );

/** A sentence's key and its values; the page turns it into words (`t('wait.' + code, params)`). */
export const messageSchema = z.object({
  code: z.string(),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
});
