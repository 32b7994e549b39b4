import { listOf } from '../message/build.ts';
import { paramOf, parseNameAddr } from '../message/name-addr.ts';
import type { SipMessage, SipRequest, SipResponse } from '../message/types.ts';
import { headerOf } from '../message/types.ts';
import { asksForWebSocket, isNowhere, parseSipUri } from '../message/uri.ts';
import type { Flow } from '../transport/flow.ts';
import type { FlowMemory } from './flow-memory.ts';

/** RFC 3261 §10.2.1.1: what a registrar that says nothing has granted. */
const DEFAULT_EXPIRES_SECONDS = 3_600;
/** No sane registrar grants more; a browser's tab does not live so long. */
const MAX_EXPIRES_SECONDS = 86_400;

/**
 * Remembers the way to a browser whose REGISTER an application has answered with 2xx. Contacts that other transports could
 * reach are none of its business: requests to them take those.
 */
export function rememberRegistration(
  memory: FlowMemory,
  registration: {
    readonly request: SipRequest;
    readonly answer: SipResponse;
    readonly flow: Flow;
    /** Of the REGISTER, see `FlowMemory.remember`. */
    readonly arrivedAt: number;
  },
): void {
  const { request, answer, flow, arrivedAt } = registration;
  for (const contact of listOf(request, 'contact')) {
    if (contact === '*') memory.forgetFlow(flow);
    const uri = parseNameAddr(contact)?.uri;
    const parsed = uri === undefined ? undefined : parseSipUri(uri);
    if (uri === undefined || !parsed) continue;
    if (!asksForWebSocket(parsed) && !isNowhere(parsed)) continue;
    memory.remember(uri, { flow, arrivedAt, seconds: grantedSeconds(request, answer, contact) });
  }
}

/**
 * What the registrar granted a Contact (RFC 3261 §10.2.4, §10.3): its `expires` in the answer, else the answer's Expires; of an
 * answer that lists other Contacts only, nothing; of one that says nothing at all, what was asked for.
 */
function grantedSeconds(request: SipRequest, answer: SipResponse, contact: string): number {
  const listed = listOf(answer, 'contact');
  const own = listed.find((other) => sameUser(other, contact));
  if (listed.length > 0 && own === undefined) return 0;
  const seconds =
    expiresOf(own) ??
    expiresHeader(answer) ??
    expiresOf(contact) ??
    expiresHeader(request) ??
    DEFAULT_EXPIRES_SECONDS;
  return Math.min(seconds, MAX_EXPIRES_SECONDS);
}

function sameUser(one: string, other: string): boolean {
  const [a, b] = [one, other].map((value) => parseSipUri(parseNameAddr(value)?.uri ?? ''));
  return (
    a !== undefined && b !== undefined && a.user === b.user && a.host.toLowerCase() === b.host.toLowerCase()
  );
}

function expiresOf(contact: string | undefined): number | undefined {
  return deltaSeconds(paramOf(parseNameAddr(contact ?? '')?.params ?? '', 'expires'));
}

function expiresHeader(message: SipMessage): number | undefined {
  return deltaSeconds(headerOf(message, 'expires'));
}

function deltaSeconds(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : undefined;
}
