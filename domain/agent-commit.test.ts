import { describe, expect, it } from 'vitest';
import type { PlacedCall } from '../contracts/model/placed-call.ts';
import type { WrapUpDetails, WrapUpMeta } from '../contracts/model/wrap-up.ts';
import { wrapUpTookMs, type SavedWrapUp } from './agent-commit.ts';
import type { CommitFacts } from './commit-facts.ts';
import { decideCommit } from './decide-commit.ts';
import { SEEDED_STATUSES } from './seeded-statuses.ts';

const NOW = new Date('2026-11-23T08:10:00Z');
const AGENT = 7;

const facts = (change: Partial<CommitFacts> = {}): CommitFacts => ({
  call: {
    id: '00000000-0000-4000-8000-000000000001',
    kind: 'outbound',
    campaignId: 1,
    listId: 2,
    contactId: 3,
    agentId: AGENT,
    numberId: 11,
    claimedAt: new Date('2026-11-23T08:00:00Z'),
  },
  zone: 'Europe/Bucharest',
  retryRules: {
    name: 'r',
    default: { delaySeconds: 600, multiplier: 1, maxDelaySeconds: 600, maxAttempts: 2 },
    byStatus: {},
  },
  stopAfterUnanswered: 3,
  unanswered: 1,
  contact: {
    numbers: [{ numberId: 11, position: 2, active: true, doNotCall: false, stopped: false }],
    placedByStatus: { 'no-answer': 1 },
    notPlaced: 0,
  },
  statuses: SEEDED_STATUSES.map((status, i) => ({ ...status, id: i + 1 })),
  ...change,
});

const answered = (change: Partial<PlacedCall> = {}): PlacedCall => ({
  end: { result: 'success', reason: 'hang-up-by-customer' },
  edge: { node: 'edge-1', epoch: 1 },
  invitedAt: '2026-11-23T08:00:00.000Z',
  answeredAt: '2026-11-23T08:00:05.000Z',
  endedAt: '2026-11-23T08:05:00.000Z',
  talkMs: 295_000,
  desk: { holdMs: 12_000.4, lostMs: 0 },
  recording: { state: 'none', reason: 'not-answered' },
  timeline: [],
  ...change,
});

function unanswered(
  reason: PlacedCall['end']['reason'],
  result: PlacedCall['end']['result'] = 'customer',
): PlacedCall {
  const { answeredAt: _, desk: __, ...rest } = answered();
  return { ...rest, end: { result, reason }, talkMs: 0 };
}

function saved(
  outcome: string,
  meta: Partial<WrapUpMeta> = {},
  details: Partial<WrapUpDetails> = {},
): SavedWrapUp {
  return {
    saved: {
      meta: { id: 'w1', outcome, by: AGENT, savedAt: '2026-11-23T08:06:00.000Z', ...meta },
      details: { answers: { locality: 'Oradea' }, ...details },
    },
    over: false,
    tookMs: 60_000,
  };
}

const decide = (placed: PlacedCall, wrapUp?: SavedWrapUp, change?: Partial<CommitFacts>) =>
  decideCommit({ facts: facts(change), placed, ...(wrapUp && { wrapUp }), now: NOW });
const over: SavedWrapUp = { over: true, tookMs: 120_000 };

describe('how long the wrap-up took', () => {
  const waited = { from: '2026-11-23T08:05:01.000Z', to: '2026-11-23T08:15:00.000Z' };
  const endedAt = '2026-11-23T08:05:00.000Z';
  it.each([
    ['saved while ten minutes passed without an API', '2026-11-23T08:05:40.000Z', 40_000],
    ['saved before the workflow heard of the end', '2026-11-23T08:05:00.500Z', 500],
    ['saved during the talk', '2026-11-23T08:03:00.000Z', 0],
    ['a desk whose clock is ahead', '2026-11-23T09:00:00.000Z', 600_000],
  ])('%s', (_, savedAt, tookMs) => {
    expect(wrapUpTookMs({ endedAt, ...waited, savedAt })).toBe(tookMs);
  });

  it('is the time that was waited when nobody saved, and nothing without a wait', () => {
    expect(wrapUpTookMs({ endedAt, ...waited })).toBe(599_000);
    expect(wrapUpTookMs({ endedAt, savedAt: '2026-11-23T08:05:40.000Z' })).toBe(0);
  });
});

describe('the outcome of a call with an agent', () => {
  it.each([
    ['what was saved', answered(), saved('success'), 'success'],
    ['nobody saved', answered(), over, 'no-outcome'],
    [
      'nobody saved, and the edge died',
      answered({ end: { result: 'platform', reason: 'edge-lost' } }),
      over,
      'no-outcome',
    ],
    ['a status that is not there (any more)', answered(), saved('of-old'), 'no-outcome'],
    ['one for robots', answered(), saved('message-heard'), 'no-outcome'],
    ['the carrier, whatever is not saved', unanswered('busy'), over, 'busy'],
    ['the carrier, corrected', unanswered('busy'), saved('voicemail'), 'voicemail'],
    ['the carrier, corrected by its own words', unanswered('no-answer'), saved('nonexistent'), 'nonexistent'],
    ['a success that nobody answered', unanswered('no-answer'), saved('success'), 'no-answer'],
    [
      'a success of which our dead edge knows no answer',
      unanswered('edge-lost', 'platform'),
      saved('success'),
      'success',
    ],
    ['a contact that was skipped', unanswered('skipped', 'platform'), undefined, 'skipped'],
    ['nobody chooses that it was skipped', unanswered('busy'), saved('skipped'), 'busy'],
  ] as const)('%s', (_, placed, wrapUp, status) => {
    expect(decide(placed, wrapUp).status.code).toBe(status);
  });

  it('takes an operator at their word, and names who saved in place of the agent', () => {
    const input = { facts: facts(), placed: answered(), wrapUp: saved('success'), now: NOW };
    const override = decideCommit({ ...input, statusOverride: { status: 'interested', by: 'ana' } });
    expect([override.status.code, override.statusBy]).toEqual(['interested', 'ana']);
    const skip = decideCommit({ ...input, statusOverride: { status: 'skipped', by: 'ana' } });
    expect([skip.status.code, skip.statusBy]).toEqual(['success', undefined]);
    expect(decide(answered(), saved('success')).statusBy).toBeUndefined();
    expect(decide(answered(), saved('success', { by: 9 })).statusBy).toBe('user:9');
  });
});

