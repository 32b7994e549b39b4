/**
 * Inputs and results of calls for workflow tests.
 * @module
 */
import type { EdgeRef } from '../../contracts/model/call.ts';
import type { PlacedCall } from '../../contracts/model/placed-call.ts';
import type { CallToStart } from '../../temporal-config/start-call.ts';

let last = 0;

/** A call of its own each time: own contact, own edge epoch (and so its own queue). */
export function testCall(change: Partial<CallToStart> = {}): CallToStart {
  last += 1;
  return {
    callId: `00000000-0000-4000-8000-${String(last).padStart(12, '0')}`,
    kind: 'robot',
    edge: { node: 'edge-test', epoch: last },
    contactId: last,
    attempt: 2,
    campaign: { name: 'oradea', label: 'Oradea' },
    listId: 7,
    priority: true,
    ...change,
  };
}

/** An answered call whose prompt was heard in full. */
export function answeredCall(edge: EdgeRef): PlacedCall {
  return {
    end: { result: 'success', reason: 'hang-up-by-us', sipStatus: 200 },
    edge,
    invitedAt: '2026-11-23T08:00:00.000Z',
    ringingAt: '2026-11-23T08:00:01.000Z',
    answeredAt: '2026-11-23T08:00:05.000Z',
    endedAt: '2026-11-23T08:00:25.000Z',
    talkMs: 20_000,
    robot: { promptMs: 18_000, heardMs: 18_000, heardInFull: true },
    recording: {
      state: 'ready',
      path: '2026/11/23/call.wav',
      sha256: '0'.repeat(64),
      durationMs: 20_000,
      bytes: 320_058,
    },
    timeline: [{ at: '2026-11-23T08:00:00.000Z', kind: 'invite' }],
  };
}
