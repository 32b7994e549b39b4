/**
 * Calls, the open ones, and the edges that hold them.
 * @module
 */
import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  unique,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import type { UsedVersions } from '../../contracts/model/config.ts';
import type { CallKind, CallResult, CallStage, EndReason } from '../../contracts/model/call.ts';
import type { TimelineEvent } from '../../contracts/model/placed-call.ts';
import type { RecordingState } from '../../contracts/model/recording.ts';
import type { CallQuality } from '../../contracts/model/wrap-up.ts';
import { at } from './columns.ts';
import { users } from './people.ts';

/** What was dialed: the intent written before the INVITE, completed once by the commit. */
export const calls = pgTable(
  'calls',
  {
    id: uuid('id').primaryKey(),
    kind: text('kind').$type<CallKind>().notNull(),
    // Without foreign keys, as all that a claim or a commit writes: ADR 11.
    campaignId: integer('campaign_id').notNull(),
    listId: integer('list_id'),
    contactId: bigint('contact_id', { mode: 'number' }),
    /** Per-contact sequence; with the contact it names the workflow. */
    attempt: integer('attempt').notNull(),
    numberId: bigint('number_id', { mode: 'number' }).notNull(),
    trunkId: integer('trunk_id'),
    agentId: integer('agent_id').references(() => users.id),
    node: text('node').notNull(),
    epoch: integer('epoch').notNull(),
    versions: jsonb('versions').$type<UsedVersions>().notNull(),
    claimedAt: at('claimed_at').notNull().defaultNow(),
    // The rest is written by the commit.
    committedAt: at('committed_at'),
    statusId: smallint('status_id'),
    result: text('result').$type<CallResult>(),
    reason: text('reason').$type<EndReason>(),
    sipStatus: smallint('sip_status'),
    invitedAt: at('invited_at'),
    ringingAt: at('ringing_at'),
    answeredAt: at('answered_at'),
    endedAt: at('ended_at'),
    talkMs: integer('talk_ms'),
    promptMs: integer('prompt_ms'),
    heardMs: integer('heard_ms'),
    menuKey: text('menu_key'),
    /** `ready` in one of two forms: the WAV, or since `recording_archived_at` the Ogg Opus. */
    recordingState: text('recording_state').$type<RecordingState>(),
    recordingReason: text('recording_reason'),
    recordingPath: text('recording_path'),
    recordingSha256: text('recording_sha256'),
    recordingMs: integer('recording_ms'),
    recordingBytes: integer('recording_bytes'),
    recordingArchivedAt: at('recording_archived_at'),
    /** The sound was deleted on purpose (`recording_reason`); its length stays, path, hash and size go. */
    recordingDeletedAt: at('recording_deleted_at'),
    /** A file that this row no longer names and that is still to be unlinked; null once it is. */
    recordingLeftover: text('recording_leftover'),
    timeline: jsonb('timeline').$type<TimelineEvent[]>(),
    /** Who chose the status when it did not follow from the call (`setOutcome`). */
    statusBy: text('status_by'),
    /** Of a call with an agent: the wrap-up that was committed; answers are rows of `call_answers`. */
    wrapUpId: uuid('wrap_up_id'),
    note: text('note'),
    holdMs: integer('hold_ms'),
    wrapUpMs: integer('wrap_up_ms'),
    quality: jsonb('quality').$type<CallQuality>(),
    /** Dialed by hand; with the reason when a gate was overridden. */
    manual: boolean('manual'),
    overrideReason: text('override_reason'),
  },
  (t) => [
    unique('calls_contact_attempt').on(t.contactId, t.attempt),
    index('calls_campaign_claimed').on(t.campaignId, t.claimedAt, t.id),
    index('calls_claimed').on(t.claimedAt, t.id),
    index('calls_number').on(t.numberId),
    index('calls_list').on(t.listId),
    // In order: a desk counts its agent's calls of today, and shows the last ones.
    index('calls_agent')
      .on(t.agentId, t.claimedAt)
      .where(sql`agent_id is not null`),
    // Some rows for moments: what a killed upkeep began and the next one finishes.
    index('calls_recording_leftover')
      .on(t.id)
      .where(sql`recording_leftover is not null`),
    // None on a column that the commit writes: its update then touches no index (HOT).
  ],
);

