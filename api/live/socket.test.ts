import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import type { LiveServerMessage, LiveSnapshot } from '../../contracts/http/live.ts';
import type { Role } from '../../contracts/model/role.ts';
import { createLiveSocket } from './socket.ts';
import type { WatchListener, Watches } from './watches.ts';

/** A socket whose buffer the test fills. */
class PretendedSocket extends EventEmitter {
  bufferedAmount = 0;
  sent: LiveServerMessage[] = [];
  closedWith: number | null = null;
  terminated = false;
  send(text: string): void {
    this.sent.push(JSON.parse(text) as LiveServerMessage);
  }
  close(code: number): void {
    this.closedWith = code;
  }
  terminate(): void {
    this.terminated = true;
  }
  ping(): void {}
}

function snapshotOf(callsInProgress: number): LiveSnapshot {
  return {
    callsInProgress,
    calls: [{ callId: 'a', number: '+40722000001' }],
  } as unknown as LiveSnapshot;
}

function setUp(role: Role = 'supervisor') {
  const ws = new PretendedSocket();
  let listener: WatchListener = () => {};
  let stopped = 0;
  const watches: Watches = {
    watch: (_campaign, given) => {
      listener = given;
      return () => {
        stopped += 1;
      };
    },
    close: () => {},
  };
  const session = { role, grants: [] } as unknown as Parameters<typeof createLiveSocket>[1];
  const socket = createLiveSocket(ws as unknown as WebSocket, session, watches);
  const receive = (message: unknown) => ws.emit('message', Buffer.from(JSON.stringify(message)), false);
  return {
    ws,
    socket,
    receive,
    tell: (event: Parameters<WatchListener>[0]) => listener(event),
    stopped: () => stopped,
  };
}

function update(n: number): Parameters<WatchListener>[0] {
  return { type: 'update', snapshot: snapshotOf(n), changes: { callsInProgress: n } };
}

describe('a live socket', () => {
  it('folds what a slow browser missed into one snapshot', () => {
    const { ws, socket, receive, tell } = setUp();
    receive({ type: 'subscribe', campaign: 'oradea' });
    tell({ type: 'snapshot', snapshot: snapshotOf(0) });
    ws.bufferedAmount = 10_000_000;
    for (let n = 1; n <= 100; n += 1) tell(update(n));
    socket.flush();
    expect(ws.sent).toHaveLength(1);
    ws.bufferedAmount = 0;
    socket.flush();
    expect(ws.sent.slice(1)).toEqual([
      expect.objectContaining({ type: 'snapshot', sequence: 2, snapshot: snapshotOf(100) }),
    ]);
    tell(update(101));
    expect(ws.sent[2]).toMatchObject({ type: 'update', sequence: 3 });
  });

  it('sends a whole snapshot with the first change after a gap', () => {
    const { ws, receive, tell } = setUp();
    receive({ type: 'subscribe', campaign: 'oradea' });
    ws.bufferedAmount = 10_000_000;
    tell(update(1));
    ws.bufferedAmount = 0;
    tell(update(2));
    expect(ws.sent).toEqual([expect.objectContaining({ type: 'snapshot', snapshot: snapshotOf(2) })]);
  });

  it('stops its watch when it closes, and hears nothing of the campaign before', () => {
    const { ws, receive, stopped } = setUp();
    receive({ type: 'subscribe', campaign: 'oradea' });
    receive({ type: 'subscribe', campaign: 'cluj' });
    expect(stopped()).toBe(1);
    ws.emit('close');
    expect(stopped()).toBe(2);
  });

  it('is cut when a ping is not answered', () => {
    const { ws, socket } = setUp();
    socket.ping();
    ws.emit('pong');
    socket.ping();
    expect(ws.terminated).toBe(false);
    socket.ping();
    expect(ws.terminated).toBe(true);
  });

  it('closes on a flood of messages', () => {
    const { ws, receive } = setUp();
    for (let i = 0; i < 30; i += 1) receive({ type: 'unsubscribe' });
    expect(ws.closedWith).toBeNull();
    receive({ type: 'unsubscribe' });
    expect(ws.closedWith).toBe(1008);
  });

  it('hides numbers from a role that may not see them', () => {
    const { ws, receive, tell } = setUp('management');
    receive({ type: 'subscribe', campaign: 'oradea' });
    tell({ type: 'snapshot', snapshot: snapshotOf(1) });
    expect(JSON.stringify(ws.sent)).not.toContain('+407');
  });
});
