import { once } from 'node:events';
import { WebSocket, type ClientOptions } from 'ws';
import { ask } from './peer.ts';
import { createInbox, type Inbox } from './inbox.ts';

/** What a browser calls itself (RFC 7118 §5): it has no address that anybody could use. */
export const BROWSER_VIA = 'SIP/2.0/WS df7jal23ls0d.invalid';

/** A SIP endpoint on a WebSocket whose every message the test writes itself. */
export interface Browser extends Pick<Inbox, 'received' | 'take' | 'takeRequest' | 'takeStatus'> {
  readonly socket: WebSocket;
  /** Of its end of the connection. */
  readonly port: number;
  /** Whole frames that are no SIP message: answers to keep-alives. */
  readonly others: readonly string[];
  /** Close code, once closed. */
  readonly closed: () => number | undefined;
  send(text: string): void;
  close(): void;
}

export async function createBrowser(
  wsPort: number,
  { protocol = 'sip', ...options }: ClientOptions & { protocol?: string } = {},
): Promise<Browser> {
  const socket = new WebSocket(`ws://127.0.0.1:${wsPort}`, protocol, options);
  const inbox = createInbox();
  const others: string[] = [];
  let code: number | undefined;
  let port = 0;
  socket.on('upgrade', (response) => (port = response.socket.localPort ?? 0));
  socket.on('close', (closeCode) => (code = closeCode));
  socket.on('message', (data) => {
    const text = (data as Buffer).toString('latin1');
    if (text.trim() === '') others.push(text);
    else inbox.put(text);
  });
  await once(socket, 'open');
  socket.on('error', () => {});
  return {
    ...inbox,
    socket,
    port,
    others,
    closed: () => code,
    send: (text) => socket.send(Buffer.from(text, 'latin1'), { binary: false }),
    close: () => socket.terminate(),
  };
}

/** The Contact of a browser of this name. */
export function browserContact(name: string): string {
  return `sip:${name}@192d7k.invalid;transport=ws`;
}

/** A REGISTER as browsers write it. */
export function register(
  name: string,
  { callId = `register-${name}`, seq = 1, expires = 600, contact = `<${browserContact(name)}>` } = {},
): string {
  return ask('REGISTER', 0, {
    uri: 'sip:apel.example',
    via: BROWSER_VIA,
    callId,
    branch: `z9hG4bK${callId}${seq}`,
    seq,
    to: '<sip:agent@apel.example>',
    headers: [`Contact: ${contact}`, `Expires: ${expires}`],
  });
}
