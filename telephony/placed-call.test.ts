import { expect, it } from 'vitest';
import type { EndReason } from '../contracts/model/call.ts';
import type { JournalEntry } from './journal.ts';
import { placedCallOf } from './placed-call.ts';

const AT = '2026-11-23T08:00:00.000Z';
const INVITE: JournalEntry = { at: AT, kind: 'invite' };
const DIALOG: JournalEntry = {
  at: AT,
  kind: 'dialog',
  confirmed: false,
  dialog: {
    from: '<sip:a@127.0.0.1>;tag=a',
    to: '<sip:b@127.0.0.1>;tag=b',
    target: 'sip:b@127.0.0.1',
    seq: 1,
  },
};

function mayRingUntil(entries: JournalEntry[], reason: EndReason): string | undefined {
  return placedCallOf(entries, {
    edge: { node: 'e', epoch: 1 },
    end: { result: 'platform', reason },
    endedAt: AT,
    recording: { state: 'none', reason: 'not-answered' },
  }).mayRingUntil;
}

it('a phone of which nothing was heard when its INVITE lost its sender may ring for as long as a proxy waits', () => {
  expect(mayRingUntil([INVITE], 'sip-server-lost')).toBe('2026-11-23T08:03:05.000Z');
  expect(mayRingUntil([INVITE], 'edge-lost')).toBe('2026-11-23T08:03:05.000Z');
});

it('a dialog can be ended, what never left cannot ring, and whoever lives has cancelled', () => {
  expect(mayRingUntil([INVITE, DIALOG], 'sip-server-lost')).toBeUndefined();
  expect(mayRingUntil([INVITE, { at: AT, kind: 'not-sent' }], 'sip-server-lost')).toBeUndefined();
  expect(mayRingUntil([], 'edge-lost')).toBeUndefined();
  expect(mayRingUntil([INVITE], 'no-answer')).toBeUndefined();
});
