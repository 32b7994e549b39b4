import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LiveServerMessage } from '../../contracts/http/live.ts';
import { liveSnapshot } from '../dev/fixtures.ts';
import { createLiveSocket, type LiveSocket } from './socket.ts';
import { FakeLine } from './testing/fake-line.ts';

const CAMPAIGN = 'oradea';
const snapshot = liveSnapshot(CAMPAIGN, Date.parse('2026-11-21T10:00:00Z'), { numbers: true });

let lines: FakeLine[];
let socket: LiveSocket;
const last = (): FakeLine => lines.at(-1) as FakeLine;
const say = (message: LiveServerMessage): void => last().says(message);

beforeEach(() => {
  vi.useFakeTimers();
  lines = [];
  socket = createLiveSocket({
    campaign: CAMPAIGN,
    random: () => 1,
    open: () => {
      lines.push(new FakeLine());
      return last() as unknown as WebSocket;
    },
  });
});
afterEach(() => {
  socket.close();
  vi.useRealTimers();
});

function goLive(): void {
  socket.connect();
  last().opens();
  say({ type: 'snapshot', campaign: CAMPAIGN, sequence: 1, snapshot });
}

describe('live socket', () => {
  it('subscribes when the line opens and is live with the snapshot', () => {
    goLive();
    expect(last().sent).toEqual([JSON.stringify({ type: 'subscribe', campaign: CAMPAIGN })]);
    expect(socket.state.value).toBe('live');
    expect(socket.snapshot.value?.campaign.name).toBe(CAMPAIGN);
  });

  it('an update replaces whole sections and keeps the others', () => {
    goLive();
    say({ type: 'update', campaign: CAMPAIGN, sequence: 2, changes: { callsInProgress: 3 } });
    expect(socket.snapshot.value?.callsInProgress).toBe(3);
    expect(socket.snapshot.value?.today).toEqual(snapshot.today);
  });

  it('a gap in the sequence is not applied: it subscribes again', () => {
    goLive();
    say({ type: 'update', campaign: CAMPAIGN, sequence: 3, changes: { callsInProgress: 99 } });
    expect(socket.snapshot.value?.callsInProgress).toBe(snapshot.callsInProgress);
    expect(last().sent).toHaveLength(2);
    say({ type: 'update', campaign: CAMPAIGN, sequence: 4, changes: { callsInProgress: 98 } });
    expect(socket.snapshot.value?.callsInProgress).toBe(snapshot.callsInProgress);
    say({
      type: 'snapshot',
      campaign: CAMPAIGN,
      sequence: 1,
      snapshot: { ...snapshot, callsInProgress: 7 },
    });
    expect(socket.snapshot.value?.callsInProgress).toBe(7);
  });

  it('a lost line keeps the old data and comes back by itself, each wait twice as long, never over 15 s', () => {
    goLive();
    last().ends(1006);
    expect(socket.state.value).toBe('reconnecting');
    expect(socket.snapshot.value).toBeDefined();
    for (const wait of [500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000]) {
      const before = lines.length;
      vi.advanceTimersByTime(wait - 1);
      expect(lines).toHaveLength(before);
      vi.advanceTimersByTime(1);
      expect(lines).toHaveLength(before + 1);
      last().ends(1006);
    }
  });

  it('after a good snapshot the first wait is short again', () => {
    goLive();
    last().ends(1006);
    vi.advanceTimersByTime(500);
    last().ends(1006);
    vi.advanceTimersByTime(1_000);
    last().opens();
    say({ type: 'snapshot', campaign: CAMPAIGN, sequence: 1, snapshot });
    last().ends(1001);
    vi.advanceTimersByTime(500);
    expect(lines).toHaveLength(4);
  });

  it('a line that says nothing is asked, and given up when it stays silent', () => {
    goLive();
    vi.advanceTimersByTime(20_000);
    expect(last().sent).toHaveLength(2);
    vi.advanceTimersByTime(6_000);
    expect(socket.state.value).toBe('reconnecting');
    expect(lines[0]?.closed).toBe(true);
  });

  it('"stale" marks the data old until the next snapshot', () => {
    goLive();
    say({ type: 'stale', campaign: CAMPAIGN, sequence: 2, since: null });
    expect(socket.state.value).toBe('stale');
    say({ type: 'snapshot', campaign: CAMPAIGN, sequence: 3, snapshot });
    expect(socket.state.value).toBe('live');
  });

  it.each([
    [4401, 'session'],
    [4403, 'forbidden'],
    [4404, 'notFound'],
    [4409, 'tooMany'],
  ])('close code %i stops it for good (%s)', (code, why) => {
    goLive();
    last().ends(code);
    vi.advanceTimersByTime(60_000);
    expect(lines).toHaveLength(1);
    expect([socket.state.value, socket.stopped.value]).toEqual(['stopped', why]);
  });

  it('rubbish and messages of another campaign are dropped', () => {
    goLive();
    last().hears('{');
    last().hears('null');
    say({ type: 'update', campaign: 'alta', sequence: 2, changes: { callsInProgress: 99 } });
    expect(socket.snapshot.value?.callsInProgress).toBe(snapshot.callsInProgress);
    expect(socket.state.value).toBe('live');
  });

  it('after close nothing happens any more', () => {
    goLive();
    const line = last();
    socket.close();
    line.ends(1006);
    vi.advanceTimersByTime(60_000);
    expect(lines).toHaveLength(1);
  });
});
