import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { headerOf, type SipRequest } from '../message/types.ts';
import { createInbox, type Inbox } from './inbox.ts';

/** A SIP endpoint on UDP whose every message the test writes itself. */
export interface Peer extends Pick<Inbox, 'received' | 'take' | 'takeRequest' | 'takeStatus'> {
  readonly port: number;
  send(text: string, port: number): void;
  close(): void;
}

export async function createPeer(): Promise<Peer> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const inbox = createInbox();
  socket.on('message', (bytes) => inbox.put(bytes.toString('latin1')));
  return {
    ...inbox,
    port: socket.address().port,
    send: (text, port) => socket.send(Buffer.from(text, 'latin1'), port, '127.0.0.1'),
    close: () => socket.close(),
  };
}

/** A response to a request, as the peer would write it. */
export function reply(
  request: SipRequest,
  status: number,
  { tag = 'peer', headers = [], body = '' }: { tag?: string; headers?: string[]; body?: string } = {},
): string {
  const copied = request.headers
    .filter((header) => ['via', 'from', 'call-id', 'cseq', 'record-route'].includes(header.key))
    .map((header) => `${header.name}: ${header.value}`);
  const to = headerOf(request, 'to') ?? '';
  const lines = [
    `SIP/2.0 ${status} Whatever`,
    ...copied,
    `To: ${to.includes('tag=') || status === 100 ? to : `${to};tag=${tag}`}`,
    ...headers,
    `Content-Length: ${body.length}`,
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

let counter = 0;

/** A request outside or inside a dialog, as the peer would write it. */
export function ask(
  method: string,
  peerPort: number,
  {
    uri = 'sip:desk@127.0.0.1',
    callId = `call-${process.pid}-${++counter}`,
    branch = `z9hG4bKpeer${++counter}`,
    seq = 1,
    fromTag = 'caller',
    to = '<sip:desk@127.0.0.1>',
    via = `SIP/2.0/UDP 127.0.0.1:${peerPort}`,
    headers = [`Contact: <sip:peer@127.0.0.1:${peerPort}>`],
    body = '',
  }: Partial<{
    uri: string;
    callId: string;
    branch: string;
    seq: number;
    fromTag: string;
    to: string;
    via: string;
    headers: string[];
    body: string;
  }> = {},
): string {
  const lines = [
    `${method} ${uri} SIP/2.0`,
    `Via: ${via};branch=${branch};rport`,
    'Max-Forwards: 70',
    `From: <sip:peer@127.0.0.1>;tag=${fromTag}`,
    `To: ${to}`,
    `Call-ID: ${callId}`,
    `CSeq: ${seq} ${method}`,
    ...headers,
    `Content-Length: ${body.length}`,
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

/** Session description that any test may use. */
export const SDP = [
  'v=0',
  'o=- 1 1 IN IP4 127.0.0.1',
  's=-',
  'c=IN IP4 127.0.0.1',
  't=0 0',
  'm=audio 40000 RTP/AVP 8',
  'a=sendrecv',
  '',
].join('\r\n');
