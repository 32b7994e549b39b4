import { describe, expect, it } from 'vitest';
import { END_REASONS, type CallResult, type EndReason } from '../contracts/model/call.ts';
import type { PlacedCall } from '../contracts/model/placed-call.ts';
import type { CommitFacts, ContactNumberFact } from './commit-facts.ts';
import { decideCommit } from './decide-commit.ts';
import { robotOutcome } from './robot-outcome.ts';
import { SEEDED_STATUSES } from './seeded-statuses.ts';
import { trunkSignal } from './trunk-health.ts';

const NOW = new Date('2026-11-23T10:20:30Z');
const AT = '2026-11-23T10:20:00.000Z';

function placed(result: CallResult, reason: EndReason, more: Partial<PlacedCall> = {}): PlacedCall {
  return {
    end: { result, reason },
    edge: { node: 'edge-1', epoch: 1 },
    invitedAt: AT,
    endedAt: AT,
    talkMs: 0,
    recording: { state: 'none', reason: 'not-answered' },
    timeline: [],
    ...more,
  };
}
const answered = (robot?: PlacedCall['robot'], end: PlacedCall['end'] = HUNG_UP) =>
  placed(end.result, end.reason, { answeredAt: AT, ...(robot && { robot }) });
const HUNG_UP = { result: 'success', reason: 'hang-up-by-customer' } as const;
const NO_ANSWER = placed('customer', 'no-answer');
const BUSY = placed('customer', 'busy');
const UNAVAILABLE = placed('carrier', 'unavailable');
const { invitedAt: _never, ...NOT_INVITED } = placed('platform', 'not-placed');

const number = (position: number, more: Partial<ContactNumberFact> = {}): ContactNumberFact => ({
  numberId: 100 + position,
  position,
  active: true,
  doNotCall: false,
  stopped: false,
  ...more,
});

function facts(
  more: Partial<CommitFacts> = {},
  contact: Partial<CommitFacts['contact'] & object> = {},
): CommitFacts {
  return {
    call: {
      id: 'c',
      kind: 'robot',
      campaignId: 1,
      contactId: 7,
      numberId: 101,
      claimedAt: new Date('2026-11-23T09:59:59Z'),
    },
    zone: 'Europe/Bucharest',
    retryRules: {
      name: 'r',
      default: { delaySeconds: 600, multiplier: 2, maxDelaySeconds: 3600, maxAttempts: 4 },
      byStatus: {
        busy: { delaySeconds: 60, multiplier: 1, maxDelaySeconds: 60, maxAttempts: 4 },
        'technical-failure': { delaySeconds: 30, multiplier: 2, maxDelaySeconds: 120, maxAttempts: 3 },
      },
    },
    stopAfterUnanswered: 3,
    unanswered: 0,
    contact: { numbers: [number(1)], placedByStatus: {}, notPlaced: 0, ...contact },
    statuses: SEEDED_STATUSES.map((status, index) => ({ ...status, id: index + 1 })),
    ...more,
  };
}
const decide = (f: CommitFacts, p: PlacedCall, statusOverride?: { status: string; by: string }) =>
  decideCommit({ facts: f, placed: p, now: NOW, ...(statusOverride && { statusOverride }) });
const due = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);

