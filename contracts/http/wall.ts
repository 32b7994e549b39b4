/**
 * The supervisor's wall: everybody on shift, calls in progress, today, what is stuck, the health of each part.
 *
 * | route                          | gate             |                                                              |
 * | ------------------------------ | ---------------- | ------------------------------------------------------------ |
 * | `GET /api/wall`                | `report.read`    | `WallSnapshot`                                               |
 * | `GET /api/wall/live?screen=`   | `report.read`    | WebSocket, below                                             |
 * | `PUT /api/wall/thresholds`     | `threshold.edit` | `SetThresholds` -> `WallThresholds`; 409 `conflict`          |
 * | `POST /api/agents/{id}/state`  | `agent.control`  | `ControlAgent` -> `AgentControlled`; 409 `agent-busy`        |
 *
 * Rows of agents need `agent.read`, numbers `number.read`, names of customers `name.read`; who may not is sent none, and a
 * `screen` on the wall is sent no customer at all, whoever is logged in there.
 *
 * Socket: the client sends nothing. The first message is a `snapshot`; then come `update`s, at most five a second however
 * much happens, each with the fields that changed of the agents that changed, and whole sections. An update without either
 * is a sign of life, every five seconds. `stale`: Postgres does not answer; the next `snapshot` ends it. A `snapshot` may
 * come at any time and replaces everything. Close codes: those of `live.ts`.
 * @module
 */
import { z } from 'zod';
import { AGENT_STATES } from '../model/agent.ts';
import { CALL_KINDS, CALL_STAGES } from '../model/call.ts';
import { CAMPAIGN_MODES } from '../model/config.ts';
import { STUCK_REASONS } from '../model/stuck-call.ts';
import { thresholdMetricsSchema } from './config.ts';
import { instantSchema, localDateSchema, messageSchema, objectNameSchema, textSchema } from './common.ts';

const nextStateViewSchema = z.object({
  to: z.enum(['available', 'paused', 'logged-out']),
  reason: z.string().optional(),
});

const wallCallSchema = z.object({
  id: z.string(),
  kind: z.enum(CALL_KINDS),
  /** Name of the campaign; its label is in `campaigns`. */
  campaign: z.string(),
  stage: z.enum(CALL_STAGES),
  since: instantSchema,
  held: z.boolean(),
  /** E.164; null without `number.read`. */
  number: z.string().nullable(),
  /** Null without `name.read`, and for a contact without a name. */
  customer: z.string().nullable(),
});

/** Somebody on shift. */
export const wallAgentSchema = z
  .object({
    id: z.int(),
    /** For addresses. */
    user: z.string(),
    name: z.string(),
    extension: z.string(),
    state: z.enum(AGENT_STATES),
    since: instantSchema,
    /** Of a pause: name of the `pause-reason`, or `connection`. */
    reason: z.string().nullable(),
    /** Chosen for after the call. */
    next: nextStateViewSchema.nullable(),
    /** What they work on; empty: every agent campaign. */
    campaigns: z.array(z.string()),
    call: wallCallSchema.nullable(),
  })
  .meta({ id: 'WallAgent' });
export type WallAgent = z.infer<typeof wallAgentSchema>;

/** A campaign and how many of its calls are in which stage now. */
const wallCampaignSchema = z.object({
  name: z.string(),
  label: z.string(),
  mode: z.enum(CAMPAIGN_MODES),
  paused: z.boolean(),
  /** Only stages that have calls. */
  stages: z.partialRecord(z.enum(CALL_STAGES), z.int()),
});
export type WallCampaign = z.infer<typeof wallCampaignSchema>;

/** Committed calls of the site's local day, all kinds. */
const wallTodaySchema = z.object({
  date: localDateSchema,
  zone: z.string(),
  total: z.int(),
  answered: z.int(),
  /** Of statuses that are positive. */
  success: z.int(),
  /** `technical-failure`. */
  failed: z.int(),
  talkMs: z.int(),
});

export const MAX_STUCK = 50;

const stuckCallSchema = z.object({
  id: z.string(),
  /** For `./apel temporal workflow … -w`. */
  workflowId: z.string(),
  /** Null: a test call, over `trunk`. */
  campaign: z.string().nullable(),
  trunk: z.string().nullable(),
  stage: z.enum(CALL_STAGES),
  since: instantSchema,
  node: z.string(),
  reason: z.enum(STUCK_REASONS),
});
export type StuckCall = z.infer<typeof stuckCallSchema>;

export const WALL_PARTS = ['temporal', 'edge', 'dialer', 'trunk', 'counts', 'recordings'] as const;

