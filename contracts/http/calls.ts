/**
 * The calls list and one call.
 * @module
 */
import { z } from 'zod';
import { CALL_KINDS, CALL_RESULTS, CALL_STAGES, END_REASONS, KIND_CHOICES } from '../model/call.ts';
import { TIMELINE_KINDS } from '../model/placed-call.ts';
import { RECORDING_STATES } from '../model/recording.ts';
import { idSchema, instantSchema, localDateSchema, objectNameSchema, textSchema } from './common.ts';
import { recordingInfoSchema } from './recordings.ts';
import { SLOT_NAMES } from './reports.ts';

export const CALLS_PAGE_SIZE = 50;

export const CALL_STATES = ['open', 'committed', 'counted'] as const;
/** `unanswered`: sent (an incoming call: arrived), and nobody answered; `unsent`: it never left. */
export const CALL_ANSWERS = ['answered', 'unanswered', 'unsent'] as const;
/** Its status is positive, or means that a person was reached; it was no customer's fault that it failed. */
export const CALL_FLAGS = ['positive', 'reached', 'failed'] as const;
/** What has none of something that others name. */
export const NONE = '-';
/** A figure of a report beyond it is shown without its calls being counted. */
export const MAX_COUNTED = 100_000;

/** `GET /api/calls`: newest claim first, keyset paging by `cursor`. */
export const callsQuerySchema = z.strictObject({
  campaign: textSchema(63).optional(),
  /** Id of a list; `-`: of none, dialed by hand. */
  list: z.union([z.literal(NONE), idSchema]).optional(),
  /** User id: calls of that agent alone; `any`: those with an agent. Needs the permission `agent.read`. */
  agent: z.union([z.literal('any'), idSchema]).optional(),
  status: textSchema(63).optional(),
  kind: z.enum(KIND_CHOICES).optional(),
  result: z.enum(CALL_RESULTS).optional(),
  /** First and last local day, both included, in the zone of the campaign (else the site's). */
  from: localDateSchema.optional(),
  to: localDateSchema.optional(),
  /** Local hours of a row of Raport zilnic, in the same zone as the days: the hour of the INVITE, else of the claim. */
  slot: z.enum(SLOT_NAMES).optional(),
  /** `open`: still under way · `committed`: with an outcome · `counted`: those of them that reports count (no contact passed over). */
  state: z.enum(CALL_STATES).optional(),
  /** The figures of reports beside statuses: whether it was answered, what its status means, how it failed, what was said. */
  answered: z.enum(CALL_ANSWERS).optional(),
  flag: z.enum(CALL_FLAGS).optional(),
  reason: z.enum(END_REASONS).optional(),
  /** Name; `-`: over none. */
  trunk: z.union([z.literal(NONE), objectNameSchema]).optional(),
  /** Final code of SIP; `-`: none came. */
  sip: z.union([z.literal(NONE), z.coerce.number().int().min(100).max(699)]).optional(),
  /** Field of the campaign's script and what was answered; free text needs the permission `name.read`. */
  field: textSchema(63).optional(),
  value: textSchema(80).optional(),
  /** `contact`: of the calls asked for, the last one of each contact; with `times`: of those that have so many. */
  each: z.literal('contact').optional(),
  times: z.coerce.number().int().min(1).max(10_000).optional(),
  /** Exact number, E.164 or as dialed in Romania (`0722 123 456`); needs the permission `number.read`. */
  number: z.string().max(30).optional(),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(CALLS_PAGE_SIZE),
});
export type CallsQuery = z.infer<typeof callsQuerySchema>;

export const callRowSchema = z
  .object({
    id: z.string(),
    kind: z.enum(CALL_KINDS),
    campaign: z.string(),
    /** What people call it; for who may not ask for the campaigns. */
    campaignLabel: z.string(),
    /** Shown name of the agent; null of a robot's call, and where the role may not see agents. */
    agent: z.string().nullable(),
    list: z.object({ id: z.int(), name: z.string() }).nullable(),
    attempt: z.int(),
    /** E.164; null where the role may not see numbers. */
    number: z.string().nullable(),
    /** "Nume Prenume"; null when unknown or where the role may not see names. */
    contactName: z.string().nullable(),
    claimedAt: instantSchema,
    invitedAt: instantSchema.nullable(),
    answeredAt: instantSchema.nullable(),
    endedAt: instantSchema.nullable(),
    talkMs: z.int().nullable(),
    /** Null until committed. */
    status: z.string().nullable(),
    result: z.enum(CALL_RESULTS).nullable(),
    /** Stage while the call is open. */
    stage: z.enum(CALL_STAGES).nullable(),
    recording: z.enum(RECORDING_STATES).nullable(),
  })
  .meta({ id: 'CallRow' });
export type CallRow = z.infer<typeof callRowSchema>;

export const callsPageSchema = z
  .object({
    calls: z.array(callRowSchema),
    /** Pass as `cursor` for the next page; null on the last. */
    nextCursor: z.string().nullable(),
    /** How many there are in all; of the first page of `counted` calls; null: not counted, or more than 100,000. */
    total: z.int().nullable(),
    /** The zone in which `from`, `to` and `slot` were read. */
    zone: z.string(),
  })
  .meta({ id: 'CallsPage' });
export type CallsPage = z.infer<typeof callsPageSchema>;

export const timelineEventSchema = z.object({
  at: instantSchema,
  kind: z.enum(TIMELINE_KINDS),
  detail: z.string().optional(),
});

/** What is known of the contact. Personal fields are null where the role may not see names. */
export const callContactSchema = z.object({
  id: z.int(),
  lastName: z.string().nullable(),
  firstName: z.string().nullable(),
  locality: z.string().nullable(),
  county: z.string().nullable(),
  ageBand: z.string().nullable(),
  age: z.int().nullable(),
});

export const callDetailSchema = callRowSchema
  .extend({
    workflowId: z.string().nullable(),
    committedAt: instantSchema.nullable(),
    ringingAt: instantSchema.nullable(),
    reason: z.enum(END_REASONS).nullable(),
    sipStatus: z.int().nullable(),
    trunk: z.string().nullable(),
    node: z.string(),
    epoch: z.int(),
    zone: z.string(),
    /** Who chose the status by hand. */
    statusBy: z.string().nullable(),
    robot: z
      .object({
        promptMs: z.int(),
        heardMs: z.int(),
        heardInFull: z.boolean(),
        /** Menu key pressed. */
        key: z.string().nullable(),
      })
      .nullable(),
    contact: callContactSchema.nullable(),
    recordingInfo: recordingInfoSchema,
    timeline: z.array(timelineEventSchema),
    /** Versions of the config objects used, by kind. */
    versions: z.record(z.string(), z.int()),
  })
  .meta({ id: 'CallDetail' });
export type CallDetail = z.infer<typeof callDetailSchema>;
