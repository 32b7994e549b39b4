/**
 * The simulated carrier: a UDP socket, the calls on it, and the record.
 * @module
 */
import { createSocket } from 'node:dgram';
import { behaviourOf, type Behaviour } from './behaviour.ts';
import { createCall, type Call, type Ringing } from './call.ts';
import {
  branchOf,
  header,
  parseSip,
  responseText,
  tagOf,
  userOf,
  type Peer,
  type SipRequest,
  type SipResponse,
} from './sip-text.ts';
import { createVoiceClock } from './voice.ts';
import type { Witness } from './witness.ts';

export interface Carrier {
  port: number;
  callsInProgress(): number;
  close(): Promise<void>;
}

/** A demo needs a few dozen; beyond this somebody is testing how it breaks. */
const MAX_CALLS = 2_000;

export async function startCarrier(options: {
  address: string;
  port: number;
  witness: Witness;
  /** What the customer of a dialed number does; by its last two digits when absent. */
  behaviour?: (dialed: string) => Behaviour;
  /** Voices of customers, A-law at 8 kHz; each number always has the same. Tones when empty. */
  speech?: readonly Buffer[];
  /** How long phones ring that nobody answers or cancels. */
  ringing?: Ringing;
}): Promise<Carrier> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(options.port, options.address, () => resolve());
  });
  socket.removeAllListeners('error');
  socket.on('error', () => undefined);
  const local: Peer = { address: options.address, port: socket.address().port };
  const send = (text: string, to: Peer): void => {
    socket.send(text, to.port, to.address, () => undefined);
  };
  const voices = createVoiceClock(options.address);
  const switchboard = createSwitchboard({
    local,
    send,
    voices,
    witness: options.witness,
    behaviour: options.behaviour ?? behaviourOf,
    speech: options.speech ?? [],
    ...(options.ringing && { ringing: options.ringing }),
  });
  socket.on('message', (datagram, from) => {
    try {
      const parsed = parseSip(datagram.toString('utf8'));
      if (parsed) switchboard.receive(parsed, { address: from.address, port: from.port });
    } catch {
      // Whatever anybody sends, the other calls go on.
    }
  });
  return {
    port: local.port,
    callsInProgress: () => switchboard.count(),
    close: async () => {
      switchboard.dropAll();
      voices.stop();
      await new Promise<void>((resolve) => socket.close(() => resolve()));
    },
  };
}

interface Switchboard {
  receive(message: SipRequest | SipResponse, from: Peer): void;
  count(): number;
  dropAll(): void;
}

function createSwitchboard(deps: {
  local: Peer;
  send: (text: string, to: Peer) => void;
  voices: ReturnType<typeof createVoiceClock>;
  witness: Witness;
  behaviour: (dialed: string) => Behaviour;
  speech: readonly Buffer[];
  ringing?: Ringing;
}): Switchboard {
  /** By Call-ID. */
  const calls = new Map<string, Call>();

  const reply = (request: SipRequest, from: Peer, status: number, reason: string): void =>
    deps.send(responseText({ request, status, reason, toTag: 'carrier' }), from);

  const invite = (request: SipRequest, from: Peer): void => {
    const callId = header(request, 'call-id');
    const known = calls.get(callId);
    if (known?.branch === branchOf(request)) return known.repeat();
    if (tagOf(header(request, 'to'))) {
      return known ? known.reinvite(request) : reply(request, from, 481, 'Call Does Not Exist');
    }
    const dialed = userOf(request.uri);
    deps.witness.write({ event: 'invite', callId, dialed });
    // RFC 3261 §8.2.2.2: the same request by another path. In the record it stays a second INVITE.
    if (known) return reply(request, from, 482, 'Loop Detected');
    if (calls.size >= MAX_CALLS) {
      deps.witness.write({ event: 'final', callId, status: 503 });
      return reply(request, from, 503, 'Service Unavailable');
    }
    const onOver = (): void => void calls.delete(callId);
    const { local, send, voices, witness } = deps;
    const speech = deps.speech[Number(dialed.replace(/\D/g, '').slice(0, -2)) % deps.speech.length];
    const call = createCall(request, from, deps.behaviour(dialed), {
      local,
      send,
      voices,
      witness,
      onOver,
      ...(speech && { speech }),
      ...(deps.ringing && { ringing: deps.ringing }),
    });
    calls.set(callId, call);
  };
  const request = (received: SipRequest, from: Peer): void => {
    const call = calls.get(header(received, 'call-id'));
    switch (received.method) {
      case 'INVITE':
        return invite(received, from);
      case 'ACK':
        return call?.ack(received);
      case 'CANCEL':
        return call && call.branch === branchOf(received)
          ? call.cancel(received)
          : reply(received, from, 481, 'Call Does Not Exist');
      case 'BYE':
        return call ? call.bye(received, from) : reply(received, from, 481, 'Call Does Not Exist');
      case 'OPTIONS':
      case 'REGISTER':
      case 'INFO':
        return reply(received, from, 200, 'OK');
      default:
        return reply(received, from, 501, 'Not Implemented');
    }
  };
  return {
    receive: (message, from) => {
      if (message.kind === 'request') request(message, from);
      else calls.get(header(message, 'call-id'))?.response(message);
    },
    count: () => calls.size,
    dropAll: () => {
      for (const call of calls.values()) call.drop();
      calls.clear();
    },
  };
}
