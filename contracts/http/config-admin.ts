/**
 * The pages of the configuration: one object with who uses it, its versions, a dry run, a save, an end.
 * @module
 */
import { z } from 'zod';
import { CONFIG_KINDS } from '../model/config.ts';
import { instantSchema, objectNameSchema } from './common.ts';
import { configIssueSchema } from './config-issues.ts';

export const CONFIG_ORIGINS = ['file', 'page', 'seed'] as const;
export type ConfigOrigin = (typeof CONFIG_ORIGINS)[number];

export const configParamsSchema = z.object({ kind: z.enum(CONFIG_KINDS), name: objectNameSchema });

/** As `contracts/http/config.ts` describes the body of each kind; secrets are `***` on the way out. */
const body = z.looseObject({});

const stamp = {
  version: z.int(),
  /** Who wrote it: `apply` from a file, a person on a page, the first migration. */
  origin: z.enum(CONFIG_ORIGINS),
  at: instantSchema,
  by: z.string(),
};

/** Why an object stays in use: used by others, by calls in progress, by agents, set by the system itself. */
const keepReason = z.enum(['used', 'open-calls', 'agents', 'system']);

export const configUsageSchema = z.object({
  uses: z.array(
    z.object({
      kind: z.enum(CONFIG_KINDS),
      name: z.string(),
      label: z.string(),
      fields: z.array(z.string()),
      /** Out of use itself. */
      retired: z.boolean(),
    }),
  ),
  openCalls: z.int(),
  /** Empty: its end may come. */
  keep: z.array(keepReason),
  /** `retire`: calls refer to it for ever, so that it can only be taken out of use. */
  end: z.enum(['remove', 'retire']),
});

/** What a campaign does now; null for everything else. */
export const campaignRunSchema = z
  .object({
    state: z.enum(['running', 'paused', 'stopped']),
    at: instantSchema.nullable(),
    by: z.string().nullable(),
    reason: z.string().nullable(),
    callsInProgress: z.int(),
  })
  .nullable();
export type CampaignRun = z.infer<typeof campaignRunSchema>;

/** `GET /api/config/{kind}/{name}` */
export const configObjectSchema = z
  .object({
    kind: z.enum(CONFIG_KINDS),
    name: z.string(),
    ...stamp,
    body,
    usage: configUsageSchema,
    /** Out of use since; null: in use. */
    retired: z.object({ at: instantSchema, by: z.string() }).nullable(),
    run: campaignRunSchema,
  })
  .meta({ id: 'ConfigObject' });
export type ConfigObjectView = z.infer<typeof configObjectSchema>;

/** `GET /api/config/{kind}/{name}/versions?before=`: newest first. */
export const configVersionsSchema = z
  .object({
    versions: z.array(z.object({ ...stamp, body, removed: z.boolean() })),
    /** Ask on with `before` = this. */
    next: z.int().nullable(),
  })
  .meta({ id: 'ConfigVersions' });
export type ConfigVersions = z.infer<typeof configVersionsSchema>;

/** Body of a dry run and of a save. A password left out stays as it is. */
export const configSaveSchema = z.strictObject({
  /** The version that the page was made from; null: there was none. */
  version: z.int().positive().nullable(),
  body,
});
export type ConfigSave = z.infer<typeof configSaveSchema>;

export const configPlanSchema = z
  .object({
    /** Empty: it can be saved. */
    issues: z.array(configIssueSchema),
    /** Against what is there now. */
    changes: z.array(
      z.object({ path: z.string(), before: z.unknown().optional(), after: z.unknown().optional() }),
    ),
    /** The object as it is now; null: there is none. Another version than the page's: a conflict. */
    current: z.object({ ...stamp, body }).nullable(),
  })
  .meta({ id: 'ConfigPlan' });
export type ConfigPlan = z.infer<typeof configPlanSchema>;

export const configSavedSchema = z.object({
  version: z.int(),
  outcome: z.enum(['created', 'changed', 'unchanged']),
});
export type ConfigSaved = z.infer<typeof configSavedSchema>;

export const configRemoveSchema = z.strictObject({ version: z.int().positive() });

/** `POST /api/prompts/sound?file=`: the body is the file; the answer is what a prompt of it says. */
export const promptSoundSchema = z
  .object({ file: z.string(), sha256: z.string(), durationMs: z.int() })
  .meta({ id: 'PromptSound' });
export type PromptSound = z.infer<typeof promptSoundSchema>;
