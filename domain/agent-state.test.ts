import { array, assert, constantFrom, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AGENT_STATES, type AgentState } from '../contracts/model/agent.ts';
import {
  AGENT_TRANSITIONS,
  agentTransition,
  isOnCall,
  type AgentEvent,
  type AgentEventType,
  type AgentPosition,
} from './agent-state.ts';

const events: Record<AgentEventType, AgentEvent> = {
  'log-on': { type: 'log-on' },
  'log-off': { type: 'log-off' },
  'session-end': { type: 'session-end' },
  'make-available': { type: 'make-available', by: 'agent' },
  pause: { type: 'pause', by: 'agent', reason: 'pauza-scurta' },
  claim: { type: 'claim' },
  answer: { type: 'answer' },
  end: { type: 'end' },
  save: { type: 'save', late: false },
  'desk-lost': { type: 'desk-lost' },
  'desk-back': { type: 'desk-back' },
};

/** `-` stays, `!` refused, `+` chosen for later, else the state it leads to. In the order of `AGENT_STATES`. */
const MATRIX: Record<AgentEventType, string> = {
  //               logged-out   logged-in   available   paused      calling     in-call    wrap-up    missed
  'log-on': 'logged-in    -           -           -           -           -          -          -',
  'log-off': '-           logged-out  logged-out  logged-out  +           +          +          logged-out',
  'session-end': '-       logged-out  logged-out  logged-out  +           +          +          logged-out',
  'make-available': '!    available   -           available   !           !          !          available',
  pause: '!               paused      paused      paused      !           !          !          paused',
  claim: '!               !           calling     !           !           !          !          !',
  answer: '!              !           !           !           in-call     -          -          !',
  end: '!                 !           !           !           wrap-up     wrap-up    -          !',
  save: '!                !           !           !           available   available  available  !',
  'desk-lost': '-         paused      paused      -           -           -          -          paused',
  'desk-back': '-         -           -           -           -           -          -          -',
};

const cells = Object.entries(MATRIX).flatMap(([event, row]) =>
  row.split(/\s+/).map((cell, i) => [event as AgentEventType, AGENT_STATES[i], cell] as const),
);

function shown(from: AgentPosition, event: AgentEvent): string {
  const transition = agentTransition(from, event);
  if (transition.outcome === 'moved') return transition.to.state;
  return { stays: '-', refused: '!', chosen: '+' }[transition.outcome];
}

describe('agentTransition', () => {
  it('has a cell for every event in every state', () => {
    expect(cells).toHaveLength(Object.keys(AGENT_TRANSITIONS).length * AGENT_STATES.length);
  });

  it.each(cells)('%s while %s: %s', (event, state, cell) => {
    const from: AgentPosition = { state, ...(state === 'paused' && { reason: 'masa' }) };
    expect(shown(from, events[event])).toBe(cell);
  });

  it('says why it refuses', () => {
    const reasonOf = (state: AgentState, event: AgentEvent) => agentTransition({ state }, event);
    expect(reasonOf('in-call', events.pause)).toEqual({ outcome: 'refused', reason: 'agent-busy' });
    expect(reasonOf('logged-out', events.pause)).toEqual({ outcome: 'refused', reason: 'off-shift' });
    expect(reasonOf('paused', events.claim)).toEqual({ outcome: 'refused', reason: 'not-available' });
    expect(reasonOf('wrap-up', events.claim)).toEqual({ outcome: 'refused', reason: 'agent-busy' });
    expect(reasonOf('available', events.save)).toEqual({ outcome: 'refused', reason: 'no-call' });
    expect(reasonOf('available', { type: 'pause', by: 'agent' })).toEqual({
      outcome: 'refused',
      reason: 'no-reason',
    });
  });

  it('brings an agent back from a lost desk to where they were, and from their own pause nowhere', () => {
    for (const state of ['available', 'logged-in', 'missed'] as const) {
      const lost = agentTransition({ state }, events['desk-lost']);
      if (lost.outcome !== 'moved') throw new Error(lost.outcome);
      expect(lost).toMatchObject({ cause: 'desk-lost', to: { state: 'paused', reason: 'connection' } });
      expect(agentTransition(lost.to, events['desk-back'])).toEqual({
        outcome: 'moved',
        to: { state },
        cause: 'desk-back',
      });
    }
    expect(shown({ state: 'paused', reason: 'masa' }, events['desk-back'])).toBe('-');
  });

  it('leads after the call to where the agent chose', () => {
    const after = (nextState: AgentPosition['nextState'], late = false) =>
      agentTransition({ state: 'wrap-up', ...(nextState && { nextState }) }, { type: 'save', late });
    expect(after({ to: 'paused', reason: 'masa' })).toEqual({
      outcome: 'moved',
      to: { state: 'paused', reason: 'masa' },
      cause: 'call-saved',
    });
    expect(after({ to: 'logged-out' })).toMatchObject({ to: { state: 'logged-out' } });
    expect(after(undefined, true)).toMatchObject({ to: { state: 'available' }, cause: 'wrap-up-over' });
  });

  it('to another number of the contact first: a pause waits for the end of that call, a log-off does not', () => {
    const masa = { to: 'paused', reason: 'masa' } as const;
    const save = { type: 'save', late: false, another: true } as const;
    const after = (nextState?: AgentPosition['nextState']) =>
      agentTransition({ state: 'wrap-up', ...(nextState && { nextState }) }, save);
    expect(after(masa)).toMatchObject({ to: { state: 'available', nextState: masa } });
    expect(agentTransition({ state: 'available', nextState: masa }, events.claim)).toMatchObject({
      to: { state: 'calling', nextState: masa },
    });
    expect(after({ to: 'logged-out' })).toMatchObject({ to: { state: 'logged-out' } });
    expect(after()).toMatchObject({ to: { state: 'available' } });
  });

  it('keeps what was chosen while the phone rang', () => {
    const chosen: AgentPosition = { state: 'calling', nextState: { to: 'logged-out' } };
    const answered = agentTransition(chosen, events.answer);
    expect(answered).toMatchObject({ to: { state: 'in-call', nextState: { to: 'logged-out' } } });
  });

  it('whatever happens: on a call only between claim and save, a reason only in a pause, no way past log-on', () => {
    const anyEvent = constantFrom(
      ...Object.values(events),
      { type: 'save', late: true } as const,
      {
        type: 'pause',
        by: 'supervisor',
        reason: 'instruire',
      } as const,
    );
    assert(
      property(array(anyEvent, { maxLength: 40 }), (happened) => {
        let at: AgentPosition = { state: 'logged-out' };
        let onCall = false;
        for (const event of happened) {
          const before = at;
          const transition = agentTransition(at, event);
          if (transition.outcome === 'moved' || transition.outcome === 'chosen') at = transition.to;
          if (transition.outcome === 'moved' && event.type === 'claim') onCall = true;
          if (transition.outcome === 'moved' && event.type === 'save') onCall = false;
          expect(isOnCall(at.state)).toBe(onCall);
          expect(at.reason !== undefined).toBe(at.state === 'paused');
          if (at.nextState !== undefined) expect(isOnCall(at.state)).toBe(true);
          if (before.state === 'logged-out' && at.state !== 'logged-out') expect(event.type).toBe('log-on');
          if (transition.outcome === 'refused' || transition.outcome === 'stays') expect(at).toEqual(before);
        }
      }),
    );
  });
});
