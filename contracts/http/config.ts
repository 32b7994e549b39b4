/**
 * Configuration objects as files and the API carry them: strict (an unknown key is refused), with the rules that hold
 * inside one object. Names of other objects are checked when a file is applied.
 * @module
 */
import { z } from 'zod';
import { CALL_KINDS } from '../model/call.ts';
import {
  CAMPAIGN_MODES,
  CONFIG_KINDS,
  WEEKDAYS,
  type CalendarDef,
  type CampaignDef,
  type CapsDef,
  type ConfigKind,
  type DeskRules,
  type PromptDef,
  type RetryRulesDef,
  type TrunkDef,
} from '../model/config.ts';
import type { StatusDef } from '../model/status.ts';
import {
  THRESHOLD_METRICS,
  THRESHOLD_SIDES,
  type Thresholds,
  type ThresholdsDef,
} from '../model/thresholds.ts';
import { instantSchema, localDateSchema, objectNameSchema } from './common.ts';
import { pauseReasonSchema, scriptSchema } from './script.ts';

/** Status codes look like the names of objects. */
const statusCodeSchema = objectNameSchema;

const label = z.string().trim().min(1, 'must not be empty').max(200);

/** `+` and 7 to 15 digits, no zero after the plus (ITU-T E.164). */
const e164 = z.string().regex(/^\+[1-9]\d{6,14}$/, 'must be E.164, such as +40259123456');

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be HH:MM');
const endOfInterval = z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'must be HH:MM, at most 24:00');

const ianaZone = z.string().refine(isIanaZone, 'is not an IANA time zone, such as Europe/Bucharest');

/** `HH:MM` strings of equal length sort as times do, and `24:00` is the greatest. */
const intervalSchema = z
  .strictObject({ from: timeOfDay, to: endOfInterval })
  .refine((i) => i.from < i.to, { path: ['to'], message: 'must be later than `from`' });

const dayHours = z.array(intervalSchema).superRefine((intervals, ctx) => {
  intervals.forEach((interval, i) => {
    const previous = intervals[i - 1];
    if (previous !== undefined && interval.from < previous.to) {
      ctx.addIssue({
        code: 'custom',
        path: [i, 'from'],
        message: `overlaps or comes before ${previous.from}-${previous.to}: put intervals in order`,
      });
    }
  });
});

export const calendarSchema: z.ZodType<CalendarDef> = z.strictObject({
  name: objectNameSchema,
  zone: ianaZone,
  hours: z.partialRecord(z.enum(WEEKDAYS), dayHours),
  holidays: z.enum(['ro', 'none']),
  closedDates: z.array(localDateSchema).exactOptional(),
});

export const statusSchema: z.ZodType<StatusDef> = z.strictObject({
  code: statusCodeSchema,
  labels: z.strictObject({ ro: label, en: label }),
  reachedPerson: z.boolean(),
  countsAsNoAnswer: z.boolean(),
  countsTowardsCaps: z.boolean(),
  final: z.boolean(),
  positive: z.boolean(),
  system: z.boolean(),
  allowedFor: z.array(z.enum(CALL_KINDS)),
  sort: z.int().min(0).max(100_000),
});

/** A year: longer delays are a mistake in the unit. */
const MAX_DELAY_SECONDS = 31_536_000;

const retryRuleSchema = z
  .strictObject({
    delaySeconds: z.int().min(0).max(MAX_DELAY_SECONDS),
    multiplier: z.number().min(1).max(100),
    maxDelaySeconds: z.int().min(0).max(MAX_DELAY_SECONDS),
    maxAttempts: z.int().min(1).max(1000),
  })
  .refine((r) => r.maxDelaySeconds >= r.delaySeconds, {
    path: ['maxDelaySeconds'],
    message: 'must be at least `delaySeconds`',
  });

export const retryRulesSchema: z.ZodType<RetryRulesDef> = z.strictObject({
  name: objectNameSchema,
  default: retryRuleSchema,
  byStatus: z.record(statusCodeSchema, retryRuleSchema),
});

