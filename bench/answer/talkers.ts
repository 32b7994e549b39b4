/**
 * The sound of all phones, on one clock. Each sends G.711 packets of 20 ms, as a phone does, each at its own moment within
 * the 20 ms; while somebody waits for its sound it sends one every millisecond, so that what is measured is not the grid.
 * The payload says who sent it, in which call and when: ringback, music, silence and other calls are told apart by it.
 * @module
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';

export interface Talker {
  port: number;
  /** Begins to talk, in this call, to a port of the media server; not heard before: a new stream. */
  talk(call: number, to: number): void;
  /** A packet each millisecond instead of each 20 ms. */
  fine: boolean;
  fallSilent(): void;
}

export interface Heard {
  /** Number of the call in which it was said. */
  call: number;
  /** When it was sent, `performance.now()`. */
  sentAt: number;
}

export interface Talkers {
  /** @param onHeard told of packets of our talkers only */
  open(onHeard: (heard: Heard) => void): Promise<Talker>;
  /** The most that the clock was late since the last question: how far it can be believed. */
  lateMs(): number;
}

const GRID_MS = 20;
const HEADER_BYTES = 12;
const FRAME_BYTES = 160;
const PCMA = 8;
/** Below it stand the call (4 bytes) and the time (8 bytes). */
const MAGIC = Buffer.from('APEL says: ');
const CALL_AT = HEADER_BYTES + MAGIC.length;
const SENT_AT = CALL_AT + 4;
/** A-law of 0. */
const SILENCE = 0xd5;
/** A clock that stood still sends no more than this at once. */
const MOST_TICKS = GRID_MS;

interface Stream extends Talker {
  phase: number;
  send(): void;
  talking: boolean;
}

export function createTalkers(): Talkers {
  const streams: Stream[] = [];
  const startedAt = performance.now();
  let tick = 0;
  let late = 0;
  setInterval(() => {
    const now = Math.floor(performance.now() - startedAt);
    late = Math.max(late, now - tick);
    tick = Math.max(tick, now - MOST_TICKS);
    const due = new Set<number>();
    while (tick < now) due.add((tick += 1) % GRID_MS);
    for (const stream of streams) {
      if (stream.talking && (stream.fine || due.has(stream.phase))) stream.send();
    }
  }, 1);
  return {
    open: async (onHeard) => {
      // Spread over the grid: half of them in one moment would be a queue of its own.
      const stream = await openStream((streams.length * 7) % GRID_MS, onHeard);
      streams.push(stream);
      return stream;
    },
    lateMs: () => {
      const most = late;
      late = 0;
      return most;
    },
  };
}

async function openStream(phase: number, onHeard: (heard: Heard) => void): Promise<Stream> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 1_000_000 });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  socket.on('message', (packet) => {
    if (packet.length < SENT_AT + 8 || MAGIC.compare(packet, HEADER_BYTES, CALL_AT) !== 0) return;
    onHeard({ call: packet.readUInt32BE(CALL_AT), sentAt: packet.readDoubleBE(SENT_AT) });
  });
  let [call, to, sequence, ssrc, firstAt] = [0, 0, 0, 0, 0];
  const stream: Stream = {
    port: socket.address().port,
    phase,
    fine: false,
    talking: false,
    talk: (nextCall, port) => {
      if (stream.talking && call === nextCall && to === port) return;
      [call, to, sequence, firstAt] = [nextCall, port, 0, performance.now()];
      ssrc = (Math.random() * 2 ** 32) >>> 0;
      stream.talking = true;
    },
    fallSilent: () => {
      stream.talking = false;
      stream.fine = false;
    },
    send: () => {
      const now = performance.now();
      const packet = Buffer.alloc(HEADER_BYTES + FRAME_BYTES, SILENCE);
      packet[0] = 0x80;
      packet[1] = PCMA;
      packet.writeUInt16BE((sequence += 1) & 0xffff, 2);
      packet.writeUInt32BE(Math.round((now - firstAt) * 8) >>> 0, 4);
      packet.writeUInt32BE(ssrc, 8);
      MAGIC.copy(packet, HEADER_BYTES);
      packet.writeUInt32BE(call, CALL_AT);
      packet.writeDoubleBE(now, SENT_AT);
      socket.send(packet, to, '127.0.0.1', () => undefined);
    },
  };
  return stream;
}
