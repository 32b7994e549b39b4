/**
 * Just enough of SIP's text form for a carrier that answers calls. Written apart from `sip-server/` on purpose: a witness
 * must not share the defects of what it watches.
 * @module
 */
export interface SipRequest {
  kind: 'request';
  method: string;
  uri: string;
  headers: Headers;
  body: string;
}

export interface SipResponse {
  kind: 'response';
  status: number;
  headers: Headers;
}

export interface Peer {
  address: string;
  port: number;
}

/** Values by lower-case long name, in their order. */
type Headers = ReadonlyMap<string, readonly string[]>;

/** RFC 3261 §7.3.3. */
const COMPACT: Readonly<Record<string, string>> = {
  v: 'via',
  f: 'from',
  t: 'to',
  i: 'call-id',
  m: 'contact',
  l: 'content-length',
  c: 'content-type',
};
const MAX_HEADERS = 200;
/** What a carrier cannot do without. */
const NEEDED = ['via', 'from', 'to', 'call-id', 'cseq'];

/** Undefined for anything that is not a whole SIP message: it is dropped, as UDP garbage is. */
export function parseSip(text: string): SipRequest | SipResponse | undefined {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [startLine = '', ...lines] = text
    .slice(0, end)
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n');
  const headers = parseHeaders(lines);
  if (!headers || NEEDED.some((name) => !headers.has(name))) return undefined;
  const response = /^SIP\/2\.0 (\d{3}) /.exec(`${startLine} `);
  if (response) return { kind: 'response', status: Number(response[1]), headers };
  const request = /^([A-Z]+) (\S+) SIP\/2\.0$/.exec(startLine);
  if (!request?.[1] || !request[2]) return undefined;
  return { kind: 'request', method: request[1], uri: request[2], headers, body: text.slice(end + 4) };
}

function parseHeaders(lines: readonly string[]): Headers | undefined {
  if (lines.length > MAX_HEADERS) return undefined;
  const headers = new Map<string, string[]>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon < 1) return undefined;
    const written = line.slice(0, colon).trim().toLowerCase();
    const name = COMPACT[written] ?? written;
    const values = headers.get(name);
    if (values) values.push(line.slice(colon + 1).trim());
    else headers.set(name, [line.slice(colon + 1).trim()]);
  }
  return headers;
}

export function header(message: { headers: Headers }, name: string): string {
  return message.headers.get(name)?.[0] ?? '';
}

/** Branch of the topmost Via: names the transaction (RFC 3261 §17.2.3). */
export function branchOf(message: { headers: Headers }): string {
  return /;\s*branch=([^;,\s]+)/i.exec(header(message, 'via'))?.[1] ?? '';
}

/** Tag of a From or To value, empty when there is none. */
export function tagOf(value: string): string {
  return /;\s*tag=([^;,\s]+)/i.exec(value)?.[1] ?? '';
}

/** Number of the CSeq header. */
export function sequenceOf(message: { headers: Headers }): number {
  return Number.parseInt(header(message, 'cseq'), 10);
}

/** User part of a SIP or tel URI: the number as it was dialed. */
export function userOf(uri: string): string {
  return /^(?:sips?|tel):([^@;>]+)/i.exec(uri)?.[1] ?? '';
}

/** `<sip:…>` out of a name-addr, or the value itself. */
export function uriOf(value: string): string {
  return /<([^>]+)>/.exec(value)?.[1] ?? value.split(';')[0]?.trim() ?? '';
}

/** Address of a URI when it is an IPv4 address, as all of a demo's are; undefined for names. */
export function addressOf(uri: string): Peer | undefined {
  const match = /^sips?:(?:[^@]*@)?(\d+\.\d+\.\d+\.\d+)(?::(\d+))?/i.exec(uri);
  return match?.[1] ? { address: match[1], port: Number(match[2] ?? 5060) } : undefined;
}

export interface ResponseParts {
  request: SipRequest;
  status: number;
  reason: string;
  toTag: string;
  contact?: string;
  sdp?: string;
}

/** RFC 3261 §8.2.6: Via, From, To, Call-ID, CSeq and Record-Route as they came. */
export function responseText(parts: ResponseParts): string {
  const { request, sdp = '' } = parts;
  const copied = ['via', 'record-route', 'from', 'call-id', 'cseq'].flatMap((name) =>
    (request.headers.get(name) ?? []).map((value) => `${WRITTEN[name] ?? name}: ${value}`),
  );
  const to = header(request, 'to');
  const tagged = tagOf(to) || parts.status === 100 ? to : `${to};tag=${parts.toTag}`;
  return (
    message(`SIP/2.0 ${parts.status} ${parts.reason}`, [
      ...copied,
      `To: ${tagged}`,
      ...(parts.contact ? [`Contact: ${parts.contact}`] : []),
      ...(sdp ? ['Content-Type: application/sdp'] : []),
      `Content-Length: ${Buffer.byteLength(sdp)}`,
    ]) + sdp
  );
}

const WRITTEN: Readonly<Record<string, string>> = {
  via: 'Via',
  'record-route': 'Record-Route',
  from: 'From',
  'call-id': 'Call-ID',
  cseq: 'CSeq',
};

/** Start line and headers, with the empty line. */
export function message(startLine: string, headers: readonly string[]): string {
  return `${startLine}\r\n${headers.join('\r\n')}\r\n\r\n`;
}
