/**
 * Figures of an agent's work, from sums. Pure; the report, its exports and its page share them.
 * @module
 */
import type { AgentState } from '../contracts/model/agent.ts';

export interface AgentSums {
  calls: number;
  answered: number;
  /** From the answer to the customer's end, hold included. */
  talkMs: number;
  wrapUpMs: number;
  /** Time on shift by state; what is absent is none. */
  states: Partial<Record<AgentState, number>>;
}

export interface AgentFigures {
  /** Sum of the states: from log-on to log-off. */
  shiftMs: number;
  /** Mean of the answered calls; null without one. */
  averageTalkMs: number | null;
  /** Average handling time: talk and wrap-up, over all calls; null without one. */
  averageHandlingMs: number | null;
  /** Calls to an hour on shift; null without a shift. */
  callsPerHour: number | null;
  /** Share of the shift ready for a call or in one, 0 to 1; null without a shift. */
  availability: number | null;
}

const HOUR_MS = 3_600_000;
/** Ready, or at work on a call. The others are pauses, missed calls, and logged in without being ready. */
const WORKING: readonly AgentState[] = ['available', 'calling', 'in-call', 'wrap-up'];

export function agentFigures({ calls, answered, talkMs, wrapUpMs, states }: AgentSums): AgentFigures {
  const shiftMs = Object.values(states).reduce((sum, ms) => sum + ms, 0);
  const workingMs = WORKING.reduce((sum, state) => sum + (states[state] ?? 0), 0);
  return {
    shiftMs,
    averageTalkMs: answered === 0 ? null : Math.round(talkMs / answered),
    averageHandlingMs: calls === 0 ? null : Math.round((talkMs + wrapUpMs) / calls),
    callsPerHour: shiftMs === 0 ? null : calls / (shiftMs / HOUR_MS),
    availability: shiftMs === 0 ? null : workingMs / shiftMs,
  };
}
