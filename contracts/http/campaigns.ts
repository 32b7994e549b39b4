/**
 * Campaigns and their lists, pause and resume.
 * @module
 */
import { z } from 'zod';
import { CAMPAIGN_MODES } from '../model/config.ts';
import { LIST_KINDS } from '../model/import.ts';
import { hourSumsSchema, instantSchema, localDateSchema, textSchema } from './common.ts';

/** Why a campaign does not dial: since when, by whom and for what reason; null while it runs. */
export const pauseSchema = z
  .object({
    at: instantSchema,
    by: z.string().nullable(),
    reason: z.string().nullable(),
    /** Not a pause: the campaign is over or was never begun, no workday of it is prepared. */
    stopped: z.boolean(),
  })
  .nullable();
export type Pause = z.infer<typeof pauseSchema>;

export const campaignSummarySchema = z
  .object({
    name: z.string(),
    label: z.string(),
    mode: z.enum(CAMPAIGN_MODES),
    /** IANA zone of its calendar: "today" and the hours of its reports. */
    zone: z.string(),
    paused: pauseSchema,
    /** Out of use: reports keep its name, nothing new is begun with it. */
    retired: z.boolean(),
    /** Bound to the simulated carrier: nothing real is dialed. */
    simulated: z.boolean(),
    callsInProgress: z.int(),
    /** Committed calls of the local day, as on the live page. */
    today: z.object({
      date: localDateSchema,
      total: z.int(),
      answered: z.int(),
      /** Only hours that have calls, ascending. */
      byHour: z.array(hourSumsSchema),
    }),
  })
  .meta({ id: 'CampaignSummary' });
export type CampaignSummary = z.infer<typeof campaignSummarySchema>;

export const campaignListSchema = z.object({ campaigns: z.array(campaignSummarySchema) });
export type CampaignList = z.infer<typeof campaignListSchema>;

export const listSummarySchema = z
  .object({
    id: z.int(),
    name: z.string(),
    kind: z.enum(LIST_KINDS),
    campaign: z.string(),
    createdAt: instantSchema,
  })
  .meta({ id: 'ListSummary' });
export type ListSummary = z.infer<typeof listSummarySchema>;

/** `GET /api/lists?campaign=`: newest first, at most 200. */
export const listListSchema = z.object({ lists: z.array(listSummarySchema) });
export type ListList = z.infer<typeof listListSchema>;

/** Body of pause and of resume; kept in the audit log. */
export const pauseReasonSchema = z.strictObject({ reason: textSchema(300).trim().min(3) });

/** Answer to pause and resume. Both are idempotent: `changed` is false when it was so already. */
export const pauseResultSchema = z.object({ name: z.string(), paused: pauseSchema, changed: z.boolean() });
export type PauseResult = z.infer<typeof pauseResultSchema>;
