/**
 * Campanie: what has become of a campaign's contacts, and what their calls brought: `GET /api/reports/campaign`.
 * @module
 */
import { z } from 'zod';
import { idSchema, instantSchema, localDateSchema, textSchema } from './common.ts';
import { reportNamesSchema } from './reports.ts';

const labelsSchema = z.object({ ro: z.string(), en: z.string() });

export const campaignReportQuerySchema = z.strictObject({
  campaign: textSchema(63),
  list: idSchema.optional(),
  /** Of the calls; contacts and waits are as they are now. Ten years at most. */
  from: localDateSchema,
  to: localDateSchema,
});
export type CampaignReportQuery = z.infer<typeof campaignReportQuerySchema>;

const listSums = {
  /** Now, withdrawn ones left out. */
  contacts: z.int(),
  open: z.int(),
  calls: z.int(),
  /** Contacts, as the next two: called, reached, with a positive outcome. */
  called: z.int(),
  reached: z.int(),
  positive: z.int(),
};
export type ListSumsView = z.infer<z.ZodObject<typeof listSums>>;

/** Each part is null when counting it took too long: ask for a shorter period. */
export const campaignReportSchema = z
  .object({
    campaign: z.object({ name: z.string(), label: z.string() }),
    list: z.int().nullable(),
    from: localDateSchema,
    to: localDateSchema,
    zone: z.string(),
    generatedAt: instantSchema,
    names: reportNamesSchema.optional(),
    contacts: z
      .array(
        z.object({
          state: z.enum(['open', 'closed', 'withdrawn']),
          reason: z.string().nullable(),
          contacts: z.int(),
        }),
      )
      .nullable(),
    lists: z
      .array(
        z.object({
          /** Null: dialed by hand, of no list. */
          listId: z.int().nullable(),
          list: z.string().nullable(),
          kind: z.enum(['priority', 'normal']).nullable(),
          ...listSums,
        }),
      )
      .nullable(),
    /** Of all lists: a contact that several of them called is one, so that it may be less than their sum. */
    listTotals: z.object(listSums).nullable(),
    attempts: z.array(z.object({ attempts: z.int(), contacts: z.int() })).nullable(),
    answers: z
      .array(
        z.object({
          field: z.string(),
          /** Null: a field that the script has no more. */
          labels: labelsSchema.nullable(),
          type: z.string().nullable(),
          /** Most frequent first, at most 30; texts of more than 80 characters are left out. */
          values: z.array(z.object({ value: z.string(), labels: labelsSchema.nullable(), calls: z.int() })),
        }),
      )
      .nullable(),
    failures: z
      .array(
        z.object({
          trunk: z.string().nullable(),
          result: z.string(),
          reason: z.string(),
          sipStatus: z.int().nullable(),
          calls: z.int(),
        }),
      )
      .nullable(),
    waits: z
      .array(
        z.object({
          /** `on-call`: in a call now. */
          reason: z.string().nullable(),
          due: z.boolean(),
          contacts: z.int(),
          nextDueAt: instantSchema.nullable(),
        }),
      )
      .nullable(),
  })
  .meta({ id: 'CampaignReport' });
export type CampaignReportView = z.infer<typeof campaignReportSchema>;
