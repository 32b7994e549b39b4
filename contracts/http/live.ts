/**
 * The live page of a campaign: one snapshot (`GET /api/campaigns/:name/live`) and the WebSocket `/api/live`.
 *
 * Socket: the client sends `subscribe`; the server answers `snapshot` and then `update` whenever something changed, at
 * most once a second. `sequence` grows by one with each message of a subscription; a gap means: subscribe again. An
 * update carries whole sections, so `{ ...snapshot, ...changes }` is the new snapshot. `stale` says that Postgres does
 * not answer: what is shown is old; the next `snapshot` ends it.
 *
 * Close codes: 4401 session ended (log in again), 4403 not allowed, 4404 no such campaign, 4408 too slow, 4409 too many
 * sockets, 1001 server stops (reconnect), 1008 bad message.
 * @module
 */
import { z } from 'zod';
import { CALL_STAGES } from '../model/call.ts';
import { CAMPAIGN_MODES } from '../model/config.ts';
import { LIST_KINDS } from '../model/import.ts';
import { pauseSchema } from './campaigns.ts';
import { hourSumsSchema, instantSchema, localDateSchema, messageSchema, textSchema } from './common.ts';

/** Most calls in one snapshot; `callsInProgress` is the true number. */
export const MAX_LIVE_CALLS = 500;

export const liveCallSchema = z
  .object({
    callId: z.string(),
    attempt: z.int(),
    stage: z.enum(CALL_STAGES),
    /** When the stage began. */
    since: instantSchema,
    claimedAt: instantSchema,
    answeredAt: instantSchema.nullable(),
    /** E.164; null where the role may not see numbers. */
    number: z.string().nullable(),
    node: z.string(),
  })
  .meta({ id: 'LiveCall' });
export type LiveCall = z.infer<typeof liveCallSchema>;

/** Committed calls of the local day in the calendar's zone, by the hour of their INVITE. */
export const todaySchema = z.object({
  date: localDateSchema,
  zone: z.string(),
  total: z.int(),
  answered: z.int(),
  talkMs: z.int(),
  /** Status code -> calls; statuses without calls are absent. */
  byStatus: z.record(z.string(), z.int()),
  /** Only hours that have calls, ascending. */
  byHour: z.array(hourSumsSchema),
});

/**
 * What the dialer does: `waiting` says why and, where known, until when. `stopped`: the campaign should be dialed, and
 * there is no sign that anybody does it; `since` is the last sign.
 */
export const dialerSchema = z.object({
  state: z.enum(['dialing', 'waiting', 'paused', 'closed', 'stopped', 'unknown']),
  /** Code of `domain/dial-wait.ts` with values; null while dialing. */
  reason: messageSchema.nullable(),
  since: instantSchema.nullable(),
  until: instantSchema.nullable(),
});
export type DialerView = z.infer<typeof dialerSchema>;

/** Contacts that may still be called. */
export const queueSchema = z.object({
  due: z.int(),
  duePriority: z.int(),
  later: z.int(),
  onCall: z.int(),
  nextDueAt: instantSchema.nullable(),
});
export type QueueView = z.infer<typeof queueSchema>;

export const importViewSchema = z
  .object({
    importId: z.string(),
    workflowId: z.string(),
    state: z.enum(['open', 'done', 'cancelled', 'undone']),
    file: z.string(),
    kind: z.enum(LIST_KINDS),
    /** rows = accepted + duplicate + invalid + suppressed. */
    rows: z.int(),
    accepted: z.int(),
    duplicate: z.int(),
    invalid: z.int(),
    suppressed: z.int(),
    /** Bytes of the spool copy read so far, of how many. */
    bytesDone: z.int(),
    bytesTotal: z.int(),
    startedAt: instantSchema,
    finishedAt: instantSchema.nullable(),
  })
  .meta({ id: 'ImportView' });
export type ImportView = z.infer<typeof importViewSchema>;

export const trunkViewSchema = z.object({
  name: z.string(),
  state: z.enum(['ok', 'backing-off', 'suspended']),
  /** Why it is suspended: a code of `END_REASONS`; the page has the words. */
  reason: z.string().nullable(),
  /** End of the back-off. */
  until: instantSchema.nullable(),
  since: instantSchema.nullable(),
  channelsInUse: z.int(),
  maxChannels: z.int(),
  callsPerSecond: z.number(),
  simulated: z.boolean(),
});
export type TrunkView = z.infer<typeof trunkViewSchema>;

/** One flag for each thing that is wrong now; empty when all is well. */
export const HEALTH_FLAGS = [
  'postgres-away',
  'temporal-away',
  'no-edge',
  /** params: node, reason (a code of `EDGE_REFUSALS`). */
  'edge-refusing',
  /** params: trunk, reason (a code of `END_REASONS`, empty when not known). */
  'trunk-suspended',
  /** params: trunk. */
  'trunk-backing-off',
  /** Counts are right but slow to read: nobody folds them. params: seconds. */
  'counts-late',
] as const;

export const healthFlagSchema = messageSchema.extend({ code: z.enum(HEALTH_FLAGS) });

export const liveSnapshotSchema = z
  .object({
    campaign: z.object({
      name: z.string(),
      label: z.string(),
      mode: z.enum(CAMPAIGN_MODES),
      zone: z.string(),
      concurrency: z.int(),
      callerId: z.string(),
    }),
    generatedAt: instantSchema,
    paused: pauseSchema,
    /** `changesAt`: when it opens (closed) or closes (open); null when never, or not within a week. */
    calendar: z.object({ open: z.boolean(), changesAt: instantSchema.nullable() }),
    dialer: dialerSchema,
    callsInProgress: z.int(),
    /** Oldest first, at most `MAX_LIVE_CALLS`. */
    calls: z.array(liveCallSchema),
    today: todaySchema,
    queue: queueSchema,
    /** Open imports and those that ended in the last 24 hours, newest first, at most ten. */
    imports: z.array(importViewSchema),
    trunk: trunkViewSchema.nullable(),
    health: z.array(healthFlagSchema),
  })
  .meta({ id: 'LiveSnapshot' });
export type LiveSnapshot = z.infer<typeof liveSnapshotSchema>;

/** Browser -> server. A socket watches one campaign; a second `subscribe` replaces the first. */
export const liveClientMessageSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('subscribe'), campaign: textSchema(63).min(1) }),
  z.strictObject({ type: z.literal('unsubscribe') }),
]);
export type LiveClientMessage = z.infer<typeof liveClientMessageSchema>;

/** Server -> browser. */
export const liveServerMessageSchema = z
  .discriminatedUnion('type', [
    z.object({
      type: z.literal('snapshot'),
      campaign: z.string(),
      sequence: z.int(),
      snapshot: liveSnapshotSchema,
    }),
    z.object({
      type: z.literal('update'),
      campaign: z.string(),
      sequence: z.int(),
      /** Only the sections that changed, each whole. */
      changes: liveSnapshotSchema.partial(),
    }),
    z.object({
      type: z.literal('stale'),
      campaign: z.string(),
      sequence: z.int(),
      /** Time of the last good snapshot, null when there was none. */
      since: instantSchema.nullable(),
    }),
  ])
  .meta({ id: 'LiveServerMessage' });
export type LiveServerMessage = z.infer<typeof liveServerMessageSchema>;

/** Close codes of the live socket; see the module's head. */
export const LIVE_CLOSE = {
  sessionEnded: 4401,
  forbidden: 4403,
  notFound: 4404,
  tooSlow: 4408,
  tooMany: 4409,
} as const;
