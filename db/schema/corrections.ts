/**
 * Corrections of outcomes: a committed call gets another status, and what it was before stays written here.
 * @module
 */
import { bigint, index, jsonb, pgTable, smallint, text, uuid } from 'drizzle-orm/pg-core';
import type { Answers } from '../../contracts/model/script.ts';
import { at } from './columns.ts';
import { statuses } from './config.ts';

/**
 * Append-only (a trigger refuses everything else). `calls.status_id` is the status that counts: the trigger of `calls` lets
 * it change only to what the last row here says. The first `before` is what the commit had written.
 */
export const callCorrections = pgTable(
  'call_corrections',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    // Without a foreign key, as `call_answers`: ADR 11. The trigger finds no call that is not there.
    callId: uuid('call_id').notNull(),
    beforeStatusId: smallint('before_status_id')
      .notNull()
      .references(() => statuses.id),
    afterStatusId: smallint('after_status_id')
      .notNull()
      .references(() => statuses.id),
    /** `person`: with a reason of theirs. `late-wrap-up`: the agent's own, which came after the commit. */
    source: text('source').$type<'person' | 'late-wrap-up'>().notNull(),
    reason: text('reason').notNull(),
    /** User name. */
    by: text('by').notNull(),
    at: at('at').notNull(),
    /** Of the answers, when they were replaced too. */
    answersBefore: jsonb('answers_before').$type<Answers>(),
    answersAfter: jsonb('answers_after').$type<Answers>(),
  },
  (t) => [
    index('call_corrections_call').on(t.callId, t.id),
    index('call_corrections_before').on(t.beforeStatusId),
    index('call_corrections_after').on(t.afterStatusId),
  ],
);
