/**
 * Moves of an agent that belong to another statement: the edge's stages and the commit write them together with the call, or
 * neither. The states and causes are read from the table of `domain/agent-state.ts`.
 * @module
 */
import { AGENT_STATES, type AgentState } from '../contracts/model/agent.ts';
import { AGENT_TRANSITIONS, agentTransition } from '../domain/agent-state.ts';
import { rowsOf, type Queryable } from './queryable.ts';

/** `answer`: the customer answered. `end`: the customer's side is over. */
export type CallEventOfAgent = 'answer' | 'end';

/** SQL expressions of the statement around: the call's id and the time of the event, as `$1::uuid`. */
export interface AgentMoveNames {
  call: string;
  at: string;
}

/** Expressions of the commit, booleans: nobody had saved in time; the agent calls another number of the contact now. */
export interface AgentSaveNames extends AgentMoveNames {
  late: string;
  another: string;
}

/** Where the event leads from each state in which it moves the agent. One target: what differs is `nextState`. */
function movesOf(event: CallEventOfAgent): { from: AgentState[]; to: AgentState; cause: string } {
  const moves = AGENT_STATES.flatMap((state) => {
    const move = agentTransition({ state }, { type: event });
    return move.outcome === 'moved' ? [{ state, to: move.to.state, cause: move.cause }] : [];
  });
  const [first] = moves;
  if (!first || moves.some(({ to }) => to !== first.to)) throw new Error(`no one target for ${event}`);
  return { from: moves.map(({ state }) => state), to: first.to, cause: first.cause };
}

const listed = (states: readonly AgentState[]) => states.map((state) => `'${state}'`).join(', ');

/** The agent of the open call, locked, while in one of the states; the row as it is when its lock is held. */
const held = (call: string, states: readonly AgentState[]) => `
agent_held as materialized (
  select a.user_id, a.shift_id, a.state, a.next_state, l.call_id
  from live_calls l join agents a on a.user_id = l.agent_id
  where l.call_id = ${call} and a.state in (${listed(states)})
  for no key update of a)`;

const TRAIL_COLUMNS = 'user_id, shift_id, at, from_state, to_state, reason, cause, by, call_id';

/** CTEs, without `with` and without a comma at either end, for a statement that knows the call. */
export function agentMoveParts(event: CallEventOfAgent, names: AgentMoveNames): string {
  const { from, to, cause } = movesOf(event);
  return `${held(names.call, from)},
agent_moved as (
  update agents a set state = '${to}', state_since = ${names.at}, reason = null, return_to = null
  from agent_held h where a.user_id = h.user_id),
agent_trail as (
  insert into agent_states (${TRAIL_COLUMNS})
  select user_id, shift_id, ${names.at}, state, '${to}', null, '${cause}', 'system', call_id from agent_held)`;
}

/**
 * The claims' own: agents who were available have a call now. @param names.seats a relation of locked agents with user_id,
 * shift_id, call_id and `by`
 */
export function agentClaimParts({ seats, at }: { seats: string; at: string }): string {
  const move = agentTransition({ state: 'available' }, { type: 'claim' });
  if (move.outcome !== 'moved') throw new Error('an available agent cannot be given a call');
  const { to, cause } = move;
  return `agent_claimed as (
  update agents a set state = '${to.state}', state_since = ${at}, reason = null, return_to = null, next_state = null
  from ${seats} s where a.user_id = s.user_id),
agent_claim_trail as (
  insert into agent_states (${TRAIL_COLUMNS})
  select s.user_id, s.shift_id, ${at}, 'available', '${to.state}', null, '${cause}', s.by, s.call_id from ${seats} s)`;
}

/** States from which the end of the call's work leads on. */
const SAVED_FROM = AGENT_STATES.filter((state) => AGENT_TRANSITIONS.save[state] === 'next');

/** The same for the commit of the call, by name: the agent goes where they chose, else is available. */
export function agentSaveParts(names: AgentSaveNames): { name: string; text: string }[] {
  const { call, at, late, another } = names;
  // A pause waits for the end of the next call, a log-off does not.
  const waits = `(${another} and h.next_state->>'to' = 'paused')`;
  const to = `case when ${waits} then 'available' else coalesce(h.next_state->>'to', 'available') end`;
  const reason = `case when not ${waits} then h.next_state->>'reason' end`;
  return [
    {
      name: 'agent_held',
      text: held(call, SAVED_FROM).replace(/^\s*agent_held as materialized \(|\)$/g, ''),
    },
    {
      name: 'agent_moved',
      text: `
  update agents a set state = ${to}, state_since = ${at}, reason = ${reason},
    next_state = case when ${waits} then a.next_state end, return_to = null,
    shift_id = case when h.next_state->>'to' = 'logged-out' then null else a.shift_id end,
    desk_id = case when h.next_state->>'to' = 'logged-out' then null else a.desk_id end
  from agent_held h where a.user_id = h.user_id`,
    },
    {
      name: 'agent_trail',
      text: `
  insert into agent_states (${TRAIL_COLUMNS})
  select user_id, shift_id, ${at}, state, ${to}, ${reason},
    case when ${late} then 'wrap-up-over' else 'call-saved' end, 'system', call_id from agent_held h`,
    },
    {
      name: 'shift_over',
      text: `
  update shifts s set ended_at = ${at}, ended_by = 'system'
  from agent_held h where s.id = h.shift_id and h.next_state->>'to' = 'logged-out' and s.ended_at is null`,
    },
  ];
}

/**
 * Moves the agent of an open call, with a row of the trail; one statement. An event that comes twice, or too late, changes
 * nothing. @returns whether the agent moved
 */
export async function moveAgentOfCall(
  on: Queryable,
  params: { callId: string; event: CallEventOfAgent; at: Date },
): Promise<boolean> {
  const [row] = await rowsOf<{ moved: boolean }>(
    on,
    `with ${agentMoveParts(params.event, { call: '$1::uuid', at: '$2::timestamptz' })}
     select exists (select 1 from agent_held) as moved`,
    [params.callId, params.at],
  );
  return row?.moved === true;
}
