import type { Field } from '../message/build.ts';
import type { Header, SipMessage } from '../message/types.ts';
import { lastHeaderOf } from '../message/types.ts';
import type { Contact } from '../transport/flow.ts';

/** Fields that are the server's business: what an application puts there is dropped. */
const SERVER_FIELDS = ['via', 'route', 'rseq', 'record-route', 'content-length', 'max-forwards'];
/** Fields the callers of `otherFields` write themselves. */
const HANDLED_FIELDS = ['from', 'to', 'call-id', 'cseq', 'contact', 'content-type'];
const SKIPPED = new Set([...SERVER_FIELDS, ...HANDLED_FIELDS]);

/** `sip:host:port` of ours, with the transport when it is not UDP. */
export function ownUri({ protocol, address, port }: Contact): string {
  return `sip:${hostText(address)}:${port}${protocol === 'udp' ? '' : `;transport=${protocol}`}`;
}

/** An IPv6 address in brackets, anything else as it is. */
export function hostText(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}

/** Puts our address where the application wrote `@localhost` (drachtio-srf's callingNumber relies on it). */
export function resolveLocalhost(value: string, local: Contact): string {
  return value.replace(/@localhost(?![\w.:-])/gi, `@${hostText(local.address)}:${local.port}`);
}

/** The application's Contact with our address in it, or our own. */
export function contactValue(message: SipMessage, local: Contact): string {
  const given = lastHeaderOf(message, 'contact');
  if (given === undefined) return `<${ownUri(local)}>`;
  if (!/@localhost(?![\w.:-])/i.test(given)) return given;
  const resolved = resolveLocalhost(given, local);
  if (local.protocol === 'udp' || /transport=/i.test(resolved)) return resolved;
  // Without brackets a parameter would belong to the header, not to the URI (RFC 3261 §20).
  const bracketed = resolved.includes('<') ? resolved : `<${resolved}>`;
  return bracketed.replace('>', `;transport=${local.protocol}>`);
}

/** The application's own fields: all that neither the server nor the caller writes. */
export function otherFields(message: SipMessage, local: Contact): Field[] {
  return message.headers.filter((header) => !SKIPPED.has(header.key)).map((header) => field(header, local));
}

/**
 * Content-Type of the body: what the application says, SDP when it looks like SDP; `missing` for any other
 * body, nothing without a body.
 */
export function contentTypeFields(message: SipMessage): Field[] | 'missing' {
  const given = lastHeaderOf(message, 'content-type');
  if (given !== undefined) return [['Content-Type', given]];
  if (message.body === '') return [];
  return message.body.startsWith('v=0') ? [['Content-Type', 'application/sdp']] : 'missing';
}

function field({ name, key, value }: Header, local: Contact): Field {
  return [name, key === 'p-asserted-identity' ? resolveLocalhost(value, local) : value];
}
