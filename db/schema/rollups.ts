/**
 * Hourly counts, what has not been folded into them, and the sums of them that reports read.
 * @module
 */
import { bigint, date, index, integer, pgTable, primaryKey, smallint, text } from 'drizzle-orm/pg-core';
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

/**
 * How long calls rang (`waitsOfCall`). 0 where nobody says otherwise: a build from before them may still commit beside this
 * one, and a mean is only over the calls that are in it.
 */
const waitSums = {
  waited: integer('waited').notNull().default(0),
  waitedMs: bigint('waited_ms', { mode: 'number' }).notNull().default(0),
  givenUp: integer('given_up').notNull().default(0),
  givenUpMs: bigint('given_up_ms', { mode: 'number' }).notNull().default(0),
};

/** Written by each commit, folded into `rollup_hours` each second. */
export const rollupDeltas = pgTable('rollup_deltas', {
  id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
  ...rollupKey,
  ...rollupSums,
  ...waitSums,
});

/** With the unfolded deltas it always equals a recount of `calls`. */
export const rollupHours = pgTable('rollup_hours', { ...rollupKey, ...rollupSums, ...waitSums }, (t) => [
  primaryKey({ columns: [t.hour, t.campaignId, t.listId, t.agentId, t.kind, t.statusId] }),
  index('rollup_hours_campaign').on(t.campaignId, t.hour),
]);

const reportKey = {
  /** `ALL` (-1) in the sum over all campaigns; a call's own id in the others. */
  campaignId: integer('campaign_id').notNull(),
  /** `ALL` in the sum over all lists; 0 is the sum of the calls without a list. */
  listId: integer('list_id').notNull(),
  kind: text('kind').$type<CallKind>().notNull(),
  statusId: smallint('status_id').notNull(),
};
const reportSums = {
  calls: integer('calls').notNull(),
  answered: integer('answered').notNull(),
  talkMs: bigint('talk_ms', { mode: 'number' }).notNull(),
};

/**
 * `rollup_hours` without its agents, with the sums over lists and over campaigns: what a report of a day asks for lies side
 * by side. Written by triggers of `rollup_hours` (migration 0005), in the statement that changes those, and by nobody else.
 */
export const reportHours = pgTable(
  'report_hours',
  { ...reportKey, hour: at('hour').notNull(), ...reportSums },
  (t) => [primaryKey({ columns: [t.campaignId, t.listId, t.hour, t.kind, t.statusId] })],
);

/** The zones whose local days `report_days` has, each whole: made and forgotten by `keepReportDays`. */
export const reportZones = pgTable('report_zones', { zone: text('zone').primaryKey() });

/** `report_hours` by the local days of each of `report_zones`. Written as those are. */
export const reportDays = pgTable(
  'report_days',
  { zone: text('zone').notNull(), ...reportKey, day: date('day').notNull(), ...reportSums, ...waitSums },
  (t) => [primaryKey({ columns: [t.zone, t.campaignId, t.listId, t.day, t.kind, t.statusId] })],
);

const monthKey = {
  zone: text('zone').notNull(),
  /** `ALL` in the sum over all campaigns. */
  campaignId: integer('campaign_id').notNull(),
  /** Its first day. */
  month: date('month').notNull(),
  kind: text('kind').$type<CallKind>().notNull(),
  statusId: smallint('status_id').notNull(),
};

/**
 * `report_days` by local months, over all lists: with it a report of years reads some hundred rows. Written as those are, for
 * a zone that comes or goes by triggers of `report_zones`.
 */
export const reportMonths = pgTable('report_months', { ...monthKey, ...reportSums, ...waitSums }, (t) => [
  primaryKey({ columns: [t.zone, t.campaignId, t.month, t.kind, t.statusId] }),
]);

/** The same by the hour of the day. */
export const reportMonthHours = pgTable(
  'report_month_hours',
  { ...monthKey, localHour: smallint('local_hour').notNull(), ...reportSums },
  (t) => [primaryKey({ columns: [t.zone, t.campaignId, t.month, t.localHour, t.kind, t.statusId] })],
);

/** What a migration left to be made from the calls of former times, newest first (`fillWaits`); a row goes when it is done. */
export const reportFills = pgTable('report_fills', {
  name: text('name').$type<'waits'>().primaryKey(),
  /** A UTC hour: what is before it is still to be made. */
  before: at('before').notNull(),
});
