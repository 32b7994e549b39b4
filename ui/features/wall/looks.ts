/**
 * How states of agents and levels of figures look. Colour never speaks alone: each has its icon, and its words beside it.
 * @module
 */
import type { AgentState } from '../../../contracts/model/agent.ts';
import type { Level } from '../../../domain/thresholds.ts';
import type { Look } from '../../design/tone.ts';

export const STATE_LOOKS: Readonly<Record<AgentState, Look>> = {
  available: { tone: 'positive', icon: 'check' },
  'in-call': { tone: 'info', icon: 'volume' },
  calling: { tone: 'info', icon: 'ring' },
  'wrap-up': { tone: 'neutral', icon: 'file' },
  paused: { tone: 'warning', icon: 'pause' },
  missed: { tone: 'danger', icon: 'phoneOff' },
  'logged-in': { tone: 'neutral', icon: 'clock' },
  'logged-out': { tone: 'neutral', icon: 'logOut' },
};

/** In the order of chips and legends. */
export const STATES_SHOWN: readonly AgentState[] = [
  'available',
  'calling',
  'in-call',
  'wrap-up',
  'paused',
  'missed',
  'logged-in',
];

export const LEVEL_LOOKS: Readonly<Record<Level, Look>> = {
  ok: { tone: 'positive', icon: 'check' },
  amber: { tone: 'warning', icon: 'alert' },
  red: { tone: 'danger', icon: 'x' },
};
