/// <reference types="node" />
/**
 * Answers every REGISTER with 200 and what it asked for (RFC 3261 §10.3), so that the page's phone says it is connected.
 * No calls, no digest: whoever needs those runs a site.
 * @module
 */
import type { WebSocket } from 'ws';

export function startFixtureRegistrar(socket: WebSocket): void {
  socket.on('message', (data: Buffer) => {
    const lines = data.toString('utf8').split('\r\n');
    if (!lines[0]?.startsWith('REGISTER ')) return;
    const of = (name: string): string[] =>
      lines.filter((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}:`));
    const contact = of('Contact')[0] ?? 'Contact: <sip:none@apel>';
    const answer = [
      'SIP/2.0 200 OK',
      ...of('Via'),
      ...of('From'),
      ...of('To').map((line) => (line.includes(';tag=') ? line : `${line};tag=fixture`)),
      ...of('Call-ID'),
      ...of('CSeq'),
      contact.includes('expires=') ? contact : `${contact};expires=120`,
      'Content-Length: 0',
      '',
      '',
    ].join('\r\n');
    socket.send(answer);
  });
}
