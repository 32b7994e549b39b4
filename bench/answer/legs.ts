/**
 * The SIP of phones that are called: rings, answers, repeats what UDP may lose, is hung up.
 * @module
 */
import { createSocket, type RemoteInfo } from 'node:dgram';
import { once } from 'node:events';
import { bodyOf, headerOf, responseTo } from '../support/sip-text.ts';

export interface Leg {
  /** SIP Call-ID. */
  callId: string;
  /** User part of the request URI. */
  called: string;
  header(name: string): string;
  /** Where the caller wants the sound: of the INVITE, or of the ACK where that had no SDP. */
  offered: string;
  ring(): void;
  /** 200, again until it is acknowledged. */
  accept(sdp: string): void;
}

export interface LegHandlers {
  onInvite(leg: Leg): void;
  /** Its ACK came. */
  onConfirmed(leg: Leg): void;
  /** BYE or CANCEL. */
  onEnded(leg: Leg): void;
}

/** RFC 3261 §13.3.1.4. */
const T1_MS = 500;

/** @returns the UDP port on which all of them are called, and how many calls they are in */
export async function takeCalls(handlers: LegHandlers): Promise<{ port: number; open(): number }> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 4_000_000 });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  const legs = new Map<string, Leg & { confirm(): void; cancel(): void }>();
  const send = (text: string, to: RemoteInfo): void =>
    socket.send(text, to.port, to.address, () => undefined);

  const legOf = (invite: string, from: RemoteInfo, callId: string) => {
    let pending: string | undefined;
    const extra = `Contact: <sip:phone@127.0.0.1:${port}>\r\n`;
    const answer = (status: string, sdp?: string): string => {
      const type = sdp === undefined ? '' : 'Content-Type: application/sdp\r\n';
      const text = responseTo(invite, { status, tag: 'phone', extra: extra + type, body: sdp ?? '' });
      send(text, from);
      return text;
    };
    const again = (): void => {
      if (pending === undefined) return;
      send(pending, from);
      setTimeout(again, T1_MS);
    };
    return {
      callId,
      called: /^INVITE sips?:([^@]+)@/.exec(invite)?.[1] ?? '',
      offered: bodyOf(invite),
      header: (name: string) => headerOf(invite, name),
      ring: () => void answer('180 Ringing'),
      accept: (sdp: string) => {
        pending = answer('200 OK', sdp);
        setTimeout(again, T1_MS);
      },
      confirm: () => {
        pending = undefined;
      },
      cancel: () => void answer('487 Request Terminated'),
    };
  };
  const end = (callId: string): void => {
    const leg = legs.get(callId);
    if (!leg) return;
    leg.confirm();
    legs.delete(callId);
    handlers.onEnded(leg);
  };

  socket.on('message', (datagram, from) => {
    const text = datagram.toString('latin1');
    const callId = headerOf(text, 'call-id');
    const leg = legs.get(callId);
    switch (text.slice(0, text.indexOf(' '))) {
      case 'INVITE': {
        // A repeat: what answers it is on its way, or comes again by itself.
        if (leg) return;
        const fresh = legOf(text, from, callId);
        legs.set(callId, fresh);
        return handlers.onInvite(fresh);
      }
      case 'ACK': {
        if (!leg) return;
        leg.confirm();
        if (leg.offered === '') leg.offered = bodyOf(text);
        return handlers.onConfirmed(leg);
      }
      case 'CANCEL':
      case 'BYE':
        send(responseTo(text, { status: '200 OK', tag: 'phone' }), from);
        if (text.startsWith('CANCEL ')) leg?.cancel();
        return end(callId);
      case 'OPTIONS':
        return send(responseTo(text, { status: '200 OK', tag: 'phone' }), from);
    }
  });
  return { port, open: () => legs.size };
}
