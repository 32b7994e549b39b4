import { stampVia, type Envelope } from './envelope.ts';
import { splitList, withTag } from './name-addr.ts';
import type { Header, SipRequest, SipResponse } from './types.ts';
import { headerOf } from './types.ts';

/** RFC 3261 §8.1.1.6. */
export const MAX_FORWARDS = 70;

/** The few reason phrases the server itself needs. */
const REASONS: Readonly<Record<number, string>> = {
  100: 'Trying',
  200: 'OK',
  400: 'Bad Request',
  408: 'Request Timeout',
  410: 'Gone',
  413: 'Request Entity Too Large',
  414: 'Request-URI Too Long',
  416: 'Unsupported URI Scheme',
  481: 'Call Leg/Transaction Does Not Exist',
  482: 'Loop Detected',
  483: 'Too Many Hops',
  487: 'Request Terminated',
  491: 'Request Pending',
  500: 'Server Internal Error',
  501: 'Not Implemented',
  503: 'Service Unavailable',
  504: 'Server Time-out',
  505: 'Version Not Supported',
  513: 'Message Too Large',
};

/** A header to write; `key` is derived where it is needed. */
export type Field = readonly [name: string, value: string];

/** Writes a request and returns it in the same shape a received one has. */
export function buildRequest(
  method: string,
  uri: string,
  fields: readonly Field[],
  body: string,
): SipRequest {
  const raw = render(`${method} ${uri} SIP/2.0`, fields, body);
  return { kind: 'request', method, uri, headers: fields.map(toHeader), body, raw };
}

export function buildResponse(
  status: number,
  reason: string | undefined,
  fields: readonly Field[],
  body: string,
): SipResponse {
  const phrase = reason === undefined || reason === '' ? (REASONS[status] ?? 'Unknown') : reason;
  const raw = render(`SIP/2.0 ${status} ${phrase}`, fields, body);
  return { kind: 'response', status, reason: phrase, headers: fields.map(toHeader), body, raw };
}

/** A request as it came in, with the source it came from. */
export interface Arrived {
  readonly message: SipRequest;
  readonly envelope: Envelope;
  readonly address: string;
  readonly port: number;
}

/** What an answer copies from its request: Via (stamped with the source), From, To, Call-ID, CSeq (RFC 3261 §8.2.6.2). */
export function echoedFields(arrived: Arrived, toTag: string | undefined): Field[] {
  const { envelope } = arrived;
  const to = toTag === undefined || envelope.toTag !== undefined ? envelope.to : withTag(envelope.to, toTag);
  const [, ...lowerVias] = envelope.vias;
  return [
    ['Via', stampVia(envelope.via, arrived.address, arrived.port)],
    ...lowerVias.map((via): Field => ['Via', via]),
    ['From', envelope.from],
    ['To', to],
    ['Call-ID', envelope.callId],
    ['CSeq', `${envelope.seq} ${envelope.method}`],
  ];
}

/** An answer of the server's own, without a body. */
export function plainResponse(
  arrived: Arrived,
  status: number,
  toTag?: string,
  extra: readonly Field[] = [],
): SipResponse {
  return buildResponse(status, undefined, [...echoedFields(arrived, toTag), ...extra], '');
}

/** A final answer to our own request that no peer sent (time-out, unreachable): RFC 3261 §8.1.3.1. */
export function syntheticResponse(request: SipRequest, status: number, why: string): SipResponse {
  const copied = ['via', 'from', 'to', 'call-id', 'cseq'];
  const fields = request.headers
    .filter((header) => copied.includes(header.key))
    .map((header): Field => [header.name, header.value]);
  return buildResponse(status, undefined, [...fields, ['Warning', `399 sip-server "${why}"`]], '');
}

/** ACK for a final answer other than 2xx: same Via, Route and CSeq number as the INVITE (RFC 3261 §17.1.1.3). */
export function failureAck(invite: SipRequest, response: SipResponse): SipRequest {
  return followUp(invite, 'ACK', headerOf(response, 'to') ?? headerOf(invite, 'to') ?? '');
}

/** CANCEL of a pending INVITE (RFC 3261 §9.1). */
export function cancelOf(invite: SipRequest): SipRequest {
  return followUp(invite, 'CANCEL', headerOf(invite, 'to') ?? '');
}

/** All entries of a list header over all its lines. */
export function listOf(message: { readonly headers: readonly Header[] }, key: string): string[] {
  return message.headers.filter((header) => header.key === key).flatMap((header) => splitList(header.value));
}

function followUp(invite: SipRequest, method: string, to: string): SipRequest {
  const seq = (headerOf(invite, 'cseq') ?? '1').split(/\s/)[0] ?? '1';
  const fields: Field[] = [
    ['Via', headerOf(invite, 'via') ?? ''],
    ['Max-Forwards', String(MAX_FORWARDS)],
    ...listOf(invite, 'route').map((route): Field => ['Route', route]),
    ['From', headerOf(invite, 'from') ?? ''],
    ['To', to],
    ['Call-ID', headerOf(invite, 'call-id') ?? ''],
    ['CSeq', `${seq} ${method}`],
  ];
  return buildRequest(method, invite.uri, fields, '');
}

function render(startLine: string, fields: readonly Field[], body: string): string {
  let text = `${startLine}\r\n`;
  for (const [name, value] of fields) text += `${name}: ${value}\r\n`;
  return `${text}Content-Length: ${body.length}\r\n\r\n${body}`;
}

function toHeader([name, value]: Field): Header {
  return { name, key: name.toLowerCase(), value };
}