describe('the outcome of a robot call', () => {
  const heard = { promptMs: 5000, heardMs: 5000, heardInFull: true };
  const cut = { promptMs: 5000, heardMs: 900, heardInFull: false };
  it.each<[string, PlacedCall, string]>([
    ['busy', BUSY, 'busy'],
    ['unanswered', NO_ANSWER, 'no-answer'],
    ['declined', placed('customer', 'declined'), 'declined'],
    ['to nobody', placed('customer', 'nonexistent'), 'nonexistent'],
    ['503', UNAVAILABLE, 'technical-failure'],
    ['never placed', NOT_INVITED, 'technical-failure'],
    ['lost with its edge', placed('indeterminate', 'edge-lost'), 'technical-failure'],
    ['heard in full', answered(heard), 'message-heard'],
    ['cut short', answered(cut), 'message-interrupted'],
    [
      'released by an operator while talking',
      answered(cut, { result: 'platform', reason: 'released' }),
      'message-interrupted',
    ],
    ['with a key', answered({ ...cut, key: '1', keyStatus: 'interested' }), 'interested'],
    ['with a key that has no meaning', answered({ ...heard, key: '5' }), 'message-heard'],
    [
      'with key 9, then our media died',
      answered({ ...cut, key: '9', keyStatus: 'opted-out' }, { result: 'platform', reason: 'media-lost' }),
      'opted-out',
    ],
    [
      'heard in full, then our edge died',
      answered(heard, { result: 'platform', reason: 'edge-lost' }),
      'message-heard',
    ],
    [
      'answered, then our edge died',
      answered(cut, { result: 'platform', reason: 'edge-lost' }),
      'technical-failure',
    ],
  ])('%s', (_name, call, status) => {
    expect(robotOutcome(call)).toBe(status);
  });

  it('is a seeded status for every reason, answered or not', () => {
    const codes = SEEDED_STATUSES.map((status) => status.code);
    for (const reason of END_REASONS) {
      expect(codes).toContain(robotOutcome(placed('platform', reason)));
      expect(codes).toContain(robotOutcome(answered(undefined, { result: 'platform', reason })));
    }
  });
});

describe('what becomes of the contact', () => {
  const retry = (seconds: number, position = 1) => ({
    next: 'retry',
    dueAt: due(seconds),
    position,
    waitReason: 'retry',
    keepRank: false,
  });
  const close = (reason: string) => ({ next: 'close', reason });

  it.each<[string, CommitFacts, PlacedCall, unknown]>([
    ['no answer: after the default delay', facts(), NO_ANSWER, retry(600)],
    [
      'no answer again: after twice that',
      facts({}, { placedByStatus: { 'no-answer': 1 } }),
      NO_ANSWER,
      retry(1200),
    ],
    ['busy: by its own rule', facts({}, { placedByStatus: { 'no-answer': 2 } }), BUSY, retry(60)],
    [
      'the last of four attempts',
      facts({}, { placedByStatus: { 'no-answer': 1, busy: 2 } }),
      BUSY,
      close('exhausted'),
    ],
    [
      'technical failures use up no attempt',
      facts({}, { placedByStatus: { 'technical-failure': 9 } }),
      BUSY,
      retry(60),
    ],
    [
      'a technical failure: by its rule',
      facts({}, { placedByStatus: { busy: 3, 'technical-failure': 1 } }),
      UNAVAILABLE,
      retry(60),
    ],
    [
      'technical failures are bounded',
      facts({}, { placedByStatus: { 'technical-failure': 2 } }),
      UNAVAILABLE,
      close('exhausted'),
    ],
    [
      'heard: never again',
      facts(),
      answered({ promptMs: 1, heardMs: 1, heardInFull: true }),
      close('final-status'),
    ],
    [
      'opted out',
      facts(),
      answered({ promptMs: 1, heardMs: 1, heardInFull: true, keyStatus: 'opted-out' }),
      close('do-not-call'),
    ],
    ['nonexistent, the only number', facts(), placed('customer', 'nonexistent'), close('nonexistent')],
    [
      'nonexistent, with another number',
      facts({}, { numbers: [number(1), number(2)] }),
      placed('customer', 'nonexistent'),
      retry(30, 2),
    ],
    [
      'nonexistent, the other one stopped',
      facts({}, { numbers: [number(1), number(2, { stopped: true })] }),
      placed('customer', 'nonexistent'),
      close('stopped'),
    ],
    [
      'no answer: the next number in turn',
      facts({}, { numbers: [number(1), number(2, { active: false }), number(3)] }),
      NO_ANSWER,
      retry(600, 3),
    ],
    ['the third unanswered call stops the number', facts({ unanswered: 2 }), NO_ANSWER, close('stopped')],
    [
      'stopped, but there is another number',
      facts({ unanswered: 2 }, { numbers: [number(1), number(2)] }),
      NO_ANSWER,
      retry(600, 2),
    ],
  ])('%s', (_name, f, call, expected) => {
    expect(decide(f, call).contact).toEqual(expected);
  });

  it('comes again soon, in its own rank, when the call never left; ever later while that goes on', () => {
    const next = (notPlaced: number) => decide(facts({}, { notPlaced }), NOT_INVITED).contact;
    expect(next(0)).toEqual({
      next: 'retry',
      dueAt: due(5),
      position: 1,
      waitReason: 'not-placed',
      keepRank: true,
    });
    expect(next(3)).toMatchObject({ dueAt: due(40) });
    expect(next(500)).toMatchObject({ dueAt: due(300) });
  });
});

