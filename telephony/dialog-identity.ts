/**
 * What a request in a dialog needs (RFC 3261 §12.1.2), kept by us as well as by the SIP server: a server that was killed
 * has forgotten its dialogs, and the far end rings or talks on until somebody who remembers sends BYE.
 * @module
 */
import { isIP } from 'node:net';
import type { DialogIdentity, JournalEntry } from './journal.ts';
import type { SrfMessage, SrfResponse } from './srf-types.ts';

/**
 * Above every request that the SIP server may have sent in the dialog itself (session refreshes, PRACK): gaps are
 * allowed, a number that was used is refused (RFC 3261 §12.2.2).
 */
const SEQUENCE_GAP = 1_000;
const MAX_SEQUENCE = 2 ** 31 - 1;

/** A request for `SipLink.request`. */
export interface OutsideBye {
  method: 'BYE';
  uri: string;
  headers: Record<string, string>;
  proxy?: string;
}

/**
 * Reads the dialog that a response makes, early or confirmed. Without a Contact (many carriers leave it out of a 180)
 * the request URI stands for the far end.
 * @returns undefined when the response has no To tag: it makes no dialog
 */
export function identityOf(response: SrfResponse, requestUri: string): DialogIdentity | undefined {
  const [from, to] = [response.get('from'), response.get('to')];
  if (from === undefined || to === undefined || toTagOf(to) === undefined) return undefined;
  const routes = listOf(response.get('record-route')).map(uriOf).toReversed();
  return {
    from,
    to,
    target: targetOf(response) ?? requestUri,
    ...(routes.length > 0 ? { routes } : {}),
    seq: Number(/^\s*(\d+)/.exec(response.get('cseq') ?? '')?.[1] ?? 1),
    ...sourceOf(response),
  };
}

/** URI of the first Contact, the target of later requests. */
export function targetOf(message: SrfMessage): string | undefined {
  const [contact] = listOf(message.get('contact'));
  return contact === undefined ? undefined : uriOf(contact);
}

/**
 * The dialogs that may still stand at the far end: the answered one, else every early one (a forking proxy makes
 * several), each as it was last seen.
 */
export function openDialogsOf(entries: readonly JournalEntry[]): DialogIdentity[] {
  const seen = entries.filter((entry) => entry.kind === 'dialog');
  const confirmed = seen.findLast((entry) => entry.confirmed);
  if (confirmed) return [confirmed.dialog];
  return [...new Map(seen.map(({ dialog }) => [toTagOf(dialog.to), dialog])).values()];
}

/**
 * A BYE that names its dialog in full, for a SIP server that does not know it. An early dialog is ended by BYE as well
 * (§15). Of the route set only the first hop is followed: the SIP server writes Route headers of its own dialogs only.
 * @param times how many were sent before: each has a higher sequence number
 */
export function byeOutsideDialog(callId: string, dialog: DialogIdentity, times: number): OutsideBye {
  const seq = Math.min(dialog.seq + SEQUENCE_GAP + times, MAX_SEQUENCE);
  const proxy = dialog.routes?.[0] ?? behindNat(dialog);
  return {
    method: 'BYE',
    uri: dialog.target,
    headers: { 'call-id': callId, from: dialog.from, to: dialog.to, cseq: `${seq} BYE` },
    ...(proxy === undefined ? {} : { proxy }),
  };
}

/** A Contact whose address is not where the packets come from cannot be reached at that address. */
function behindNat({ target, source }: DialogIdentity): string | undefined {
  const host = /^sips?:(?:[^@]*@)?(\[[^\]]+\]|[^:;?>]+)/i.exec(target)?.[1]?.replace(/^\[|\]$/g, '') ?? '';
  if (source === undefined || isIP(host) === 0) return undefined;
  return source.includes(`:${host}:`) || source.includes(`[${host}]`) ? undefined : source;
}

function sourceOf(response: SrfResponse): { source?: string } {
  const { source_address: address, source_port: port, protocol } = response;
  if (isIP(address) === 0 || port === 0) return {};
  const host = address.includes(':') ? `[${address}]` : address;
  return { source: `sip:${host}:${port}${protocol === 'udp' ? '' : `;transport=${protocol}`}` };
}

/** Tag of the header, not a parameter of the same name inside its URI. */
function toTagOf(to: string): string | undefined {
  const parameters = to.replace(/"(?:\\.|[^"\\])*"/g, '').replace(/<[^>]*>/g, '');
  return /;\s*tag\s*=\s*([^;,\s]+)/i.exec(parameters)?.[1];
}

/** Splits a header of several values at the commas that are neither in quotes nor in angle brackets. */
function listOf(value: string | undefined): string[] {
  return (value?.match(/(?:"(?:\\.|[^"\\])*"|<[^>]*>|[^,"<])+/g) ?? [])
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

function uriOf(nameAddr: string): string {
  return /<([^>]*)>/.exec(nameAddr)?.[1] ?? nameAddr.split(';')[0]?.trim() ?? nameAddr;
}
