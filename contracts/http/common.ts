/**
 * Small schemas that several routes share.
 * @module
 */
import { z } from 'zod';

/** RFC 3339 in UTC. */
export const instantSchema = z.iso.datetime().meta({ description: 'RFC 3339, UTC' });

/** Postgres has no year 0, and no call is older than the telephone. */
const FIRST_DATE = '1900-01-01';
/** The week, month and year in which a date lies end in years of four digits, too. */
const LAST_DATE = '2999-12-31';

/** A local calendar date `YYYY-MM-DD`; invalid days (31 February), years before 1900 and after 2999 are refused. */
export const localDateSchema = z.iso
  .date()
  .refine((date) => date >= FIRST_DATE, `must not be before ${FIRST_DATE}`)
  .refine((date) => date <= LAST_DATE, `must not be after ${LAST_DATE}`)
  .meta({ description: 'local date YYYY-MM-DD' });

/** `integer` of Postgres. */
const MAX_ID = 2_147_483_647;

/** Id of a row as it stands in an address. */
export const idSchema = z.coerce.number().int().positive().max(MAX_ID);

/**
 * Text that people type: line ends and tabs, but no other control character. Postgres stores no zero byte, and an escape
 * sequence would act on the terminal of whoever reads the text there.
 * @param max characters
 */
export function textSchema(max: number) {
  return z
    .string()
    .max(max)
    .regex(/^(?:\P{Cc}|[\t\n])*$/u, 'must not hold control characters');
}

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
