/**
 * The customer's voice: RTP with G.711 A-law (RFC 3551) and key presses (RFC 4733). One clock for all calls: a timer for
 * each would cost more than the packets.
 * @module
 */
import { createSocket, type Socket } from 'node:dgram';
import { randomInt } from 'node:crypto';

const FRAME_MS = 20;
const FRAME_SAMPLES = 160;
const PCMA = 8;
/** A-law of a zero sample. */
const SILENCE = Buffer.alloc(FRAME_SAMPLES, 0xd5);
/** 400 Hz: 20 ms hold eight whole periods, so that the same frame repeats without a click. */
const TONE = toneFrame(400, 8_000);
/** "Alo?", a pause, and again: 0.8 s of tone every 2 s. */
const TALK_FRAMES = 40;
const TALK_PERIOD_FRAMES = 100;
/** RFC 4733 §2.5.1.3: a key of 160 ms, its end sent three times. */
const KEY_FRAMES = 8;
const KEY_END_REPEATS = 3;
/** Behind by more than this the machine was stopped: skip, do not send a burst. */
const MAX_BEHIND_FRAMES = 10;

export interface Voice {
  port: number;
  /** Starts sending. `eventType` is the payload type of telephone-event, where the caller offered it. */
  talk(remote: { address: string; port: number }, eventType: number | undefined): void;
  press(digit: string): void;
  /** Ends the sending and gives the counts; the port is free afterwards. */
  close(): { sent: number; received: number };
}

export interface VoiceClock {
  open(): Promise<Voice>;
  stop(): void;
}

interface Line {
  tick(): void;
}

export function createVoiceClock(address: string): VoiceClock {
  const lines = new Set<Line>();
  const started = performance.now();
  let frames = 0;
  const timer = setInterval(() => {
    const due = Math.floor((performance.now() - started) / FRAME_MS);
    frames = Math.max(frames, due - MAX_BEHIND_FRAMES);
    for (; frames < due; frames += 1) for (const line of lines) line.tick();
  }, FRAME_MS / 2);
  return {
    open: () => openVoice(address, lines),
    stop: () => clearInterval(timer),
  };
}

async function openVoice(address: string, lines: Set<Line>): Promise<Voice> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(0, address, () => resolve());
  });
  socket.removeAllListeners('error');
  // "Port unreachable" after the other side has hung up.
  socket.on('error', () => undefined);
  let received = 0;
  socket.on('message', (packet) => {
    if (packet.length >= 12 && (packet[0] ?? 0) >> 6 === 2) received += 1;
  });
  const stream = createStream(socket);
  return {
    port: socket.address().port,
    talk: (remote, eventType) => {
      stream.aim(remote, eventType);
      lines.add(stream);
    },
    press: (digit) => stream.press(digit),
    close: () => {
      lines.delete(stream);
      socket.close();
      return { sent: stream.sent(), received };
    },
  };
}

interface Stream extends Line {
  aim(remote: { address: string; port: number }, eventType: number | undefined): void;
  press(digit: string): void;
  sent(): number;
}

function createStream(socket: Socket): Stream {
  const ssrc = randomInt(2 ** 32);
  let sequence = randomInt(2 ** 16);
  let timestamp = randomInt(2 ** 32);
  let frame = 0;
  let sent = 0;
  let remote: { address: string; port: number } | undefined;
  let eventPayload: number | undefined;
  let key: { code: number; frame: number; startedAt: number } | undefined;

  const send = (packet: { type: number; marker: boolean; timestamp: number; payload: Buffer }): void => {
    if (!remote) return;
    const head = Buffer.alloc(12);
    head[0] = 0x80;
    head[1] = (packet.marker ? 0x80 : 0) | packet.type;
    head.writeUInt16BE(sequence, 2);
    head.writeUInt32BE(packet.timestamp, 4);
    head.writeUInt32BE(ssrc, 8);
    socket.send(Buffer.concat([head, packet.payload]), remote.port, remote.address, () => undefined);
    sequence = (sequence + 1) % 2 ** 16;
    sent += 1;
  };
  const sendKey = (pressed: NonNullable<typeof key>): void => {
    pressed.frame += 1;
    const over = pressed.frame >= KEY_FRAMES;
    const payload = Buffer.alloc(4);
    payload[0] = pressed.code;
    payload[1] = (over ? 0x80 : 0) | 10;
    payload.writeUInt16BE(Math.min(pressed.frame, KEY_FRAMES) * FRAME_SAMPLES, 2);
    send({ type: eventPayload ?? 101, marker: pressed.frame === 1, timestamp: pressed.startedAt, payload });
    if (pressed.frame >= KEY_FRAMES + KEY_END_REPEATS - 1) key = undefined;
  };
  return {
    aim: (to, eventType) => {
      remote = to;
      eventPayload = eventType;
    },
    press: (digit) => {
      const code = '0123456789*#'.indexOf(digit);
      if (code >= 0 && eventPayload !== undefined) key = { code, frame: 0, startedAt: timestamp };
    },
    sent: () => sent,
    tick: () => {
      if (key) sendKey(key);
      else {
        const talking = frame % TALK_PERIOD_FRAMES < TALK_FRAMES;
        send({ type: PCMA, marker: frame === 0, timestamp, payload: talking ? TONE : SILENCE });
      }
      frame += 1;
      timestamp = (timestamp + FRAME_SAMPLES) % 2 ** 32;
    },
  };
}

function toneFrame(hertz: number, amplitude: number): Buffer {
  const frame = Buffer.alloc(FRAME_SAMPLES);
  for (let i = 0; i < FRAME_SAMPLES; i += 1) {
    frame[i] = toAlaw(Math.round(amplitude * Math.sin((2 * Math.PI * hertz * i) / 8_000)));
  }
  return frame;
}

/** ITU-T G.711, table 1a, from a 16-bit sample. */
export function toAlaw(sample: number): number {
  const sign = sample >= 0 ? 0x80 : 0;
  const magnitude = Math.min(sample >= 0 ? sample : -sample - 1, 32_767) >> 3;
  if (magnitude < 32) return (sign | (magnitude >> 1)) ^ 0x55;
  const exponent = 31 - Math.clz32(magnitude) - 4;
  return (sign | (exponent << 4) | ((magnitude >> exponent) & 0x0f)) ^ 0x55;
}
