import { MAX_HEADERS, MAX_HEADER_BYTES, MAX_MESSAGE_BYTES, MAX_URI_BYTES } from './limits.ts';
import type { Header, SipMessage, SipRequest } from './types.ts';
import { headerOf } from './types.ts';

/**
 * Outcome of reading a message. A request that is wrong but whose header fields could be told apart comes
 * back as `answerable`, so that the sender can be given the status (RFC 3261 §18.3, §21.4.1).
 */
export type ParseResult =
  | { readonly ok: true; readonly message: SipMessage }
  | {
      readonly ok: false;
      readonly problem: string;
      readonly status: number;
      readonly answerable?: SipRequest;
    };

/**
 * `content-length`: the body is what the header says (network).
 * `rest`: the body is all that follows the blank line (admin protocol; drachtio-srf counts characters, not bytes).
 */
export type BodyRule = 'content-length' | 'rest';

/** RFC 3261 §7.3.3 and the registry's later one-letter forms. */
const COMPACT: Readonly<Record<string, string>> = {
  a: 'Accept-Contact',
  b: 'Referred-By',
  c: 'Content-Type',
  d: 'Request-Disposition',
  e: 'Content-Encoding',
  f: 'From',
  i: 'Call-ID',
  j: 'Reject-Contact',
  k: 'Supported',
  l: 'Content-Length',
  m: 'Contact',
  o: 'Event',
  r: 'Refer-To',
  s: 'Subject',
  t: 'To',
  u: 'Allow-Events',
  v: 'Via',
  x: 'Session-Expires',
  y: 'Identity',
};

