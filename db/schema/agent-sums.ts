/**
 * What reports of agents read: their calls and their time by days. Written by triggers (migration `agents-and-corrections`).
 * @module
 */
import { bigint, date, integer, pgTable, primaryKey, smallint, text } from 'drizzle-orm/pg-core';
import type { AgentState } from '../../contracts/model/agent.ts';
import type { CallKind } from '../../contracts/model/call.ts';
import { at } from './columns.ts';

/** `rollup_hours` of calls with an agent, by the local days of each of `report_zones`. */
export const reportAgentDays = pgTable(
  'report_agent_days',
  {
    zone: text('zone').notNull(),
    day: date('day', { mode: 'string' }).notNull(),
    agentId: integer('agent_id').notNull(),
    campaignId: integer('campaign_id').notNull(),
    kind: text('kind').$type<CallKind>().notNull(),
    statusId: smallint('status_id').notNull(),
    calls: integer('calls').notNull(),
    answered: integer('answered').notNull(),
    talkMs: bigint('talk_ms', { mode: 'number' }).notNull(),
    holdMs: bigint('hold_ms', { mode: 'number' }).notNull(),
    wrapUpMs: bigint('wrap_up_ms', { mode: 'number' }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.zone, t.day, t.agentId, t.campaignId, t.kind, t.statusId] })],
);

/**
 * How long each agent was in each state, by UTC hours: of states that are over, from `agent_states`. Time off shift is not
 * kept. The state that goes on is in `agents`.
 */
export const agentStateHours = pgTable(
  'agent_state_hours',
  {
    hour: at('hour').notNull(),
    userId: integer('user_id').notNull(),
    state: text('state').$type<AgentState>().notNull(),
    ms: bigint('ms', { mode: 'number' }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.hour, t.userId, t.state] })],
);

/** The same by the local days of each of `report_zones`. */
export const agentStateDays = pgTable(
  'agent_state_days',
  {
    zone: text('zone').notNull(),
    day: date('day', { mode: 'string' }).notNull(),
    userId: integer('user_id').notNull(),
    state: text('state').$type<AgentState>().notNull(),
    ms: bigint('ms', { mode: 'number' }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.zone, t.day, t.userId, t.state] })],
);

/** `report_agent_days` by local months: reports of years. For a zone that comes or goes kept by triggers of `report_zones`. */
export const reportAgentMonths = pgTable(
  'report_agent_months',
  {
    zone: text('zone').notNull(),
    /** Its first day. */
    month: date('month', { mode: 'string' }).notNull(),
    agentId: integer('agent_id').notNull(),
    campaignId: integer('campaign_id').notNull(),
    kind: text('kind').$type<CallKind>().notNull(),
    statusId: smallint('status_id').notNull(),
    calls: integer('calls').notNull(),
    answered: integer('answered').notNull(),
    talkMs: bigint('talk_ms', { mode: 'number' }).notNull(),
    holdMs: bigint('hold_ms', { mode: 'number' }).notNull(),
    wrapUpMs: bigint('wrap_up_ms', { mode: 'number' }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.zone, t.month, t.agentId, t.campaignId, t.kind, t.statusId] })],
);

/** `agent_state_days` by local months, kept in the same way. */
export const agentStateMonths = pgTable(
  'agent_state_months',
  {
    zone: text('zone').notNull(),
    month: date('month', { mode: 'string' }).notNull(),
    userId: integer('user_id').notNull(),
    state: text('state').$type<AgentState>().notNull(),
    ms: bigint('ms', { mode: 'number' }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.zone, t.month, t.userId, t.state] })],
);
