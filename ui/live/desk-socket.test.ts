import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Desk } from '../../contracts/http/desk.ts';
import { deskOf } from '../dev/desk-scenarios.ts';
import { createDeskSocket, type DeskSocket } from './desk-socket.ts';
import { FakeLine } from './testing/fake-line.ts';

const desk = deskOf('available', 'here', Date.parse('2026-11-21T10:00:00Z'));

let lines: FakeLine[];
let heard: Desk[];
let answer: () => Promise<Desk>;
let socket: DeskSocket;
const last = (): FakeLine => lines.at(-1) as FakeLine;
const goLive = (): void => {
  socket.connect();
  last().opens();
  last().says({ type: 'desk', desk });
};

beforeEach(() => {
  vi.useFakeTimers();
  lines = [];
  heard = [];
  answer = () => Promise.resolve(desk);
  socket = createDeskSocket({
    random: () => 1,
    onDesk: (next) => heard.push(next),
    ask: () => answer(),
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

it('a desk comes back within a quarter of a second, then each wait is twice as long, never over 8 s', () => {
  goLive();
  last().ends(1006);
  for (const wait of [250, 500, 1_000, 2_000, 4_000, 8_000, 8_000]) {
    vi.advanceTimersByTime(wait - 1);
    const before = lines.length;
    vi.advanceTimersByTime(1);
    expect(lines).toHaveLength(before + 1);
    last().ends(1006);
  }
});

it('a silent line is asked over HTTP, and goes on when the server answers', async () => {
  goLive();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(lines).toHaveLength(1);
  expect([socket.state.value, heard.length]).toEqual(['live', 4]);
});

it('a silent line whose server does not answer is dead', async () => {
  answer = () => Promise.reject(new TypeError('Failed to fetch'));
  goLive();
  await vi.advanceTimersByTimeAsync(20_000);
  expect([socket.state.value, lines[0]?.closed]).toEqual(['reconnecting', true]);
});

it('an answer that comes after the line was lost does not count for the next one', async () => {
  let give: (desk: Desk) => void = () => undefined;
  answer = () => new Promise((resolve) => (give = resolve));
  goLive();
  await vi.advanceTimersByTimeAsync(20_000);
  last().ends(1006);
  give(desk);
  await vi.advanceTimersByTimeAsync(0);
  expect([socket.state.value, heard.length]).toEqual(['reconnecting', 1]);
});

it('another desk has taken over: stopped, until told to connect', () => {
  goLive();
  last().ends(4410);
  vi.advanceTimersByTime(60_000);
  expect([socket.state.value, socket.stopped.value, lines.length]).toEqual(['stopped', 'taken-over', 1]);
  socket.connect();
  expect([socket.state.value, socket.stopped.value, lines.length]).toEqual(['connecting', undefined, 2]);
});
