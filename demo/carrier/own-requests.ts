/**
 * Requests that the called side sends in its dialog: to the caller's Contact, through the recorded route (RFC 3261 §12.2.1.1).
 * @module
 */
import { randomBytes } from 'node:crypto';
import {
  addressOf,
  header,
  message,
  sequenceOf,
  uriOf,
  type Peer,
  type SipRequest,
  type SipResponse,
} from './sip-text.ts';

export interface OwnRequests {
  /** Where they go. */
  target: Peer;
  /** The text of the next one; its CSeq is one higher. */
  request(method: 'BYE' | 'INVITE', content?: { contact: string; sdp: string }): string;
  /** For the final response to an INVITE of ours: of the same transaction unless it was accepted (§17.1.1.3, §13.2.2.4). */
  ack(response: SipResponse): string;
}

export function createOwnRequests(dialog: {
  /** The one that opened the dialog, and whom it came from. */
  invite: SipRequest;
  from: Peer;
  toTag: string;
  local: Peer;
}): OwnRequests {
  const { invite, toTag, local } = dialog;
  const routes = invite.headers.get('record-route') ?? [];
  const uri = uriOf(header(invite, 'contact')) || uriOf(header(invite, 'from'));
  let sequence = 0;
  const text = (
    line: { method: string; sequence: number; via: string },
    content?: { contact: string; sdp: string },
  ): string =>
    message(`${line.method} ${uri} SIP/2.0`, [
      `Via: ${line.via}`,
      ...routes.map((route) => `Route: ${route}`),
      `From: ${header(invite, 'to')};tag=${toTag}`,
      `To: ${header(invite, 'from')}`,
      `Call-ID: ${header(invite, 'call-id')}`,
      `CSeq: ${line.sequence} ${line.method}`,
      'Max-Forwards: 70',
      ...(content ? [`Contact: ${content.contact}`, 'Content-Type: application/sdp'] : []),
      `Content-Length: ${Buffer.byteLength(content?.sdp ?? '')}`,
    ]) + (content?.sdp ?? '');
  const newVia = (): string =>
    `SIP/2.0/UDP ${local.address}:${local.port};branch=z9hG4bK${randomBytes(8).toString('hex')};rport`;
  return {
    target: addressOf(uriOf(routes[0] ?? '')) ?? addressOf(uri) ?? dialog.from,
    request: (method, content) => {
      sequence += 1;
      return text({ method, sequence, via: newVia() }, content);
    },
    ack: (response) => {
      const via = response.status < 300 ? newVia() : header(response, 'via');
      return text({ method: 'ACK', sequence: sequenceOf(response), via });
    },
  };
}