export const capsSchema: z.ZodType<CapsDef> = z
  .strictObject({
    name: objectNameSchema,
    perNumberPerDay: z.int().min(1).max(1000),
    perNumberTotal: z.int().min(1).max(100_000),
  })
  .refine((c) => c.perNumberTotal >= c.perNumberPerDay, {
    path: ['perNumberTotal'],
    message: 'must be at least `perNumberPerDay`',
  });

/** Romanian geographic (2x, 3x) and mobile (7x). 112 and premium are refused by the edge whatever stands here. */
const DEFAULT_PREFIXES = ['+402', '+403', '+407'];

const host = z
  .string()
  .max(253)
  .regex(/^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/, 'must be a host name or an IPv4 address');

export const trunkSchema: z.ZodType<TrunkDef> = z
  .strictObject({
    name: objectNameSchema,
    host,
    port: z.int().min(1).max(65_535),
    transport: z.enum(['udp', 'tcp', 'tls']),
    credentials: z
      .strictObject({
        username: z.string().min(1).max(200),
        password: z.string().min(1).max(1000),
        realm: z.string().min(1).max(200).exactOptional(),
      })
      .exactOptional(),
    register: z.boolean().exactOptional(),
    numberFormat: z.enum(['e164', '00', 'national']),
    fromDomain: host.exactOptional(),
    assertIdentity: z.boolean().exactOptional(),
    maxChannels: z.int().min(1).max(10_000),
    callsPerSecond: z.number().positive().max(1000),
    permittedPrefixes: z
      .array(z.string().regex(/^\+[1-9]\d{0,14}$/, 'must be an E.164 prefix with its plus, such as +407'))
      .min(1, 'must permit at least one prefix')
      .default(DEFAULT_PREFIXES),
    simulated: z.boolean().exactOptional(),
  })
  .refine((t) => t.register !== true || t.credentials !== undefined, {
    path: ['credentials'],
    message: 'are needed when `register` is true',
  });

export const promptSchema: z.ZodType<PromptDef> = z.strictObject({
  name: objectNameSchema,
  label,
  file: z.string().min(1, 'must name a sound file').max(1000),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hexadecimal; leave it out, `apply` sets it')
    .exactOptional(),
  durationMs: z.int().positive().exactOptional(),
});

