import { MAX_HOPS } from './limits.ts';
import { parseNameAddr, paramOf, splitList } from './name-addr.ts';
import type { SipMessage } from './types.ts';

/** Top Via entry (RFC 3261 §20.42). */
export interface Via {
  /** `2.0`; another one is read only to answer it. */
  readonly version: string;
  readonly host: string;
  readonly port: number | undefined;
  readonly branch: string;
  readonly rport: boolean;
  readonly value: string;
}

/** What identifies a message to transactions and dialogs, read once. */
export interface Envelope {
  readonly callId: string;
  readonly seq: number;
  readonly method: string;
  readonly from: string;
  readonly fromTag: string;
  readonly to: string;
  readonly toTag: string | undefined;
  readonly via: Via;
  /** All Via entries, top first. */
  readonly vias: readonly string[];
}

export type EnvelopeResult =
  { readonly ok: true; readonly envelope: Envelope } | { readonly ok: false; readonly problem: string };

const VIA =
  /^SIP *\/ *(\d+\.\d+) *\/ *[A-Za-z]+[ \t]+(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?: *: *(\d{1,5}))?\s*(;.*)?$/;
const CSEQ = /^(\d{1,10})\s+([A-Za-z0-9\-.!%*_+`'~]{1,64})$/;
/** Separators with nothing between them (RFC 4475 §3.1.2.1). */
const EMPTY_PART = /[;,][ \t]*(?:[;,]|$)/;
/** RFC 3261 §8.1.1.5: below 2^31. */
const MAX_SEQ = 2 ** 31;
const SINGLE = ['call-id', 'cseq', 'from', 'to', 'max-forwards', 'content-length'];

/** Checks the fields every message must have (RFC 3261 §8.1.1, §20) and reads them. */
export function readEnvelope(message: SipMessage): EnvelopeResult {
  const found = new Map<string, string>();
  const vias: string[] = [];
  // What a carrier's answer has wrong beside its own fields must not cost a call.
  const isRequest = message.kind === 'request';
  for (const { key, value } of message.headers) {
    if (key === 'via') {
      if (isRequest && EMPTY_PART.test(value)) return problem('malformed Via');
      vias.push(...splitList(value));
    } else if (isRequest && key === 'contact' && !isContact(value)) return problem('malformed Contact');
    else if (SINGLE.includes(key)) {
      if (found.has(key)) return problem(`more than one ${key}`);
      found.set(key, value);
    }
  }
  if (vias.length > MAX_HOPS) return problem('too many Via entries');
  const via = parseVia(vias[0] ?? '');
  if (via?.version !== '2.0') return problem('missing or malformed Via');
  const callId = found.get('call-id') ?? '';
  // A bar or a space in the Call-ID would break the tokens of the admin protocol.
  if (!/^[^\s|]{1,256}$/.test(callId)) return problem('missing or malformed Call-ID');
  const cseq = CSEQ.exec(found.get('cseq') ?? '');
  const seq = Number(cseq?.[1]);
  if (!cseq || seq >= MAX_SEQ) return problem('missing or malformed CSeq');
  const method = cseq[2] ?? '';
  if (message.kind === 'request' && message.method !== method) return problem('CSeq method differs');
  const from = found.get('from') ?? '';
  const to = found.get('to') ?? '';
  const fromParts = parseNameAddr(from);
  const toParts = parseNameAddr(to);
  if (!fromParts || !toParts) return problem('missing or malformed From or To');
  const fromTag = paramOf(fromParts.params, 'tag') ?? '';
  const toTag = paramOf(toParts.params, 'tag');
  if (!isTag(fromTag) || (toTag !== undefined && toTag !== '' && !isTag(toTag)))
    return problem('malformed tag');
  if (message.kind === 'request' && fromTag === '') return problem('From without tag');
  return {
    ok: true,
    envelope: { callId, seq, method, from, fromTag, to, toTag: toTag === '' ? undefined : toTag, via, vias },
  };
}

/** Reads one Via entry; undefined when malformed. */
export function parseVia(value: string): Via | undefined {
  const match = VIA.exec(value);
  if (!match) return undefined;
  const params = match[4] ?? '';
  const port = match[3] === undefined ? undefined : Number(match[3]);
  if (port !== undefined && (port < 1 || port > 65_535)) return undefined;
  return {
    version: match[1] ?? '',
    host: match[2] ?? '',
    port,
    branch: paramOf(params, 'branch') ?? '',
    rport: paramOf(params, 'rport') !== undefined,
    value,
  };
}

/**
 * The Via entry with `received` and `rport` filled in from the packet's source (RFC 3261 §18.2.1, RFC 3581 §4).
 */
export function stampVia(via: Via, address: string, port: number): string {
  const cleaned = via.value.replace(/;\s*received(?:\s*=[^;]*)?(?=;|$)/gi, '');
  if (via.rport)
    return `${cleaned.replace(/;\s*rport(?:\s*=[^;]*)?(?=;|$)/i, `;rport=${port}`)};received=${address}`;
  return via.host === address ? cleaned : `${cleaned};received=${address}`;
}

/** A Contact is `*` or a list of addresses (RFC 3261 §20.10). */
function isContact(value: string): boolean {
  return value === '*' || splitList(value).every((part) => parseNameAddr(part) !== undefined);
}

function problem(text: string): EnvelopeResult {
  return { ok: false, problem: text };
}

function isTag(tag: string): boolean {
  return tag.length <= 256 && !/[\s|;,<>"]/.test(tag);
}
