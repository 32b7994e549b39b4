/**
 * The sound of a customer's phone: hears RTP on a port, talks a tone back to wherever it comes from, presses keys.
 * @module
 */
import { createSocket, type RemoteInfo } from 'node:dgram';
import { decodeAlaw, decodeUlaw, encodeAlaw } from '../recording/g711.ts';
import { startFrameClock } from './frame-clock.ts';
import { tone } from './tones.ts';

const FRAME = 160;
const PCMA = 8;
const TELEPHONE_EVENT = 101;
/** 20 s of packets. */
const MAX_SOUND = 1_000;

export interface TestPhone {
  port: number;
  /** Payload types of the packets heard, most recent last. */
  heard(): readonly number[];
  /** Synchronisation sources heard: a second one is somebody else's sound. */
  ssrcs(): ReadonlySet<number>;
  /** `Date.now()` of the first packet of the source that came last; 0: nothing was heard. */
  newestSourceAt(): number;
  /** Since the last packet was heard. */
  quietMs(): number;
  /** Speaks first, instead of waiting until something is heard. */
  talkTo(port: number): void;
  /** The call is over: nothing is sent until something is heard again. A port that is talked to may be somebody else's by now. */
  fallSilent(): void;
  /** What was heard since a moment of `Date.now()`, G.711 only, packets one after the other. */
  soundSince(ms: number): Int16Array;
  /** RFC 4733 events heard since the beginning, each once. */
  events(): readonly number[];
  /** Sends one RFC 4733 event with its end, once the far end's address is known. */
  press(key: number): void;
  close(): Promise<void>;
}

export interface TestPhoneOptions {
  /** Hz; a phone without a tone is silent. */
  frequency?: number;
  payloadType?: number;
  encode?: (sample: number) => number;
}

export async function createPhone(options: TestPhoneOptions = {}): Promise<TestPhone> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const heard: number[] = [];
  const ssrcs = new Set<number>();
  let newestSourceAt = 0;
  const payloadType = options.payloadType ?? PCMA;
  let lastHeardAt = Infinity;
  let peer: Pick<RemoteInfo, 'address' | 'port'> | undefined;
  const sound: { at: number; samples: Int16Array }[] = [];
  const events: number[] = [];
  let lastEvent = -1;
  let sequence = 1;
  let timestamp = 1_000_000;
  const send = (type: number, marker: boolean, payload: Uint8Array, at = timestamp): void => {
    if (!peer) return;
    const header = Buffer.alloc(12);
    header[0] = 0x80;
    header[1] = (marker ? 0x80 : 0) | type;
    header.writeUInt16BE(sequence++ & 0xffff, 2);
    header.writeUInt32BE(at, 4);
    header.writeUInt32BE(0x1234_5678, 8);
    socket.send(Buffer.concat([header, payload]), peer.port, peer.address);
  };
  socket.on('message', (packet, from) => {
    peer = from;
    lastHeardAt = Date.now();
    const source = packet.length >= 12 ? packet.readUInt32BE(8) : undefined;
    if (source !== undefined && !ssrcs.has(source)) newestSourceAt = lastHeardAt;
    if (source !== undefined) ssrcs.add(source);
    const type = (packet[1] ?? 0) & 0x7f;
    if (heard.length < 10_000) heard.push(type);
    const payload = packet.subarray(12);
    if (type === PCMA || type === 0) {
      sound.push({ at: lastHeardAt, samples: type === PCMA ? decodeAlaw(payload) : decodeUlaw(payload) });
      if (sound.length > MAX_SOUND) sound.shift();
    }
    const start = packet.length >= 12 ? packet.readUInt32BE(4) : 0;
    if (type === TELEPHONE_EVENT && start !== lastEvent) {
      lastEvent = start;
      events.push(payload[0] ?? 0);
    }
  });
  const wave = tone(options.frequency ?? 0, 8_000);
  let at = 0;
  const stopClock = startFrameClock(() => {
    timestamp += FRAME;
    at = (at + FRAME) % wave.length;
    if (!peer || options.frequency === undefined) return;
    const encode = options.encode ?? encodeAlaw;
    const payload = Uint8Array.from({ length: FRAME }, (_, index) => encode(wave[(at + index) % 8_000] ?? 0));
    send(payloadType, false, payload);
  });
  return {
    port: socket.address().port,
    heard: () => heard,
    ssrcs: () => ssrcs,
    newestSourceAt: () => newestSourceAt,
    quietMs: () => Date.now() - lastHeardAt,
    talkTo: (port) => {
      peer = { address: '127.0.0.1', port };
    },
    fallSilent: () => {
      peer = undefined;
    },
    soundSince: (ms) => {
      const heardSince = sound.filter((one) => one.at >= ms).map((one) => one.samples);
      const all = new Int16Array(heardSince.reduce((sum, samples) => sum + samples.length, 0));
      let offset = 0;
      for (const samples of heardSince) {
        all.set(samples, offset);
        offset += samples.length;
      }
      return all;
    },
    events: () => events,
    press: (key) => {
      const start = timestamp;
      const event = (end: boolean, duration: number): Uint8Array =>
        Uint8Array.of(key, (end ? 0x80 : 0) | 10, duration >> 8, duration & 0xff);
      send(TELEPHONE_EVENT, true, event(false, 160), start);
      send(TELEPHONE_EVENT, false, event(false, 800), start);
      for (let copy = 0; copy < 3; copy++) send(TELEPHONE_EVENT, false, event(true, 1_600), start);
    },
    close: () => {
      stopClock();
      return new Promise((resolve) => socket.close(() => resolve()));
    },
  };
}

const ULAW = decodeUlaw(Uint8Array.from({ length: 256 }, (_, code) => code));

/** Nearest mu-law code, by search: tests have the time. */
export function encodeUlaw(sample: number): number {
  let best = 0;
  for (let code = 1; code < 256; code++) {
    if (Math.abs((ULAW[code] ?? 0) - sample) < Math.abs((ULAW[best] ?? 0) - sample)) best = code;
  }
  return best;
}
