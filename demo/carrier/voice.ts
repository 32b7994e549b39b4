/**
 * The customer's voice: RTP with G.711 A-law (RFC 3551) and key presses (RFC 4733). One clock for all calls: a timer for
 * each would cost more than the packets.
 * @module
 */
import { createSocket, type Socket } from 'node:dgram';
import { randomInt } from 'node:crypto';
import { FRAME_SAMPLES, MUSIC, speechOf, TONES, type Sound } from './sounds.ts';

const FRAME_MS = 20;
const PCMA = 8;
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
  /** Music instead of the customer, and back. */
  music(on: boolean): void;
  /** Ends the sending and gives the counts; the port is free afterwards. */
  close(): { sent: number; received: number };
}

export interface VoiceClock {
  /** @param speech what the customer says, A-law at 8 kHz; tones when absent */
  open(speech?: Buffer): Promise<Voice>;
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
    open: (speech) => openVoice(address, lines, speech ? speechOf(speech) : TONES),
    stop: () => clearInterval(timer),
  };
}

async function openVoice(address: string, lines: Set<Line>, words: Sound): Promise<Voice> {
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
  const stream = createStream(socket, words);
  return {
    port: socket.address().port,
    talk: (remote, eventType) => {
      stream.aim(remote, eventType);
      lines.add(stream);
    },
    press: (digit) => stream.press(digit),
    music: (on) => stream.say(on ? MUSIC : words),
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
  say(sound: Sound): void;
  sent(): number;
}

function createStream(socket: Socket, first: Sound): Stream {
  const ssrc = randomInt(2 ** 32);
  let sequence = randomInt(2 ** 16);
  let timestamp = randomInt(2 ** 32);
  let sound = first;
  /** Of the sound; each begins where it was left. */
  const frames = new Map<Sound, number>();
  let marked = false;
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
    say: (next) => {
      sound = next;
    },
    sent: () => sent,
    tick: () => {
      if (key) sendKey(key);
      else {
        const frame = frames.get(sound) ?? 0;
        frames.set(sound, frame + 1);
        send({ type: PCMA, marker: !marked, timestamp, payload: sound(frame) });
        marked = true;
      }
      timestamp = (timestamp + FRAME_SAMPLES) % 2 ** 32;
    },
  };
}