describe('what counts', () => {
  it('a call counts towards the caps on the local day of its INVITE, if its status does', () => {
    const late = { ...BUSY, invitedAt: '2026-11-23T22:30:00.000Z' };
    expect(decide(facts(), late).capDay).toBe('2026-11-24');
    expect(decide(facts(), UNAVAILABLE).capDay).toBeUndefined();
    expect(decide(facts(), NOT_INVITED).capDay).toBeUndefined();
  });

  it.each<[string, PlacedCall, number, unknown]>([
    ['no answer advances the run', NO_ANSWER, 1, { count: 2, stop: false }],
    ['the x-th stops', NO_ANSWER, 2, { count: 3, stop: true }],
    ['busy leaves it', BUSY, 2, undefined],
    ['a technical failure leaves it', UNAVAILABLE, 2, undefined],
    ['a call that never left leaves it', NOT_INVITED, 2, undefined],
    ['an answer ends it', answered(), 2, { count: 0, stop: false }],
  ])('%s', (_name, call, unanswered, expected) => {
    expect(decide(facts({ unanswered }), call).unanswered).toEqual(expected);
  });

  it('in the UTC hour of the INVITE, else of the claim', () => {
    expect(decide(facts(), BUSY).hour.toISOString()).toBe('2026-11-23T10:00:00.000Z');
    expect(decide(facts(), NOT_INVITED).hour.toISOString()).toBe('2026-11-23T09:00:00.000Z');
  });
});

describe('a phone that may still ring', () => {
  const until = new Date(NOW.getTime() + 185_000);
  const lost: PlacedCall = {
    ...NO_ANSWER,
    end: { result: 'platform', reason: 'sip-server-lost' },
    mayRingUntil: until.toISOString(),
  };

  it('is called by nobody before it has stopped, and its contact not sooner', () => {
    const decision = decideCommit({ facts: facts(), placed: lost, now: NOW });
    expect(decision.ringsUntil).toEqual(until);
    expect(decision.contact).toMatchObject({ next: 'retry', dueAt: until });
  });

  it('leaves a later retry where it is', () => {
    const soon = { ...lost, mayRingUntil: new Date(NOW.getTime() + 1_000).toISOString() };
    const decision = decideCommit({ facts: facts(), placed: soon, now: NOW });
    expect(decision.contact).toMatchObject({ next: 'retry', dueAt: due(30) });
  });
});

describe('a status chosen by a person', () => {
  it('replaces the one that follows from the call, and is signed', () => {
    const decision = decide(facts(), NO_ANSWER, { status: 'opted-out', by: 'ana' });
    expect(decision).toMatchObject({ status: { code: 'opted-out' }, statusBy: 'ana', doNotCall: true });
  });
  it('that does not exist changes nothing: the commit must come through', () => {
    const decision = decide(facts(), NO_ANSWER, { status: 'nonsense', by: 'ana' });
    expect(decision.status.code).toBe('no-answer');
    expect(decision.statusBy).toBeUndefined();
  });
  it('by a menu that names a status this site has not falls back to what was heard', () => {
    const call = answered({ promptMs: 1, heardMs: 1, heardInFull: true, key: '4', keyStatus: 'nonsense' });
    expect(decide(facts(), call).status.code).toBe('message-heard');
  });
});

describe('what a call says of its trunk', () => {
  it.each<[CallResult, EndReason, boolean, string]>([
    ['carrier', 'unavailable', false, 'unavailable'],
    ['carrier', 'no-response', false, 'unavailable'],
    ['carrier', 'forbidden', false, 'technical'],
    ['customer', 'busy', false, 'ok'],
    ['platform', 'edge-lost', false, 'none'],
    ['platform', 'media-lost', true, 'ok'],
  ])('%s/%s answered=%s is %s', (result, reason, wasAnswered, signal) => {
    expect(trunkSignal({ result, reason }, wasAnswered)).toBe(signal);
  });
});
