/**
 * Agents: their states, their shifts, what they work on. Which change is allowed when is `domain/agent-state.ts`.
 * @module
 */

/**
 * `logged-in`: on shift, takes nothing yet (log-in never leads to `available`). `calling`: a number was claimed for the
 * agent and is being dialed (or looked at, in preview). `wrap-up`: the call is over and not saved. `missed`: did not take a call.
 */
export const AGENT_STATES = [
  'logged-out',
  'logged-in',
  'available',
  'paused',
  'calling',
  'in-call',
  'wrap-up',
  'missed',
] as const;
export type AgentState = (typeof AGENT_STATES)[number];

/** What an agent works on in a shift. */
export const WORK_MODES = ['outbound', 'inbound', 'both'] as const;
export type WorkMode = (typeof WORK_MODES)[number];

/** The pause that the site itself imposes when a desk is lost; every other reason is data (`pause-reason`). */
export const CONNECTION_PAUSE = 'connection';

/** Where an agent goes when the call is saved, instead of where the campaign would send them. */
export type NextState = { to: 'available' } | { to: 'paused'; reason: string } | { to: 'logged-out' };

/** Why a state changed, for the trail and for reports. */
export const AGENT_CAUSES = [
  'log-on',
  'log-off',
  'agent',
  'supervisor',
  'next-number',
  'customer-answered',
  'call-ended',
  'call-saved',
  'wrap-up-over',
  'desk-lost',
  'desk-back',
  'pause-over',
  'session-ended',
] as const;
export type AgentCause = (typeof AGENT_CAUSES)[number];

/** Of a report: a row for each agent, or one for each of their days, weeks (from Monday), months, years in the period. */
export const AGENT_BUCKETS = ['all', 'day', 'week', 'month', 'year'] as const;
export type AgentBucket = (typeof AGENT_BUCKETS)[number];
