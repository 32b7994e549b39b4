/**
 * Numbers of the whole site, and what one campaign knows of them.
 * @module
 */
import { sql } from 'drizzle-orm';
import { bigint, date, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { DoNotCallSource } from '../../contracts/model/do-not-call.ts';
import { at } from './columns.ts';
import { configObjects } from './config.ts';

/** One row for each E.164 number of the whole site: do-not-call, caps. */
export const numbers = pgTable(
  'numbers',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    e164: text('e164').notNull().unique(),
    doNotCallAt: at('do_not_call_at'),
    doNotCallReason: text('do_not_call_reason'),
    doNotCallBy: text('do_not_call_by'),
    /** How the person said so (`DO_NOT_CALL_SOURCES`); null: during a call, or before this was asked. */
    doNotCallSource: text('do_not_call_source').$type<DoNotCallSource>(),
    /** Local day of `capDayCount` (zone of the calendar of the call's campaign). */
    capDay: date('cap_day', { mode: 'string' }),
    capDayCount: integer('cap_day_count').notNull().default(0),
    capTotal: integer('cap_total').notNull().default(0),
    /** The sender of an INVITE was lost before anything was heard: until then the phone may still ring. */
    ringsUntil: at('rings_until'),
    /** Demo numbers may only ever be dialed through this trunk (`config_objects.id`): they may belong to somebody. */
    onlyTrunkId: integer('only_trunk_id').references(() => configObjects.id),
  },
  (t) => [
    // The list itself, newest first, and its count.
    index('numbers_do_not_call')
      .on(t.doNotCallAt, t.id)
      .where(sql`do_not_call_at is not null`),
  ],
);

/** `Nu mai suna` for one campaign, and the run of unanswered calls that leads to it. */
export const campaignNumbers = pgTable(
  'campaign_numbers',
  {
    // Without foreign keys: ADR 11.
    campaignId: integer('campaign_id').notNull(),
    numberId: bigint('number_id', { mode: 'number' }).notNull(),
    /** Consecutive calls that nobody answered. */
    unanswered: integer('unanswered').notNull().default(0),
    stoppedAt: at('stopped_at'),
    /** `rule`, or the user who did it. */
    stoppedBy: text('stopped_by'),
    liftedAt: at('lifted_at'),
    liftedBy: text('lifted_by'),
    liftedReason: text('lifted_reason'),
  },
  (t) => [
    primaryKey({ columns: [t.campaignId, t.numberId] }),
    index('campaign_numbers_number').on(t.numberId),
  ],
);