const keyMenuSchema = z.strictObject({
  keys: z
    .record(z.string().regex(/^[0-9*#]$/, 'keys are single ones of 0-9 * #'), statusCodeSchema)
    .refine((keys) => Object.keys(keys).length > 0, 'must name at least one key'),
  waitSeconds: z.int().min(0).max(60),
});

const deskSchema: z.ZodType<DeskRules> = z.strictObject({
  script: objectNameSchema.exactOptional(),
  dialing: z.enum(['preview', 'progressive']).exactOptional(),
  previewSeconds: z.int().min(5).max(600).exactOptional(),
  autoNext: z.boolean().exactOptional(),
  wrapUpSeconds: z.int().min(0).max(3_600).exactOptional(),
  wrapUpExtendSeconds: z.int().min(0).max(3_600).exactOptional(),
  wrapUpAtEnd: z.enum(['keep', 'save']).exactOptional(),
  confirmSeconds: z.int().min(3).max(600).exactOptional(),
  lateSaveHours: z.int().min(0).max(72).exactOptional(),
  outcomes: z.array(statusCodeSchema).min(1).exactOptional(),
  deskLostSeconds: z.int().min(5).max(300).exactOptional(),
  holdMusic: objectNameSchema.exactOptional(),
  apologyPrompt: objectNameSchema.exactOptional(),
  assignment: z.enum(['any', 'daily-queue']).exactOptional(),
  callbackGraceMinutes: z.int().min(1).max(1_440).exactOptional(),
  manualCalls: z.boolean().exactOptional(),
});

/** Ten years: a longer time is a mistake in the unit. */
const recordingDays = z.int().min(1).max(3_660);

export const campaignSchema: z.ZodType<CampaignDef> = z
  .strictObject({
    name: objectNameSchema,
    label,
    mode: z.enum(CAMPAIGN_MODES),
    calendar: objectNameSchema,
    trunk: objectNameSchema,
    callerId: e164,
    retryRules: objectNameSchema,
    caps: objectNameSchema,
    prompt: objectNameSchema.exactOptional(),
    goodbyePrompt: objectNameSchema.exactOptional(),
    menu: keyMenuSchema.exactOptional(),
    stopAfterUnanswered: z.int().min(1).max(100).default(3),
    // 180 s is Timer C of RFC 3261 §16.6: proxies on the way may give up there.
    ringTimeoutSeconds: z.int().min(15, 'must be at least 15: people need time to reach the phone').max(175),
    maxTalkSeconds: z.int().min(1).max(14_400),
    concurrency: z.int().min(1).max(10_000),
    consentRequired: z.boolean().default(true),
    recording: z.boolean().default(true),
    recordingRetentionDays: recordingDays.exactOptional(),
    recordingArchiveDays: recordingDays.exactOptional(),
    desk: deskSchema.exactOptional(),
  })
  .superRefine((campaign, ctx) => {
    const refuse = (path: string, message: string) => ctx.addIssue({ code: 'custom', path: [path], message });
    const { recordingRetentionDays = Infinity, recordingArchiveDays } = campaign;
    if (recordingArchiveDays !== undefined && recordingArchiveDays >= recordingRetentionDays)
      refuse('recordingArchiveDays', 'must be less than `recordingRetentionDays`');
    if (campaign.mode === 'robot') {
      if (campaign.desk !== undefined) refuse('desk', 'is only for agent campaigns');
      if (campaign.prompt === undefined) refuse('prompt', 'is needed by a robot campaign');
      // Law 506/2004 art. 12: automatic calling systems need prior consent, provable.
      if (!campaign.consentRequired) refuse('consentRequired', 'must be true for a robot campaign');
    } else if (campaign.menu !== undefined) {
      refuse('menu', 'is only for robot campaigns');
    }
  });

const limit = z.number().min(0).max(1_000_000);

/** Red is at least as bad as amber. */
export const thresholdMetricsSchema: z.ZodType<Thresholds> = z
  .partialRecord(z.enum(THRESHOLD_METRICS), z.strictObject({ amber: limit, red: limit }).nullable())
  .superRefine((metrics, ctx) => {
    for (const metric of THRESHOLD_METRICS) {
      const set = metrics[metric];
      if (!set) continue;
      const side = THRESHOLD_SIDES[metric];
      if (side === 'above' ? set.red >= set.amber : set.red <= set.amber) continue;
      const message = side === 'above' ? 'must be at least `amber`' : 'must be at most `amber`';
      ctx.addIssue({ code: 'custom', path: [metric, 'red'], message });
    }
  });

const thresholdsSchema: z.ZodType<ThresholdsDef> = z.strictObject({
  name: objectNameSchema,
  metrics: thresholdMetricsSchema,
});

/** The schema of each kind's body. */
export const CONFIG_SCHEMAS = {
  calendar: calendarSchema,
  status: statusSchema,
  'retry-rules': retryRulesSchema,
  caps: capsSchema,
  trunk: trunkSchema,
  prompt: promptSchema,
  script: scriptSchema,
  'pause-reason': pauseReasonSchema,
  thresholds: thresholdsSchema,
  campaign: campaignSchema,
} as const satisfies Record<ConfigKind, z.ZodType>;

/** `GET /api/config`: what is configured, without secrets (a trunk's password is `***`). */
export const configListSchema = z
  .object({
    objects: z.array(
      z.object({
        kind: z.enum(CONFIG_KINDS),
        name: z.string(),
        version: z.int(),
        origin: z.enum(['file', 'page', 'seed']),
        updatedAt: instantSchema,
        updatedBy: z.string(),
        /** Out of use: offered nowhere. */
        retired: z.boolean(),
        body: z.looseObject({}),
      }),
    ),
  })
  .meta({ id: 'ConfigList' });
export type ConfigList = z.infer<typeof configListSchema>;

function isIanaZone(zone: string): boolean {
  try {
    // Offsets such as +02:00 are accepted by Intl, but have no summer time.
    return /^[A-Za-z]/.test(zone) && new Intl.DateTimeFormat('en', { timeZone: zone }).format() !== '';
  } catch {
    return false;
  }
}
