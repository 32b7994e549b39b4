/**
 * Agents at their desks: shifts, states with their trail, where the desk is, and what is written during a call.
 * @module
 */
import { sql } from 'drizzle-orm';
import {
  bigint,
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
import type { AgentCause, AgentState, NextState, WorkMode } from '../../contracts/model/agent.ts';
import type { AnswerValue } from '../../contracts/model/script.ts';
import { at, bytea } from './columns.ts';
import { users } from './people.ts';

/** One row per user who has ever been on shift. Changed only by `db/agents.ts`, each change with a row of the trail. */
export const agents = pgTable(
  'agents',
  {
    userId: integer('user_id')
      .primaryKey()
      .references(() => users.id),
    /** Internal number shown in the header. */
    extension: text('extension').notNull(),
    state: text('state').$type<AgentState>().notNull().default('logged-out'),
    stateSince: at('state_since').notNull(),
    /** Pause reason, when paused. */
    reason: text('reason'),
    /** State before a lost desk or a call, to which the agent returns. */
    returnTo: jsonb('return_to').$type<{ state: AgentState; reason?: string }>(),
    /** Chosen during a call. */
    nextState: jsonb('next_state').$type<NextState>(),
    shiftId: bigint('shift_id', { mode: 'number' }),
    worksOn: text('works_on').$type<WorkMode>(),
    campaignIds: integer('campaign_ids')
      .array()
      .notNull()
      .default(sql`'{}'::int[]`),
    /** The one desk of the shift: UUID made by the browser tab. */
    deskId: uuid('desk_id'),
    /** Where it is, for the question whether to take over: browser and address in words. */
    deskPlace: text('desk_place'),
    /** Written each few seconds while the desk's live socket is open; older than 15 s: the desk is lost. */
    deskSeenAt: at('desk_seen_at'),
  },
  (t) => [uniqueIndex('agents_extension').on(t.extension), index('agents_state').on(t.state)],
);

export const shifts = pgTable(
  'shifts',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    userId: integer('user_id')
      .notNull()
      .references(() => users.id),
    startedAt: at('started_at').notNull(),
    endedAt: at('ended_at'),
    /** Who ended it: user name, or `system`. */
    endedBy: text('ended_by'),
  },
  (t) => [
    index('shifts_user').on(t.userId, t.startedAt),
    uniqueIndex('shifts_open')
      .on(t.userId)
      .where(sql`ended_at is null`),
  ],
);

/** The trail of states: who was in which, since when, why. Never changed. */
export const agentStates = pgTable(
  'agent_states',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    userId: integer('user_id').notNull(),
    shiftId: bigint('shift_id', { mode: 'number' }),
    at: at('at').notNull(),
    from: text('from_state').$type<AgentState>().notNull(),
    to: text('to_state').$type<AgentState>().notNull(),
    reason: text('reason'),
    cause: text('cause').$type<AgentCause>().notNull(),
    /** User name, or `system`. */
    by: text('by').notNull(),
    callId: uuid('call_id'),
  },
  (t) => [index('agent_states_user').on(t.userId, t.at), index('agent_states_at').on(t.at)],
);

/** SIP credentials of a shift: random, minutes long. Only HA1 is kept (RFC 2617 §3.2.2.2), encrypted. */
export const deskCredentials = pgTable(
  'desk_credentials',
  {
    username: text('username').primaryKey(),
    userId: integer('user_id')
      .notNull()
      .references(() => users.id),
    deskId: uuid('desk_id').notNull(),
    sessionHash: bytea('session_hash').notNull(),
    ha1: text('ha1').notNull(),
    expiresAt: at('expires_at').notNull(),
  },
  (t) => [index('desk_credentials_user').on(t.userId)],
);

/** Where a desk's browser is registered: which edge must call it, and by which Contact. The last REGISTER wins. */
export const deskBindings = pgTable('desk_bindings', {
  userId: integer('user_id')
    .primaryKey()
    .references(() => users.id),
  deskId: uuid('desk_id').notNull(),
  node: text('node').notNull(),
  epoch: integer('epoch').notNull(),
  /** URI of the Contact, as registered. */
  contact: text('contact').notNull(),
  registeredAt: at('registered_at').notNull(),
  expiresAt: at('expires_at').notNull(),
});

/** What is typed during a call and not saved yet: the last write by `seq` wins. Personal data; deleted by the commit. */
export const callDrafts = pgTable('call_drafts', {
  callId: uuid('call_id').primaryKey(),
  userId: integer('user_id').notNull(),
  seq: integer('seq').notNull(),
  body: jsonb('body').notNull(),
  savedAt: at('saved_at').notNull(),
});

/** Committed answers, a row a field. */
export const callAnswers = pgTable(
  'call_answers',
  {
    callId: uuid('call_id').notNull(),
    field: text('field').notNull(),
    value: jsonb('value').$type<AnswerValue>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.callId, t.field] })],
);

export const speedDials = pgTable(
  'speed_dials',
  {
    userId: integer('user_id')
      .notNull()
      .references(() => users.id),
    position: smallint('position').notNull(),
    label: text('label').notNull(),
    /** E.164. */
    number: text('number').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.userId, t.position] }),
    unique('speed_dials_number').on(t.userId, t.number),
  ],
);