const TOKEN = /^[A-Za-z0-9\-.!%*_+`'~]+$/;
const REQUEST_LINE = /^([A-Za-z0-9\-.!%*_+`'~]{1,64}) (\S+) SIP\/(\d+\.\d+)$/;
/** Meant as a request line, but with spaces where none may be (RFC 4475 §3.1.2.8 to §3.1.2.10). */
const SPACED_REQUEST_LINE = /^([A-Za-z0-9\-.!%*_+`'~]{1,64}) .*SIP\/(\d+\.\d+) *$/;
/** `scheme:` and something; without brackets, quotes and controls (RFC 3261 §25.1 Request-URI). */
const REQUEST_URI = /^[A-Za-z][A-Za-z0-9+.-]*:[^\s<>"]+$/;
/** What a call can be made to; `tel:` is for the application to understand. */
const SCHEMES = /^(?:sips?|tel):/i;
const STATUS_LINE = /^SIP\/2\.0 ([1-6]\d\d)(?: (.*))?$/;
/**
 * A CR or LF that is not part of CRLF would let one field smuggle another. Other control characters stand only in a
 * quoted-pair (RFC 3261 §25.1); elsewhere they make drachtio-srf's parser throw.
 */
// eslint-disable-next-line no-control-regex
const STRAY_CONTROL = /\r(?!\n)|(?<!\r)\n|(?<!\\)[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/;

/** Reads one SIP message from a binary string. Never throws; linear in the length of the text. */
export function parseMessage(text: string, bodyRule: BodyRule): ParseResult {
  if (text.length > MAX_MESSAGE_BYTES) return bad('message too large', 513);
  const headEnd = text.indexOf('\r\n\r\n');
  if (headEnd < 0) return bad('no blank line after the header fields');
  const head = text.slice(0, headEnd);
  if (STRAY_CONTROL.test(head)) return bad('stray control character');
  const lines = unfold(head);
  const read = readHeaders(lines);
  const rest = text.slice(headEnd + 4);
  const start = readStartLine(lines[0] ?? '');
  if (!start) return bad('malformed start line');
  const message = { ...start, headers: read.headers, body: rest, raw: text } as SipMessage;
  const answerable = message.kind === 'request' ? { answerable: message } : {};
  if (read.problem) return { ok: false, problem: read.problem, status: 400, ...answerable };
  const wrong = start.kind === 'request' ? requestLineProblem(start, bodyRule) : undefined;
  if (wrong) return { ok: false, ...wrong, ...answerable };
  if (bodyRule === 'rest') return { ok: true, message };
  return cutBody(message, rest, answerable);
}

/** Long spelling of a one-letter header name, or the name itself. */
export function longName(name: string): string {
  return name.length === 1 ? (COMPACT[name.toLowerCase()] ?? name) : name;
}

/** The message with every compact header name spelled out; applications need not know the one-letter forms. */
export function withLongNames(message: SipMessage): string {
  if (!message.headers.some((header) => header.name.length === 1)) return message.raw;
  const startLine = message.raw.slice(0, message.raw.indexOf('\r\n'));
  const fields = message.headers.map((header) => `${longName(header.name)}: ${header.value}\r\n`).join('');
  return `${startLine}\r\n${fields}\r\n${message.body}`;
}

function bad(problem: string, status = 400): ParseResult {
  return { ok: false, problem, status };
}

/** Joins continuation lines to the field they continue (RFC 3261 §7.3.1). */
function unfold(head: string): string[] {
  const lines = head.split('\r\n');
  if (!/\r\n[ \t]/.test(head)) return lines;
  const unfolded: string[] = [];
  for (const line of lines) {
    const folds = line.startsWith(' ') || line.startsWith('\t');
    if (folds && unfolded.length > 1) unfolded.push(`${unfolded.pop()} ${line.trim()}`);
    else unfolded.push(line);
    if ((unfolded.at(-1) ?? '').length > MAX_HEADER_BYTES) break;
  }
  return unfolded;
}

function readHeaders(lines: readonly string[]): { headers: Header[]; problem?: string } {
  const headers: Header[] = [];
  let problem: string | undefined;
  for (let i = 1; i < lines.length; i++) {
    const line = lines[i] ?? '';
    if (headers.length >= MAX_HEADERS) {
      problem = 'too many header fields';
      break;
    }
    const colon = line.indexOf(':');
    const name = colon > 0 ? line.slice(0, colon).trimEnd() : '';
    if (!TOKEN.test(name)) problem = 'malformed header field';
    else if (line.length > MAX_HEADER_BYTES) problem = 'header field too long';
    else headers.push({ name, key: longName(name).toLowerCase(), value: line.slice(colon + 1).trim() });
  }
  return problem ? { headers, problem } : { headers };
}

function readStartLine(line: string) {
  const status = STATUS_LINE.exec(line);
  if (status) return { kind: 'response' as const, status: Number(status[1]), reason: status[2] ?? '' };
  const request = REQUEST_LINE.exec(line);
  const [, method = '', uri = '', version = ''] = request ?? [];
  if (request) return { kind: 'request' as const, method, uri, version };
  const spaced = SPACED_REQUEST_LINE.exec(line);
  return spaced
    ? { kind: 'request' as const, method: spaced[1] ?? '', uri: '', version: spaced[2] ?? '' }
    : undefined;
}

/** Why a request line is refused, and with which status (RFC 3261 §8.2.2.1, §21.4, §21.5). */
function requestLineProblem({ uri, version }: { uri: string; version: string }, bodyRule: BodyRule) {
  if (version !== '2.0') return { problem: 'unsupported SIP version', status: 505 };
  if (uri.length > MAX_URI_BYTES) return { problem: 'request URI too long', status: 414 };
  // What an application asks for is its own business, as long as it can be sent.
  if (bodyRule === 'rest' && uri !== '') return undefined;
  if (!REQUEST_URI.test(uri)) return { problem: 'malformed request URI', status: 400 };
  if (!SCHEMES.test(uri)) return { problem: 'unsupported URI scheme', status: 416 };
  // Header fields in a request URI may not stand there, and must never become real ones (RFC 4475 §3.1.2.11).
  if (/^sips?:/i.test(uri) && uri.includes('?', uri.indexOf('@') + 1))
    return { problem: 'header fields in the request URI', status: 400 };
  return undefined;
}

function cutBody(message: SipMessage, rest: string, answerable: { answerable?: SipRequest }): ParseResult {
  const declared = headerOf(message, 'content-length');
  if (declared === undefined) return { ok: true, message };
  const length = /^\d{1,9}$/.test(declared) ? Number(declared) : -1;
  if (length > MAX_MESSAGE_BYTES)
    return { ok: false, problem: 'message too large', status: 513, ...answerable };
  if (length < 0 || length > rest.length)
    return { ok: false, problem: 'Content-Length does not fit the message', status: 400, ...answerable };
  if (length === rest.length) return { ok: true, message };
  const raw = message.raw.slice(0, message.raw.length - rest.length + length);
  return { ok: true, message: { ...message, body: rest.slice(0, length), raw } };
}
