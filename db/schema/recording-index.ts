/**
 * What recordings are searched by.
 * @module
 */
import { sql } from 'drizzle-orm';
import { index, integer, pgTable, smallint, text, uuid } from 'drizzle-orm/pg-core';
import { at } from './columns.ts';

/**
 * One narrow row for each call of which there is, was, or should have been a recording. These indexes are on columns that the
 * commit writes, which those of `calls` may not be. Triggers of `calls` keep it: later changes at once, the commit itself through
 * `recordingsNotIndexed`, because seven indexes cost it a fifth of its time. Without foreign keys: ADR 11.
 */
export const recordingIndex = pgTable(
  'recording_index',
  {
    callId: uuid('call_id').primaryKey(),
    /** Of the INVITE, else of the claim. */
    at: at('at').notNull(),
    campaignId: integer('campaign_id').notNull(),
    agentId: integer('agent_id'),
    statusId: smallint('status_id'),
    state: text('state').$type<'ready' | 'archived' | 'deleted' | 'lost'>().notNull(),
    /** Length of the recording; null of one that is lost. */
    ms: integer('ms'),
  },
  (t) => [
    // Length and state are read in the index: who looks for a rare one passes over many.
    index('recording_index_at').on(t.at, t.callId, t.ms, t.state),
    index('recording_index_campaign').on(t.campaignId, t.at, t.callId, t.ms, t.state),
    index('recording_index_agent')
      .on(t.agentId, t.at, t.callId, t.ms, t.state)
      .where(sql`agent_id is not null`),
    index('recording_index_status').on(t.statusId, t.at, t.callId, t.ms, t.state),
    // What retention and archive have still to do (`recording-upkeep.ts`): no years of what is done are read again each hour.
    index('recording_index_kept')
      .on(t.campaignId, t.at)
      .where(sql`state in ('ready', 'archived', 'lost')`),
    index('recording_index_wav')
      .on(t.campaignId, t.at)
      .where(sql`state = 'ready'`),
  ],
);

/** Calls that were committed and are not in `recordingIndex` yet; moved each second. A row may stand twice. */
export const recordingsNotIndexed = pgTable('recordings_not_indexed', { callId: uuid('call_id').notNull() });
