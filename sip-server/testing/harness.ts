import { connect, type Socket } from 'node:net';
import Srf from 'drachtio-srf';
import { createSipServer, type SipServer, type SipServerOptions } from '../server.ts';
import type { App } from './app.ts';

export const SECRET = 'a secret of the test';

/** A server on ports of the system's choice; closed by whoever made it. */
export interface TestServer extends SipServer {
  readonly udpPort: number;
  readonly tcpPort: number;
  readonly wsPort: number;
}

export async function startServer(options: Partial<SipServerOptions> = {}): Promise<TestServer> {
  const anyPort = { host: '127.0.0.1', port: 0 };
  const server = await createSipServer({
    secret: SECRET,
    admin: { port: 0 },
    udp: anyPort,
    tcp: anyPort,
    ws: anyPort,
    ...options,
  });
  const port = (protocol: string) =>
    server.contacts.find((contact) => contact.protocol === protocol)?.port ?? 0;
  return { ...server, udpPort: port('udp'), tcpPort: port('tcp'), wsPort: port('ws') };
}

/** A drachtio-srf application connected to the server. */
export async function connectSrf(server: SipServer): Promise<App> {
  const srf = new Srf() as unknown as App;
  srf.on('error', () => {});
  await new Promise<void>((resolve, reject) => {
    srf.on('connect', (error: Error | null) => (error ? reject(error) : resolve()));
    srf.connect({ host: '127.0.0.1', port: server.adminPort, secret: SECRET });
  });
  return srf;
}

/** Polls until the condition holds; fails after a deadline with what was awaited. */
export async function eventually(what: string, holds: () => boolean, withinMs = 30_000): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`never happened: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** An application that speaks the admin protocol by hand. */
export interface RawApp {
  readonly socket: Socket;
  /** Payloads received. */
  readonly payloads: string[];
  readonly closed: () => boolean;
  send(payload: string): void;
  sendRaw(text: string): void;
  /** Waits for a payload that fits. */
  take(what: string, fits: (payload: string) => boolean): Promise<string>;
}

export async function connectRaw(server: SipServer, { authenticate = true } = {}): Promise<RawApp> {
  const socket = connect(server.adminPort, '127.0.0.1');
  const payloads: string[] = [];
  let pending = '';
  let closed = false;
  socket.on('close', () => (closed = true));
  socket.on('error', () => (closed = true));
  socket.on('data', (chunk) => {
    pending += chunk.toString('latin1');
    for (let hash = pending.indexOf('#'); hash > 0; hash = pending.indexOf('#')) {
      const end = hash + 1 + Number(pending.slice(0, hash));
      if (pending.length < end) return;
      payloads.push(pending.slice(hash + 1, end));
      pending = pending.slice(end);
    }
  });
  const app: RawApp = {
    socket,
    payloads,
    closed: () => closed,
    sendRaw: (text) => void socket.write(text, 'latin1'),
    send: (payload) => void socket.write(`${Buffer.byteLength(payload, 'latin1')}#${payload}`, 'latin1'),
    async take(what, fits) {
      await eventually(what, () => payloads.some(fits));
      const index = payloads.findIndex(fits);
      return payloads.splice(index, 1)[0] ?? '';
    },
  };
  if (authenticate) {
    app.send(`auth|authenticate|${SECRET}|`);
    await app.take('authentication', (payload) => payload.includes('|auth|OK|'));
  }
  return app;
}

/** `sip` command with a new INVITE to a peer; Call-ID and From tag are `id`, hence the dialog id is known. */
export function inviteCommand(
  msgId: string,
  id: string,
  peerPort: number,
  { body = '', route = '', host = '127.0.0.1', params = '' } = {},
): string {
  const type = body === '' ? '' : 'Content-Type: application/sdp\r\n';
  return (
    `${msgId}|sip||${route === '' ? '' : `|${route}`}\r\nINVITE sip:callee@${host}:${peerPort}${params} SIP/2.0\r\n` +
    `From: <sip:caller@localhost>;tag=${id}\r\nCall-ID: ${id}\r\n${type}\r\n${body}`
  );
}

/** Dialog id of a call that `inviteCommand` began. */
export function dialogOf(id: string): string {
  return `${id};from-tag=${id}`;
}

/** Token of a payload's first line, e.g. 8 for the transaction id of a report. */
export function tokenOf(payload: string, index: number): string {
  return (payload.split('\r\n', 1)[0] ?? '').split('|')[index] ?? '';
}

/** Fits a `sip` report whose message starts so. */
export function reports(start: string, source = 'network'): (payload: string) => boolean {
  return (payload) =>
    payload.includes(`|sip|${source}|`) && (payload.split('\r\n')[1] ?? '').startsWith(start);
}

/** Fits the answer to a command. */
export function answers(msgId: string, word = ''): (payload: string) => boolean {
  return (payload) => payload.includes(`|response|${msgId}|${word}`);
}
