/**
 * Which change of an agent's state is allowed when: one table, read by `db/agents.ts`, which is the only writer.
 *
 * ```
 *  logged-out ── log-on ──> logged-in ──┐                ┌── claim ──> calling ── answer ──> in-call
 *       ^                               v                │                │  │                │
 *       │            paused <── pause / make-available ──> available      │  └── end ──┐      │ end
 *       └─ log-off, session-end ── (any of these)          ^   │          │ save       v      v
 *                                        desk-back ────────┘   └ desk-lost └──────── wrap-up ─── save ──> next state
 * ```
 * @module
 */
import {
  CONNECTION_PAUSE,
  type AgentCause,
  type AgentState,
  type NextState,
} from '../contracts/model/agent.ts';

/** Where an agent stands, as in the row of `agents`. */
export interface AgentPosition {
  state: AgentState;
  /** Of a pause. */
  reason?: string;
  /** Where a returning desk brings the agent back to. */
  returnTo?: { state: AgentState; reason?: string };
  /** Chosen during a call, for after it. */
  nextState?: NextState;
}

/**
 * `claim`: a number was claimed. `answer`: the customer answered. `end`: the customer's side is over. `save`: the call was
 * committed; `late` when nobody had saved in time, `another` when they call another number of the contact now: what they
 * chose for after the call waits for the end of that one, but a log-off does not. `session-end`: log-in over or user disabled.
 */
export type AgentEvent =
  | { type: 'log-on' | 'log-off' | 'claim' | 'answer' | 'end' | 'desk-lost' | 'desk-back' | 'session-end' }
  | { type: 'make-available' | 'pause'; by: 'agent' | 'supervisor'; reason?: string }
  | { type: 'save'; late: boolean; another?: boolean };
export type AgentEventType = AgentEvent['type'];

/** Why an event changes nothing and was not expected. `agent-busy`: a call goes on, only its next state can be chosen. */
export const AGENT_REFUSALS = ['off-shift', 'agent-busy', 'not-available', 'no-call', 'no-reason'] as const;
export type AgentRefusal = (typeof AGENT_REFUSALS)[number];

export type AgentTransition =
  | { outcome: 'moved'; to: AgentPosition; cause: AgentCause }
  /** As it should be already. */
  | { outcome: 'stays' }
  /** After the call. */
  | { outcome: 'chosen'; to: AgentPosition }
  | { outcome: 'refused'; reason: AgentRefusal };

/** `later`: into `nextState`. `next`: where `nextState` leads. `back`: where `returnTo` leads, if the desk was lost. */
type Cell = AgentState | AgentRefusal | 'stay' | 'later' | 'next' | 'back';
type Row = Readonly<Record<AgentState, Cell>>;

const all = (cell: Cell): Row => ({
  'logged-out': cell,
  'logged-in': cell,
  available: cell,
  paused: cell,
  calling: cell,
  'in-call': cell,
  'wrap-up': cell,
  missed: cell,
});
const busy = (cell: Cell) => ({ calling: cell, 'in-call': cell, 'wrap-up': cell });

/** Event, then state. Exported for the test that the SQL of `db/agents.ts` says the same. */
export const AGENT_TRANSITIONS: Readonly<Record<AgentEventType, Row>> = {
  'log-on': { ...all('stay'), 'logged-out': 'logged-in' },
  'log-off': { ...all('logged-out'), 'logged-out': 'stay', ...busy('later') },
  'session-end': { ...all('logged-out'), 'logged-out': 'stay', ...busy('later') },
  'make-available': {
    ...all('available'),
    'logged-out': 'off-shift',
    available: 'stay',
    ...busy('agent-busy'),
  },
  pause: { ...all('paused'), 'logged-out': 'off-shift', ...busy('agent-busy') },
  claim: { ...all('not-available'), available: 'calling', ...busy('agent-busy') },
  answer: { ...all('no-call'), calling: 'in-call', 'in-call': 'stay', 'wrap-up': 'stay' },
  end: { ...all('no-call'), calling: 'wrap-up', 'in-call': 'wrap-up', 'wrap-up': 'stay' },
  save: { ...all('no-call'), ...busy('next') },
  'desk-lost': { ...all('stay'), available: 'paused', 'logged-in': 'paused', missed: 'paused' },
  'desk-back': { ...all('stay'), paused: 'back' },
};

