import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { parseMessage } from '../message/parse.ts';
import { headerOf, type SipMessage, type SipRequest } from '../message/types.ts';

/** How long a test waits for a message before it fails. */
const PATIENCE_MS = 5_000;

/** A SIP endpoint on UDP whose every message the test writes itself. */
export interface Peer {
  readonly port: number;
  /** All that came in, in order. */
  readonly received: readonly SipMessage[];
  /** The next message, not yet taken, that fits; fails after a deadline. */
  take(what: string, fits?: (message: SipMessage) => boolean): Promise<SipMessage>;
  takeRequest(method: string): Promise<SipRequest>;
  takeStatus(status: number, method?: string): Promise<SipMessage>;
  send(text: string, port: number): void;
  close(): void;
}

export async function createPeer(): Promise<Peer> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const received: SipMessage[] = [];
  const untaken: SipMessage[] = [];
  const wakers = new Set<() => void>();
  socket.on('message', (bytes) => {
    const parsed = parseMessage(bytes.toString('latin1'), 'content-length');
    if (!parsed.ok) return;
    received.push(parsed.message);
    untaken.push(parsed.message);
    for (const wake of wakers) wake();
  });
  const take: Peer['take'] = async (what, fits = () => true) => {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const index = untaken.findIndex(fits);
      const [found] = index < 0 ? [] : untaken.splice(index, 1);
      if (found) return found;
      if (Date.now() > deadline)
        throw new Error(`no ${what} came; got: ${received.map(startOf).join(' | ')}`);
      await nextOrTimeout(wakers, deadline - Date.now() + 1);
    }
  };
  return {
    port: socket.address().port,
    received,
    take,
    takeRequest: async (method) =>
      (await take(
        method,
        (message) => message.kind === 'request' && message.method === method,
      )) as SipRequest,
    takeStatus: (status, method) =>
      take(String(status), (message) => {
        const fits = message.kind === 'response' && message.status === status;
        return fits && (method === undefined || (headerOf(message, 'cseq') ?? '').endsWith(method));
      }),
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
    headers = [`Contact: <sip:peer@127.0.0.1:${peerPort}>`],
    body = '',
  }: Partial<{
    uri: string;
    callId: string;
    branch: string;
    seq: number;
    fromTag: string;
    to: string;
    headers: string[];
    body: string;
  }> = {},
): string {
  const lines = [
    `${method} ${uri} SIP/2.0`,
    `Via: SIP/2.0/UDP 127.0.0.1:${peerPort};branch=${branch};rport`,
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

function startOf(message: SipMessage): string {
  return message.kind === 'request' ? message.method : String(message.status);
}

function nextOrTimeout(wakers: Set<() => void>, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      wakers.delete(done);
      resolve();
    }
    wakers.add(done);
  });
}