/** One part of the site. That Postgres is away is told by `stale`. */
const wallPartSchema = z.object({
  part: z.enum(WALL_PARTS),
  /** Node or trunk, where there are several. */
  name: z.string().nullable(),
  level: z.enum(['ok', 'amber', 'red']),
  /** `health.<code>` in the page; null when all is well. */
  message: messageSchema.nullable(),
  /** Calls held or channels in use, of how many. */
  load: z.object({ used: z.int(), of: z.int() }).nullable(),
});
export type WallPart = z.infer<typeof wallPartSchema>;

/** The disk of the recordings. */
const wallStorageSchema = z.object({
  usedBytes: z.number(),
  freeBytes: z.number(),
  /** Recorded a day, over the last seven; and what archive and retention gave back. */
  bytesPerDay: z.number(),
  freedPerDay: z.number(),
  /** Until the disk is full at that pace; null while it does not fill up. */
  daysLeft: z.number().nullable(),
  /** Of recordings as they were made, and of their archives: by the last look at each day's folder. */
  wavBytes: z.number(),
  archiveBytes: z.number(),
  /** Recordings that calls name and that were not on the disk at that look. */
  missing: z.int(),
  /** Recordings that were lost: calls of today, and of the last seven days. */
  lostToday: z.int(),
  lostWeek: z.int(),
});
export type WallStorage = z.infer<typeof wallStorageSchema>;

export const wallThresholdsSchema = z
  .object({
    /** 0: nobody has set any. */
    version: z.int(),
    metrics: thresholdMetricsSchema,
  })
  .meta({ id: 'WallThresholds' });
export type WallThresholds = z.infer<typeof wallThresholdsSchema>;

const pauseReasonViewSchema = z.object({
  name: z.string(),
  labels: z.object({ ro: z.string(), en: z.string() }),
});

const wallSectionsSchema = z.object({
  /** People on shift by state; states without anybody are absent. */
  totals: z.partialRecord(z.enum(AGENT_STATES), z.int()),
  campaigns: z.array(wallCampaignSchema),
  today: wallTodaySchema,
  /** `calls`: the oldest `MAX_STUCK`; none without `agent.read`. */
  stuck: z.object({ count: z.int(), calls: z.array(stuckCallSchema) }),
  parts: z.array(wallPartSchema),
  /** Null until it was measured, and where there is no such folder. */
  storage: wallStorageSchema.nullable(),
  thresholds: wallThresholdsSchema,
  /** Reasons for pauses, in their order. */
  pauses: z.array(pauseReasonViewSchema),
});
export type WallSections = z.infer<typeof wallSectionsSchema>;

export const wallSnapshotSchema = wallSectionsSchema
  .extend({
    at: instantSchema,
    /** By name; none without `agent.read`. */
    agents: z.array(wallAgentSchema),
  })
  .meta({ id: 'WallSnapshot' });
export type WallSnapshot = z.infer<typeof wallSnapshotSchema>;

/** The fields that changed; somebody new comes whole. */
const wallAgentPatchSchema = wallAgentSchema.partial().required({ id: true });
export type WallAgentPatch = z.infer<typeof wallAgentPatchSchema>;

export const wallMessageSchema = z
  .discriminatedUnion('type', [
    z.object({ type: z.literal('snapshot'), snapshot: wallSnapshotSchema }),
    z.object({
      type: z.literal('update'),
      at: instantSchema,
      agents: z.array(wallAgentPatchSchema).optional(),
      /** Ids of those who are not on shift any more. */
      gone: z.array(z.int()).optional(),
      sections: wallSectionsSchema.partial().optional(),
    }),
    z.object({ type: z.literal('stale'), since: instantSchema.nullable() }),
  ])
  .meta({ id: 'WallMessage' });
export type WallMessage = z.infer<typeof wallMessageSchema>;

/** `screen=1`: a screen that hangs on a wall. */
export const wallQuerySchema = z.object({ screen: z.literal('1').optional() });

export const setThresholdsSchema = z
  .strictObject({
    /** The version that was edited; 0 where there is none. */
    version: z.int().min(0),
    metrics: thresholdMetricsSchema,
  })
  .meta({ id: 'SetThresholds' });

const reason = textSchema(300).trim().min(3, 'must have at least 3 letters');

/**
 * By a supervisor. During a call `logged-out` is what comes after it (`later`), the others are refused (409 `agent-busy`,
 * `params.reason`).
 */
export const controlAgentSchema = z
  .discriminatedUnion('to', [
    z.strictObject({ to: z.literal('available'), reason }),
    z.strictObject({ to: z.literal('paused'), pause: objectNameSchema, reason }),
    z.strictObject({ to: z.literal('logged-out'), reason }),
  ])
  .meta({ id: 'ControlAgent' });
export type ControlAgent = z.infer<typeof controlAgentSchema>;

export const agentControlledSchema = z
  .object({
    /** `later`: after the call. `unchanged`: it was so. */
    state: z.enum(['changed', 'later', 'unchanged']),
  })
  .meta({ id: 'AgentControlled' });
export type AgentControlled = z.infer<typeof agentControlledSchema>;