describe('what the agent adds', () => {
  it('answers, note, times, also when the outcome is not taken', () => {
    const details = { note: 'sună seara', doNotCallReason: 'nu vrea' };
    const quality = { roundTripMs: 40 };
    expect(decide(answered(), saved('of-old', { quality }, details)).agent).toEqual({
      wrapUpId: 'w1',
      note: 'sună seara',
      answers: { locality: 'Oradea' },
      holdMs: 12_000,
      wrapUpMs: 60_000,
      quality,
      doNotCallReason: 'nu vrea',
      late: false,
    });
    expect(decide(unanswered('busy'), over).agent).toEqual({ holdMs: 0, wrapUpMs: 120_000, late: true });
  });

  it('nothing on a robot call', () => {
    const { agentId: _, ...call } = facts().call;
    expect(decide(answered(), undefined, { call }).agent).toBeUndefined();
  });
});

describe('the contact', () => {
  it('comes back at the time that was agreed, although its attempts are used up', () => {
    const at = '2026-11-24T09:00:00.000Z';
    expect(decide(answered(), saved('callback', { callback: { at, for: 'agent' } })).contact).toEqual({
      next: 'retry',
      dueAt: new Date(at),
      position: 2,
      waitReason: 'retry',
      keepRank: false,
      queue: { rank: 4, agent: AGENT },
    });
    expect(decide(answered(), saved('callback', { callback: { at, for: 'anyone' } })).contact).toMatchObject({
      queue: { rank: 3, agent: 'nobody' },
    });
    const past = { at: '2026-11-23T08:00:00.000Z', for: 'agent' } as const;
    expect(decide(answered(), saved('callback', { callback: past })).contact).toMatchObject({ dueAt: NOW });
  });

  it('is called at its other number now by who saved it, although its attempts are used up', () => {
    const numbers = [1, 2, 3].map((position) => ({
      numberId: 9 + position,
      position,
      active: true,
      doNotCall: false,
      stopped: false,
    }));
    const contact = { ...facts().contact!, numbers };
    const named = (outcome: string, position: number, change: Partial<(typeof numbers)[number]> = {}) => {
      const changed = numbers.map((one) => (one.position === position ? { ...one, ...change } : one));
      const { contact: next, agent } = decide(
        outcome === 'callback' ? answered() : unanswered('no-answer'),
        saved(outcome, { another: { position } }),
        { contact: { ...contact, numbers: changed } },
      );
      return [next?.next === 'retry' ? [next.position, next.dueAt, next.queue] : next?.next, agent?.another];
    };
    const now = [3, NOW, { rank: 4, agent: AGENT }];
    expect(named('no-answer', 3)).toEqual([now, true]);
    // The first number does not exist: no reason to wait for the second.
    expect(named('nonexistent', 3)).toEqual([now, true]);
    for (const [outcome, position, change] of [
      ['no-answer', 3, { active: false }],
      ['no-answer', 3, { stopped: true }],
      // Its own, and one that the contact does not have.
      ['no-answer', 2, {}],
      ['no-answer', 4, {}],
    ] as const) {
      expect(named(outcome, position, change)).toEqual(['close', undefined]);
    }
    const final = saved('not-interested', { another: { position: 3 } });
    expect(decide(answered(), final, { contact }).contact).toMatchObject({ next: 'close' });
    expect(decide(answered(), saved('opted-out', { another: { position: 3 } }), { contact }).contact).toEqual(
      { next: 'close', reason: 'do-not-call' },
    );
  });

  it('a time with another outcome is no callback', () => {
    const callback = { at: '2026-11-24T09:00:00.000Z', for: 'agent' } as const;
    expect(decide(answered(), saved('success', { callback })).contact).toEqual({
      next: 'close',
      reason: 'final-status',
    });
  });

  it('is anyone’s again when it is tried again, and stays with its agent where queues are daily', () => {
    const fresh = { contact: { ...facts().contact!, placedByStatus: {} } };
    expect(decide(unanswered('busy'), over, fresh).contact).toMatchObject({
      queue: { rank: 1, agent: 'nobody' },
    });
    expect(decide(unanswered('busy'), over, { ...fresh, dailyQueue: true }).contact).toMatchObject({
      queue: { rank: 1, agent: 'same' },
    });
  });

  it('that was skipped comes again in a quarter of an hour, in its place', () => {
    const { invitedAt: _, ...placed } = unanswered('skipped', 'platform');
    expect(decide(placed).contact).toMatchObject({
      dueAt: new Date(NOW.getTime() + 900_000),
      keepRank: true,
    });
  });

  it('who does not want to be called is not', () => {
    const decision = decide(answered(), saved('opted-out', {}, { doNotCallReason: 'nu vrea' }));
    expect(decision).toMatchObject({
      doNotCall: true,
      contact: { next: 'close', reason: 'do-not-call' },
      agent: { doNotCallReason: 'nu vrea' },
    });
  });
});
