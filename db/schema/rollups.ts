/**
 * Hourly counts and what has not been folded into them.
 * @module
 */
import { bigint, index, integer, pgTable, primaryKey, smallint, text } from 'drizzle-orm/pg-core';
import type { CallKind } from '../../contracts/model/call.ts';
import { at } from './columns.ts';

const rollupKey = {
  /** UTC hour of the INVITE (of the claim for calls not placed). */
  hour: at('hour').notNull(),
  campaignId: integer('campaign_id').notNull(),
  /** 0 where there is none: keys are never null. */
  listId: integer('list_id').notNull(),
  agentId: integer('agent_id').notNull(),
  kind: text('kind').$type<CallKind>().notNull(),
  statusId: smallint('status_id').notNull(),
};
const rollupSums = {
  calls: integer('calls').notNull(),
  answered: integer('answered').notNull(),
  talkMs: bigint('talk_ms', { mode: 'number' }).notNull(),
  holdMs: bigint('hold_ms', { mode: 'number' }).notNull(),
  wrapUpMs: bigint('wrap_up_ms', { mode: 'number' }).notNull(),
};

/** Written by each commit, folded into `rollup_hours` each second. */
export const rollupDeltas = pgTable('rollup_deltas', {
  id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
  ...rollupKey,
  ...rollupSums,
});

/** Reports read this plus the unfolded deltas; together they always equal a recount of `calls`. */
export const rollupHours = pgTable('rollup_hours', { ...rollupKey, ...rollupSums }, (t) => [
  primaryKey({ columns: [t.hour, t.campaignId, t.listId, t.agentId, t.kind, t.statusId] }),
  index('rollup_hours_campaign').on(t.campaignId, t.hour),
]);
