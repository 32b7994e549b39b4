/**
 * Robot calls: claimed at the instants of the day's plan, placed, heard, committed.
 * @module
 */
import type { PlacedCall, RobotResult } from '../../contracts/model/placed-call.ts';
import type { Events } from './events.ts';
import { attemptCall, robotAnswer, type RobotAnswer } from './outcomes.ts';
import { reachAt, type WorkDay } from './plan.ts';
import type { HistoryCall } from './shapes.ts';
import { HISTORY_EDGE, at, campaignOf, claimNext, commit, type Claim, type World } from './world.ts';

/** Answers of robots, against 1. */
const ANSWERS = 0.52;
const KEYS: Readonly<Record<string, string>> = { '1': 'interested', '2': 'not-interested', '9': 'opted-out' };

export interface RobotTurn {
  world: World;
  events: Events;
  campaign: string;
  day: WorkDay;
  /** The trunk has a bad hour. */
  trouble: (at: number) => boolean;
}

/** One turn of the dialer. Nothing happens when nobody is due. */
export function robotTurn(turn: RobotTurn, now: number): void {
  const { world, campaign, day } = turn;
  const claim = claimNext(world, campaign, day, now);
  if (claim) placeRobotCall(turn, claim, now);
}

function placeRobotCall(turn: RobotTurn, claim: Claim, now: number): void {
  const { world, events, campaign, day } = turn;
  const { random, history } = world;
  const contact = at(history.contacts, claim.contact);
  contact.attempts += 1;
  const invitedAt = now + 15 + random.below(60);
  const attempt = attemptCall(random, {
    exists: world.exists[claim.number] === true,
    answers: Math.min(0.93, ANSWERS * at(world.memory, claim.contact).reach * reachAt(day, now)),
    ringTimeoutMs: campaignOf(world, campaign).def.ringTimeoutSeconds * 1_000,
    trouble: turn.trouble(now),
  });
  const answered = attempt.answeredMs !== undefined;
  const heard = answered ? robotAnswer(random, 0.8 + 0.4 * day.place) : undefined;
  const talkMs = heard?.talkMs ?? 0;
  const endedAt = invitedAt + attempt.endedMs + talkMs;
  const call: HistoryCall = {
    id: random.uuid(),
    kind: 'robot',
    campaign,
    list: contact.list,
    contact: claim.contact,
    attempt: contact.attempts,
    number: claim.number,
    agent: undefined,
    claimedAt: now,
    committedAt: endedAt + 15 + random.below(120),
    status: '',
    end: attempt.end,
    invitedAt,
    ringingAt: attempt.ringingMs === undefined ? undefined : invitedAt + attempt.ringingMs,
    answeredAt: attempt.answeredMs === undefined ? undefined : invitedAt + attempt.answeredMs,
    endedAt,
    talkMs,
    robot: heard && { promptMs: heard.promptMs, heardMs: heard.heardMs, key: heard.key },
    desk: undefined,
    recording: undefined,
  };
  world.liveUntil[claim.number] = call.committedAt;
  const rank = claim.entry.rank;
  events.add(call.committedAt, () => commit(world, { call, placed: placedRobot(call, heard), day, rank }));
}

function placedRobot(call: HistoryCall, heard: RobotAnswer | undefined): PlacedCall {
  const placed = placedBase(call);
  if (!heard) return placed;
  const { promptMs, heardMs, key } = heard;
  const robot: RobotResult = { promptMs, heardMs, heardInFull: heardMs >= promptMs };
  const keyStatus = key === undefined ? undefined : KEYS[key];
  placed.robot = key === undefined || keyStatus === undefined ? robot : { ...robot, key, keyStatus };
  return placed;
}

/** What the edge would have reported, without a timeline: that is made when the row is written. */
export function placedBase(call: HistoryCall): PlacedCall {
  const placed: PlacedCall = {
    end: call.end,
    edge: HISTORY_EDGE,
    endedAt: '',
    talkMs: call.talkMs,
    recording: NOT_RECORDED,
    timeline: [],
  };
  // The decision asks only which of them there are, and for the hour of the first: the others are told by the row.
  if (call.invitedAt !== undefined) placed.invitedAt = new Date(call.invitedAt).toISOString();
  if (call.answeredAt !== undefined) placed.answeredAt = SOME_TIME;
  return placed;
}

const NOT_RECORDED = { state: 'none', reason: 'recording-off' } as const;
const SOME_TIME = new Date(0).toISOString();
