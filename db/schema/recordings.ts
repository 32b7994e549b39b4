/**
 * What the upkeep of recordings remembers: what it could not do, what it did each day, what it found on the disk.
 * @module
 */
import { bigint, date, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { at } from './columns.ts';
import { calls } from './calls.ts';

/** Recordings that could not be archived: their WAV stays, and they are tried again. One row each, gone when it worked. */
export const recordingTroubles = pgTable('recording_troubles', {
  callId: uuid('call_id')
    .primaryKey()
    .references(() => calls.id),
  /** In English, for the log and the operator: never a number or a name. */
  reason: text('reason').notNull(),
  tries: integer('tries').notNull().default(1),
  triedAt: at('tried_at').notNull(),
});

/** What was done on each day (UTC), and what the look at that day's folder found. */
export const recordingDays = pgTable('recording_days', {
  day: date('day').primaryKey(),
  archived: integer('archived').notNull().default(0),
  deleted: integer('deleted').notNull().default(0),
  /** Room that archiving and deleting gave back on this day. */
  freedBytes: bigint('freed_bytes', { mode: 'number' }).notNull().default(0),
  /** The last look at `YYYY/MM/DD` of the recordings folder; null before the first. */
  checkedAt: at('checked_at'),
  wavBytes: bigint('wav_bytes', { mode: 'number' }).notNull().default(0),
  archiveBytes: bigint('archive_bytes', { mode: 'number' }).notNull().default(0),
  /** Calls whose row names a file that is not there. */
  missing: integer('missing').notNull().default(0),
  /** Files that no row names. */
  strangers: integer('strangers').notNull().default(0),
});
