/**
 * A carrier for load: answers every INVITE at once. Far less than `demo/carrier` does for a call, so that it is not what
 * limits; it repeats what UDP may lose (RFC 3261 §13.3.1.4, §17.1.2) and counts each INVITE once by its branch.
 * @module
 */
import { createSocket, type RemoteInfo } from 'node:dgram';
import { once } from 'node:events';
import { branchOf, headerOf, responseTo } from './sip-text.ts';

export interface AnsweringCarrierOptions {
  /** Hangs up with the ACK; otherwise the caller does. */
  hangsUp: boolean;
}

export interface CarrierCounts {
  /** Initial INVITEs, each counted once however often it was repeated. */
  invites: number;
  /** Confirmed by an ACK. */
  answered: number;
  /** Ended by a BYE of either side that was answered. */
  ended: number;
  /** Datagrams that came again. */
  repeats: number;
}

export interface AnsweringCarrier {
  port: number;
  counts(): CarrierCounts;
  close(): void;
}

interface Call {
  branch: string;
  stage: 'answering' | 'talking' | 'hanging-up' | 'over';
  /** Sent again until it is answered. */
  pending: string;
  waitMs: number;
  dueAt: number;
  to: RemoteInfo;
  invite: string;
}

/** RFC 3261 §17.1.1.1. */
const T1_MS = 500;
const T2_MS = 4_000;
/** Calls that are over are remembered this long for repeats of their BYE. */
const LINGER_MS = 5_000;
const TICK_MS = 100;

const SDP_LINES = ['v=0', 'o=load 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0'];

/** @param rtpPort where the caller's audio goes; nobody need listen there */
export async function startAnsweringCarrier(
  options: AnsweringCarrierOptions & { rtpPort?: number },
): Promise<AnsweringCarrier> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 4_000_000 });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  const calls = new Map<string, Call>();
  const counts: CarrierCounts = { invites: 0, answered: 0, ended: 0, repeats: 0 };
  const { hangsUp } = options;
  const sdp = [
    ...SDP_LINES,
    `m=audio ${options.rtpPort ?? 9} RTP/AVP 8 101`,
    'a=rtpmap:8 PCMA/8000',
    'a=rtpmap:101 telephone-event/8000',
    '',
  ].join('\r\n');
  const contact = `Contact: <sip:load@127.0.0.1:${port}>\r\n`;

  const send = (text: string, { port: toPort, address }: RemoteInfo): void => {
    socket.send(text, toPort, address, () => undefined);
  };
  const sendUntilAnswered = (call: Call, text: string): void => {
    call.pending = text;
    call.waitMs = T1_MS;
    call.dueAt = Date.now() + T1_MS;
    send(text, call.to);
  };
  const end = (call: Call): void => {
    if (call.stage === 'over') return;
    call.stage = 'over';
    call.pending = '';
    call.dueAt = Date.now() + LINGER_MS;
    counts.ended += 1;
  };

  const onInvite = (text: string, from: RemoteInfo, callId: string): void => {
    const known = calls.get(callId);
    const branch = branchOf(text);
    if (known) {
      counts.repeats += 1;
      if (known.branch === branch && known.stage === 'answering') send(known.pending, from);
      return;
    }
    counts.invites += 1;
    const call: Call = {
      branch,
      stage: 'answering',
      pending: '',
      waitMs: T1_MS,
      dueAt: 0,
      to: from,
      invite: text,
    };
    calls.set(callId, call);
    const extra = `${contact}Content-Type: application/sdp\r\n`;
    sendUntilAnswered(call, responseTo(text, { status: '200 OK', tag: 'load', extra, body: sdp }));
  };
  const onAck = (callId: string): void => {
    const call = calls.get(callId);
    if (call?.stage !== 'answering') return;
    counts.answered += 1;
    call.stage = 'talking';
    call.pending = '';
    if (!hangsUp) return;
    call.stage = 'hanging-up';
    sendUntilAnswered(call, byeOf(call.invite, port));
  };
  const onBye = (text: string, from: RemoteInfo, callId: string): void => {
    send(responseTo(text, { status: '200 OK' }), from);
    const call = calls.get(callId);
    if (call) end(call);
  };

  socket.on('message', (datagram, from) => {
    const text = datagram.toString('latin1');
    const callId = headerOf(text, 'call-id');
    if (text.startsWith('INVITE ')) onInvite(text, from, callId);
    else if (text.startsWith('ACK ')) onAck(callId);
    else if (text.startsWith('BYE ')) onBye(text, from, callId);
    else if (text.startsWith('CANCEL ')) send(responseTo(text, { status: '200 OK' }), from);
    else if (text.startsWith('SIP/2.0 2')) {
      const call = calls.get(callId);
      if (call?.stage === 'hanging-up') end(call);
    }
  });
  const timer = setInterval(() => {
    const now = Date.now();
    for (const [callId, call] of calls) {
      if (call.dueAt === 0 || call.dueAt > now) continue;
      if (call.stage === 'over') calls.delete(callId);
      else if (call.pending !== '') {
        send(call.pending, call.to);
        call.waitMs = Math.min(call.waitMs * 2, T2_MS);
        call.dueAt = now + call.waitMs;
      }
    }
  }, TICK_MS);

  return {
    port,
    counts: () => ({ ...counts }),
    close: () => {
      clearInterval(timer);
      socket.close();
    },
  };
}

/** Our own BYE in the dialog that the INVITE made. */
function byeOf(invite: string, port: number): string {
  const target = /<([^>]+)>/.exec(headerOf(invite, 'contact'))?.[1] ?? '';
  const callId = headerOf(invite, 'call-id');
  return (
    `BYE ${target} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:${port};branch=z9hG4bK-bye-${callId};rport\r\n` +
    `Max-Forwards: 70\r\nFrom: ${headerOf(invite, 'to')};tag=load\r\nTo: ${headerOf(invite, 'from')}\r\n` +
    `Call-ID: ${callId}\r\nCSeq: 1 BYE\r\nContent-Length: 0\r\n\r\n`
  );
}