/** Pure: the same position and event give the same transition. */
export function agentTransition(from: AgentPosition, event: AgentEvent): AgentTransition {
  const cell = AGENT_TRANSITIONS[event.type][from.state];
  switch (cell) {
    case 'stay':
      return { outcome: 'stays' };
    case 'later':
      return afterTheCall(from);
    case 'next':
      return { outcome: 'moved', to: afterSave(from, event), cause: causeOf(event) };
    case 'back':
      return backAtTheDesk(from);
    case 'off-shift':
    case 'agent-busy':
    case 'not-available':
    case 'no-call':
    case 'no-reason':
      return { outcome: 'refused', reason: cell };
    default:
      return moveTo(cell, from, event);
  }
}

function afterTheCall(from: AgentPosition): AgentTransition {
  if (from.nextState?.to === 'logged-out') return { outcome: 'stays' };
  return { outcome: 'chosen', to: { ...from, nextState: { to: 'logged-out' } } };
}

function backAtTheDesk({ reason, returnTo }: AgentPosition): AgentTransition {
  if (reason !== CONNECTION_PAUSE) return { outcome: 'stays' };
  return { outcome: 'moved', to: returnTo ?? { state: 'logged-in' }, cause: 'desk-back' };
}

function moveTo(state: AgentState, from: AgentPosition, event: AgentEvent): AgentTransition {
  const cause = causeOf(event);
  if (event.type === 'desk-lost') {
    return {
      outcome: 'moved',
      to: { state: 'paused', reason: CONNECTION_PAUSE, returnTo: { state: from.state } },
      cause,
    };
  }
  if (event.type === 'pause') {
    if (event.reason === undefined || event.reason === '') return { outcome: 'refused', reason: 'no-reason' };
    if (from.state === 'paused' && from.reason === event.reason) return { outcome: 'stays' };
    return { outcome: 'moved', to: { state: 'paused', reason: event.reason }, cause };
  }
  // Chosen early, while the phone still rings: kept until the call is saved.
  const kept = isOnCall(state) && from.nextState !== undefined ? { nextState: from.nextState } : {};
  return { outcome: 'moved', to: { state, ...kept }, cause };
}

function afterSave({ nextState }: AgentPosition, event: AgentEvent): AgentPosition {
  const waits = event.type === 'save' && event.another === true && nextState?.to === 'paused';
  return waits ? { state: 'available', nextState } : positionOf(nextState);
}

function positionOf(next: NextState | undefined): AgentPosition {
  if (next === undefined) return { state: 'available' };
  return next.to === 'paused' ? { state: 'paused', reason: next.reason } : { state: next.to };
}

function causeOf(event: AgentEvent): AgentCause {
  switch (event.type) {
    case 'make-available':
    case 'pause':
      return event.by;
    case 'save':
      return event.late ? 'wrap-up-over' : 'call-saved';
    default:
      return CAUSES[event.type];
  }
}

const CAUSES = {
  'log-on': 'log-on',
  'log-off': 'log-off',
  claim: 'next-number',
  answer: 'customer-answered',
  end: 'call-ended',
  'desk-lost': 'desk-lost',
  'desk-back': 'desk-back',
  'session-end': 'session-ended',
} as const satisfies Partial<Record<AgentEventType, AgentCause>>;

/** From claim to commit. A next state can be chosen, nothing else. */
export function isOnCall(state: AgentState): boolean {
  return state === 'calling' || state === 'in-call' || state === 'wrap-up';
}