/**
 * One row per open call, from claim to commit: the live-call lock of a number, what each edge owes, the stage shown on
 * the page. Small, so that counting channels and settling an epoch are quick.
 */
export const liveCalls = pgTable(
  'live_calls',
  {
    callId: uuid('call_id').primaryKey(),
    /** Order of the claims of one trunk, campaign or edge: `db/claim-memory.ts`. */
    seq: bigint('seq', { mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    /** Unique: never two live calls to one number, over all campaigns. */
    numberId: bigint('number_id', { mode: 'number' }).notNull().unique(),
    campaignId: integer('campaign_id').notNull(),
    contactId: bigint('contact_id', { mode: 'number' }),
    attempt: integer('attempt').notNull(),
    trunkId: integer('trunk_id'),
    node: text('node').notNull(),
    epoch: integer('epoch').notNull(),
    stage: text('stage').$type<CallStage>().notNull(),
    stageAt: at('stage_at').notNull().defaultNow(),
    claimedAt: at('claimed_at').notNull().defaultNow(),
    /** No INVITE after this instant (closing time of the calendar): the edge's last gate checks it. */
    placeBefore: at('place_before'),
    /** The workflow is known to have been started. */
    startedAt: at('started_at'),
    /** The edge opened the leg: an INVITE has left, or may have. */
    invitedAt: at('invited_at'),
    answeredAt: at('answered_at'),
    /** Of a call with an agent. Unique: an agent is on one call at a time, from claim to commit. */
    agentId: integer('agent_id'),
    /** Preview: the contact is shown, nothing was started; `place_before` ends it. */
    previewUntil: at('preview_until'),
    heldAt: at('held_at'),
    /** The desk is gone since; the customer hears music. */
    deskLostAt: at('desk_lost_at'),
    recordingRefusedAt: at('recording_refused_at'),
    endedAt: at('ended_at'),
    /** How the SIP side ended, for the desk's proposal while the call waits for its wrap-up. */
    endReason: text('end_reason').$type<EndReason>(),
    wrapUpUntil: at('wrap_up_until'),
    wrapUpExtendedAt: at('wrap_up_extended_at'),
  },
  (t) => [
    uniqueIndex('live_calls_agent')
      .on(t.agentId)
      .where(sql`agent_id is not null`),
    index('live_calls_edge').on(t.node, t.epoch, t.seq),
    index('live_calls_campaign').on(t.campaignId, t.seq),
    index('live_calls_trunk').on(t.trunkId, t.seq),
  ],
);

/** One row per run of an edge process. `ended_at` is the only fact that ends an epoch. */
export const edges = pgTable(
  'edges',
  {
    node: text('node').notNull(),
    epoch: integer('epoch').notNull(),
    /** `http://127.0.0.1:<port>` of the control socket. */
    controlUrl: text('control_url').notNull(),
    capacity: integer('capacity').notNull(),
    startedAt: at('started_at').notNull().defaultNow(),
    /** No new calls: it is leaving. */
    drainingAt: at('draining_at'),
    endedAt: at('ended_at'),
    endedBy: text('ended_by'),
    /** Why it takes no recorded calls now (`disk-full`, `media-server-down`), null when healthy. */
    refusing: text('refusing'),
    /** `ws://host:port` of the SIP server's WebSocket, to which the API passes desks on; null: takes no desks. */
    sipWs: text('sip_ws'),
  },
  (t) => [
    primaryKey({ columns: [t.node, t.epoch] }),
    // At most one open epoch per node is expected; several open ones are settled one by one.
    index('edges_open')
      .on(t.node)
      .where(sql`ended_at is null`),
  ],
);
