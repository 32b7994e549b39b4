/**
 * Agenți: agent × status with times, by day, week, month, year: `GET /api/reports/agents`.
 * @module
 */
import { z } from 'zod';
import { AGENT_BUCKETS, AGENT_STATES } from '../model/agent.ts';
import { KIND_CHOICES } from '../model/call.ts';
import { idSchema, instantSchema, localDateSchema, textSchema } from './common.ts';
import { reportNamesSchema, reportStatusSchema, reportSumsFields } from './reports.ts';

/** Rows of an answer; a longer report is refused, and says so. */
export const MAX_AGENT_ROWS = 5_000;

export const agentReportQuerySchema = z.strictObject({
  from: localDateSchema,
  to: localDateSchema,
  by: z.enum(AGENT_BUCKETS).default('all'),
  /** Absent: `dialed`. */
  kind: z.enum(KIND_CHOICES).optional(),
  campaign: textSchema(63).optional(),
  /** Of the calls, as the next one; time in states is of all. */
  list: idSchema.optional(),
  status: textSchema(63).optional(),
  /** User id. */
  agent: idSchema.optional(),
});
export type AgentReportQuery = z.infer<typeof agentReportQuerySchema>;

const figures = {
  ...reportSumsFields,
  holdMs: z.int(),
  wrapUpMs: z.int(),
  /** State -> ms on shift, of all campaigns and kinds: a state belongs to none. */
  states: z.partialRecord(z.enum(AGENT_STATES), z.int()),
};

/** `GET /api/agents`: names, for filters; everybody who has ever been on shift. */
export const agentNamesSchema = z
  .object({ agents: z.array(z.object({ id: z.int(), name: z.string() })) })
  .meta({ id: 'AgentNames' });
export type AgentNames = z.infer<typeof agentNamesSchema>;

export const agentReportRowSchema = z.object({
  agent: z.object({ id: z.int(), name: z.string() }),
  /** Local days of the row, within the period. */
  from: localDateSchema,
  to: localDateSchema,
  ...figures,
});
export type AgentReportRow = z.infer<typeof agentReportRowSchema>;

export const agentReportSchema = z
  .object({
    from: localDateSchema,
    to: localDateSchema,
    zone: z.string(),
    generatedAt: instantSchema,
    names: reportNamesSchema.optional(),
    filters: z.object({
      by: z.enum(AGENT_BUCKETS),
      kind: z.enum(KIND_CHOICES),
      campaign: z.string().nullable(),
      list: z.int().nullable(),
      status: z.string().nullable(),
      agent: z.int().nullable(),
    }),
    /** The columns, in order. */
    statuses: z.array(reportStatusSchema),
    /** By agent's name, then by time; without those that have neither calls nor time. */
    rows: z.array(agentReportRowSchema),
    totals: z.object(figures),
  })
  .meta({ id: 'AgentReport' });
export type AgentReport = z.infer<typeof agentReportSchema>;
