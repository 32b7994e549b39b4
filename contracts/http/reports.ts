/**
 * Reports of calls by period: rows (hours, days, weeks, months) × statuses with totals, and how calls went by kind. A call
 * counts in the hour of its INVITE (of its claim when none was sent).
 * @module
 */
import { z } from 'zod';
import { CALL_KINDS, KIND_CHOICES } from '../model/call.ts';
import { idSchema, instantSchema, localDateSchema, textSchema } from './common.ts';
import { statusViewSchema } from './statuses.ts';

/** Rows of a day, by name: hours from to, and the one for everything else. */
export const SLOT_NAMES = [
  ...(['7-8', '8-9', '9-10', '10-11', '11-12', '12-13', '13-14'] as const),
  ...(['14-15', '15-16', '16-17', '17-18', '18-19', '19-20', 'outside'] as const),
] as const;

/** What every report may be asked for. */
export const reportFilterFields = {
  /** Absent: `dialed`. */
  kind: z.enum(KIND_CHOICES).optional(),
  /** Campaign name; its calendar gives the zone. */
  campaign: textSchema(63).optional(),
  /** List id. */
  list: idSchema.optional(),
  /** Calls of one status only. */
  status: textSchema(63).optional(),
};

/** Words and writing of an export. */
export const EXPORT_LANGS = ['ro', 'en'] as const;
export type ExportLang = (typeof EXPORT_LANGS)[number];
export const exportFields = { lang: z.enum(EXPORT_LANGS).default('ro') };
export const EXPORT_FORMATS = ['csv', 'xlsx'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Reports of the calendar's own periods: the day, week, month or year in which `date` lies. */
export const periodReportQuerySchema = z.strictObject({ date: localDateSchema, ...reportFilterFields });
export type PeriodReportQuery = z.infer<typeof periodReportQuerySchema>;

/** Reports of an interval: first and last local day, both included; ten years at most. */
export const intervalReportQuerySchema = z.strictObject({
  from: localDateSchema,
  to: localDateSchema,
  ...reportFilterFields,
});
export type IntervalReportQuery = z.infer<typeof intervalReportQuerySchema>;

export const reportSumsFields = {
  /** Status code -> calls. Every status of `statuses` has an entry, also when 0. */
  counts: z.record(z.string(), z.int()),
  /** Sum of `counts`. */
  total: z.int(),
  answered: z.int(),
  talkMs: z.int(),
};
export type ReportSumsView = z.infer<z.ZodObject<typeof reportSumsFields>>;

/** A column; `used`: some call of the report has it. */
export const reportStatusSchema = statusViewSchema.extend({ used: z.boolean() });
export type ReportStatus = z.infer<typeof reportStatusSchema>;

export const reportRowSchema = z.object({
  /** First and last local day. */
  from: localDateSchema,
  to: localDateSchema,
  /** Hours of these days; null: all. */
  slot: z.enum(SLOT_NAMES).nullable(),
  ...reportSumsFields,
});
export type ReportRow = z.infer<typeof reportRowSchema>;

export const reportTableSchema = z.object({
  /** What a row is. `day-slot`: the hours of each day, without the empty ones. */
  by: z.enum(['slot', 'weekday', 'day', 'week', 'month', 'day-slot']),
  rows: z.array(reportRowSchema),
});
export type ReportTableView = z.infer<typeof reportTableSchema>;

/** What was asked for, with what was not said filled in. */
export const reportFiltersSchema = z.object({
  kind: z.enum(KIND_CHOICES),
  campaign: z.string().nullable(),
  list: z.int().nullable(),
  status: z.string().nullable(),
});
export type ReportFilters = z.infer<typeof reportFiltersSchema>;

/** What the choices of a report are called; null: not chosen, or nobody knows it. */
export const reportNamesSchema = z.object({
  /** Label of the campaign. */
  campaign: z.string().nullable(),
  list: z.string().nullable(),
  agent: z.string().nullable(),
});
export type ReportNames = z.infer<typeof reportNamesSchema>;

const head = {
  names: reportNamesSchema.optional(),
  from: localDateSchema,
  to: localDateSchema,
  zone: z.string(),
  generatedAt: instantSchema,
  filters: reportFiltersSchema,
};

export const periodReportSchema = z
  .object({
    report: z.enum(['daily', 'weekly', 'monthly', 'yearly', 'interval']),
    ...head,
    /** The columns, in order. */
    statuses: z.array(reportStatusSchema),
    /** One; of an interval by its days (weeks, months when it is long), by hours, and up to 31 days by both. */
    tables: z.array(reportTableSchema),
    totals: z.object(reportSumsFields),
  })
  .meta({ id: 'PeriodReport' });
export type PeriodReport = z.infer<typeof periodReportSchema>;

export const callsReportSchema = z
  .object({
    ...head,
    statuses: z.array(reportStatusSchema),
    /** Every kind asked for, also without calls. */
    kinds: z.array(z.object({ kind: z.enum(CALL_KINDS), ...reportSumsFields })),
    totals: z.object(reportSumsFields),
    /** From the INVITE to the answer (of an incoming call: from its arrival), and what callers heard until they gave up. */
    waits: z.array(
      z.object({
        kind: z.enum(CALL_KINDS),
        /** Calls with an answer. */
        answered: z.int(),
        /** Mean until the answer, ms; null without one. */
        answeredMs: z.int().nullable(),
        /** Calls that rang and had none. */
        unanswered: z.int(),
        /** Mean until their end, ms. */
        unansweredMs: z.int().nullable(),
      }),
    ),
  })
  .meta({ id: 'CallsReport' });
export type CallsReport = z.infer<typeof callsReportSchema>;
