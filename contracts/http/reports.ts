/**
 * Raport zilnic: slots 7-8 … 19-20 × status, a row for calls outside them, totals. A call counts in the hour of its
 * INVITE (of its claim when none was sent).
 * @module
 */
import { z } from 'zod';
import { CALL_KINDS } from '../model/call.ts';
import { idSchema, instantSchema, localDateSchema, textSchema } from './common.ts';
import { statusViewSchema } from './statuses.ts';

/** Rows of the report, by name: hours from to, and the one for everything else. */
export const SLOT_NAMES = [
  ...(['7-8', '8-9', '9-10', '10-11', '11-12', '12-13', '13-14'] as const),
  ...(['14-15', '15-16', '16-17', '17-18', '18-19', '19-20', 'outside'] as const),
] as const;

export const dailyReportQuerySchema = z.strictObject({
  date: localDateSchema,
  kind: z.enum(CALL_KINDS).optional(),
  /** Campaign name; its calendar gives the zone. */
  campaign: textSchema(63).optional(),
  /** List id. */
  list: idSchema.optional(),
});
export type DailyReportQuery = z.infer<typeof dailyReportQuerySchema>;

const sums = {
  /** Status code -> calls. Every status of `statuses` has an entry, also when 0. */
  counts: z.record(z.string(), z.int()),
  /** Sum of `counts`. */
  total: z.int(),
  answered: z.int(),
  talkMs: z.int(),
};

export const dailyReportRowSchema = z.object({
  slot: z.enum(SLOT_NAMES),
  /** Local hours of the slot, null in the row `outside`. */
  fromHour: z.int().nullable(),
  toHour: z.int().nullable(),
  ...sums,
});
export type DailyReportRow = z.infer<typeof dailyReportRowSchema>;

export const dailyReportSchema = z
  .object({
    date: localDateSchema,
    zone: z.string(),
    generatedAt: instantSchema,
    filters: z.object({
      kind: z.enum(CALL_KINDS).nullable(),
      campaign: z.string().nullable(),
      list: z.int().nullable(),
    }),
    /** The columns, in order; `used`: some call of the day has it. */
    statuses: z.array(statusViewSchema.extend({ used: z.boolean() })),
    /** Always 13 slots and then `outside`. */
    rows: z.array(dailyReportRowSchema),
    totals: z.object(sums),
  })
  .meta({ id: 'DailyReport' });
export type DailyReport = z.infer<typeof dailyReportSchema>;
