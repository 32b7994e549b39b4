/**
 * Test calls over trunks.
 * @module
 */
import { sql } from 'drizzle-orm';
import {
  bigint,
  index,
  integer,
  jsonb,
  pgTable,
  smallint,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import type { CallResult, EndReason } from '../../contracts/model/call.ts';
import type { TimelineEvent } from '../../contracts/model/placed-call.ts';
import { at } from './columns.ts';
import { configObjects } from './config.ts';
import { numbers } from './numbers.ts';

/**
 * Test calls over a trunk. Not in `calls`: no campaign has them, no report counts them. While one is open it has its row in
 * `live_calls` (campaign 0), and with it the lock of its number, its channel and its place on the edge.
 */
export const trunkTests = pgTable(
  'trunk_tests',
  {
    /** Of the call. */
    id: uuid('id').primaryKey(),
    trunkId: integer('trunk_id')
      .notNull()
      .references(() => configObjects.id),
    /** Version of the trunk's definition. */
    trunkVersion: integer('trunk_version').notNull(),
    numberId: bigint('number_id', { mode: 'number' })
      .notNull()
      .references(() => numbers.id),
    /** E.164. */
    callerId: text('caller_id').notNull(),
    /** Name of the prompt that is played; null: a short tune of our own. */
    prompt: text('prompt'),
    promptVersion: integer('prompt_version'),
    node: text('node').notNull(),
    epoch: integer('epoch').notNull(),
    requestedAt: at('requested_at').notNull(),
    requestedBy: text('requested_by').notNull(),
    // The rest is written once, at its end.
    endedAt: at('ended_at'),
    result: text('result').$type<CallResult>(),
    reason: text('reason').$type<EndReason>(),
    sipStatus: smallint('sip_status'),
    invitedAt: at('invited_at'),
    ringingAt: at('ringing_at'),
    answeredAt: at('answered_at'),
    talkMs: integer('talk_ms'),
    heardMs: integer('heard_ms'),
    promptMs: integer('prompt_ms'),
    timeline: jsonb('timeline').$type<TimelineEvent[]>(),
  },
  (t) => [
    index('trunk_tests_trunk').on(t.trunkId, t.requestedAt),
    index('trunk_tests_number').on(t.numberId),
    // One at a time over each trunk.
    uniqueIndex('trunk_tests_open')
      .on(t.trunkId)
      .where(sql`ended_at is null`),
  ],
);
