import { buildRequest, MAX_FORWARDS, type Field } from '../message/build.ts';
import { newId, newTag, type Branches } from '../message/ids.ts';
import { parseNameAddr, tagOf, withTag } from '../message/name-addr.ts';
import type { SipRequest } from '../message/types.ts';
import { lastHeaderOf } from '../message/types.ts';
import type { Contact } from '../transport/flow.ts';
import { contactValue, contentTypeFields, otherFields, ownUri, resolveLocalhost } from './app-fields.ts';
import { ownVia } from './dialog.ts';

/** Requests that give the peer a target for later ones (RFC 3261 §8.1.1.8, RFC 3515, RFC 6665). */
const CONTACT_METHODS = ['INVITE', 'SUBSCRIBE', 'REFER'];

export type NewRequest =
  { readonly request: SipRequest; readonly branch: string } | { readonly problem: string };

/**
 * Completes an application's request outside a dialog (RFC 3261 §8.1.1): Via, Max-Forwards, From with a tag,
 * To, Call-ID, CSeq, Contact and Content-Type where it gave none. Its own From tag, Call-ID and CSeq number stand.
 */
export function buildNewRequest(message: SipRequest, local: Contact, branches: Branches): NewRequest {
  const { method, uri } = message;
  const contentType = contentTypeFields(message);
  if (contentType === 'missing') return { problem: 'missing content-type' };
  const from = resolveLocalhost(lastHeaderOf(message, 'from') ?? `<${ownUri(local)}>`, local);
  const to = resolveLocalhost(lastHeaderOf(message, 'to') ?? `<${uri}>`, local);
  if (!parseNameAddr(from) || !parseNameAddr(to)) return { problem: 'malformed From or To' };
  const callId = lastHeaderOf(message, 'call-id') ?? newId();
  if (!/^[^\s|]{1,256}$/.test(callId)) return { problem: 'malformed Call-ID' };
  const seq = /^\d{1,9}/.exec(lastHeaderOf(message, 'cseq') ?? '')?.[0] ?? '1';
  const branch = branches.next();
  const given = lastHeaderOf(message, 'contact') !== undefined;
  const fields: Field[] = [
    ['Via', ownVia(local, branch)],
    ['Max-Forwards', String(MAX_FORWARDS)],
    ['From', withTag(from, tagOf(from) ?? newTag())],
    ['To', bracketed(to)],
    ['Call-ID', callId],
    ['CSeq', `${seq} ${method}`],
    ...(given || CONTACT_METHODS.includes(method)
      ? [['Contact', contactValue(message, local)] as const]
      : []),
    ...otherFields(message, local),
    ...contentType,
  ];
  return { request: buildRequest(method, uri, fields, message.body), branch };
}

function bracketed(value: string): string {
  return value.includes('<') || value.includes(';') ? value : `<${value}>`;
}
