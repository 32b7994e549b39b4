/**
 * One agent's shift: on, next number, talk, wrap-up, breaks, off. Every move is one that the product's table of states allows.
 * @module
 */
import type { AgentState } from '../../contracts/model/agent.ts';
import { agentTransition, type AgentEvent } from '../../domain/agent-state.ts';
import { agentAttempt, finishedAgentCall } from './agent-calls.ts';
import type { Events } from './events.ts';
import { hourWeight, type WorkDay } from './plan.ts';
import type { Shift } from './shifts.ts';
import type { HistoryMove, HistoryShift } from './shapes.ts';
import { claimNext, commit, type World } from './world.ts';

export interface ShiftInput {
  world: World;
  events: Events;
  day: WorkDay;
  shift: Shift;
  /** Calls that the plan has for this shift. */
  calls: number;
  /** In the order in which this agent asks them. */
  campaigns: readonly string[];
  trouble: (at: number) => boolean;
}

/** Nobody asks for a number when it is nearly time to go. */
const LAST_MS = 90_000;
const LONGEST_IDLE_MS = 15 * 60_000;
const SHORTEST_IDLE_MS = 1_500;
/** What a call costs on the mean, wrap-up included: only to spread the calls over the shift. */
const MEAN_CALL_MS = 125_000;

export function startShift(input: ShiftInput): void {
  const { world, events, shift } = input;
  const record: HistoryShift = { agent: shift.agent, startedAt: shift.from, endedAt: shift.to };
  const place = world.shiftsBefore + world.part.shifts.push(record) - 1;
  const desk: Desk = {
    ...input,
    place,
    record,
    state: 'logged-out',
    left: input.calls,
    breaks: [...shift.breaks],
  };
  events.add(shift.from, (now) => {
    move(desk, now, { type: 'log-on' });
    events.add(now + 15_000 + world.random.below(60_000), (later) => {
      move(desk, later, { type: 'make-available', by: 'agent' });
      events.add(later + idle(desk, later), (first) => askNext(desk, first));
    });
  });
}

interface Desk extends ShiftInput {
  /** Of the shift. */
  place: number;
  record: HistoryShift;
  state: AgentState;
  breaks: Shift['breaks'];
  left: number;
}

function askNext(desk: Desk, now: number): void {
  const { world, events, shift, day, campaigns } = desk;
  if (now >= shift.to - LAST_MS) return endShift(desk, Math.max(now, shift.to));
  const due = desk.breaks[0];
  if (due && now >= due.at) {
    desk.breaks.shift();
    if (now + due.ms < shift.to - LAST_MS) return takeBreak(desk, now, due);
  }
  if (desk.left <= 0) return events.add(now + idle(desk, now), (later) => askNext(desk, later));
  for (const campaign of campaigns) {
    const claim = claimNext(world, campaign, day, now, shift.agent);
    if (!claim) continue;
    desk.left -= 1;
    return work(desk, now, agentAttempt({ ...desk, campaign, claim, now }));
  }
  events.add(now + 60_000 + world.random.below(60_000), (later) => askNext(desk, later));
}

const CLAIM = { type: 'claim' } as const;
const ANSWER = { type: 'answer' } as const;
const END = { type: 'end' } as const;

function work(desk: Desk, now: number, attempt: ReturnType<typeof agentAttempt>): void {
  const { world, events, day } = desk;
  const { call, rank } = attempt;
  move(desk, now, CLAIM, call.id);
  if (call.answeredAt !== undefined) move(desk, call.answeredAt, ANSWER, call.id);
  if (call.invitedAt !== undefined) move(desk, call.endedAt, END, call.id);
  world.liveUntil[call.number] = call.committedAt;
  events.add(call.committedAt, (then) => {
    const { placed, wrapUp } = finishedAgentCall(attempt);
    commit(world, { call, placed, ...(wrapUp && { wrapUp }), day, rank });
    move(desk, then, { type: 'save', late: wrapUp?.over === true }, call.id);
    events.add(then + idle(desk, then), (later) => askNext(desk, later));
  });
}

function takeBreak(desk: Desk, now: number, { ms, reason }: Shift['breaks'][number]): void {
  move(desk, now, { type: 'pause', by: 'agent', reason });
  desk.events.add(now + ms, (back) => {
    move(desk, back, { type: 'make-available', by: 'agent' });
    desk.events.add(back + idle(desk, back), (later) => askNext(desk, later));
  });
}

function endShift(desk: Desk, now: number): void {
  move(desk, now, { type: 'log-off' });
  desk.record.endedAt = now;
}

/** Between two calls: what the shift has left for those that are still to be made. */
function idle(desk: Desk, now: number): number {
  const breaks = desk.breaks.reduce((sum, { ms }) => sum + ms, 0);
  const free = desk.shift.to - now - breaks - desk.left * MEAN_CALL_MS;
  const mean = Math.max(SHORTEST_IDLE_MS, free / Math.max(1, desk.left));
  const wait = desk.world.random.duration((mean * 0.7) / hourWeight(desk.day, now), 0.8);
  return Math.round(Math.min(LONGEST_IDLE_MS, Math.max(SHORTEST_IDLE_MS, wait)));
}

/** @throws when the product would refuse the move */
function move(desk: Desk, now: number, event: AgentEvent, callId?: string): void {
  const transition = agentTransition({ state: desk.state }, event);
  if (transition.outcome !== 'moved') throw new Error(`${desk.state}: ${event.type} moves nobody`);
  const { to, cause } = transition;
  const own = event.type === 'answer' || event.type === 'end' || event.type === 'save';
  const row: HistoryMove = {
    agent: desk.shift.agent,
    shift: desk.place,
    at: now,
    from: desk.state,
    to: to.state,
    reason: to.reason,
    cause,
    by: own ? 'system' : 'agent',
    callId,
  };
  desk.state = to.state;
  desk.world.part.trail.push(row);
}
