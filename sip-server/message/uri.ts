import { paramOf } from './name-addr.ts';

/** A sip: or sips: URI (RFC 3261 §19.1), as far as routing needs it. */
export interface SipUri {
  readonly scheme: 'sip' | 'sips';
  readonly user: string;
  readonly host: string;
  readonly port: number | undefined;
  /** Parameters with their leading semicolon, or ''. */
  readonly params: string;
}

const SCHEME = /^(sips?):/i;
const HOST = /^(?:[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*\.?|\[[0-9A-Fa-f:.]+\])$/;

/** Reads a SIP URI; undefined for other schemes (tel:) and for anything malformed. */
export function parseSipUri(text: string): SipUri | undefined {
  const scheme = SCHEME.exec(text)?.[1]?.toLowerCase();
  if (scheme !== 'sip' && scheme !== 'sips') return undefined;
  const afterScheme = text.slice(scheme.length + 1);
  const at = afterScheme.indexOf('@');
  const user = at < 0 ? '' : afterScheme.slice(0, at);
  const question = afterScheme.indexOf('?', at + 1);
  const rest = question < 0 ? afterScheme.slice(at + 1) : afterScheme.slice(at + 1, question);
  const semicolon = rest.indexOf(';');
  const hostPort = semicolon < 0 ? rest : rest.slice(0, semicolon);
  const params = semicolon < 0 ? '' : rest.slice(semicolon);
  const split = splitHostPort(hostPort);
  if (!split || split.host.length > 253 || !HOST.test(split.host)) return undefined;
  return { scheme, user, host: split.host, port: split.port, params };
}

/** Transport asked for by `;transport=`, lower case; undefined when the URI does not say. */
export function transportOf(uri: SipUri): string | undefined {
  const value = paramOf(uri.params, 'transport');
  return value === undefined || value === '' ? undefined : value.toLowerCase();
}

/** True when it asks for a WebSocket: only a connection that the browser opened leads there (RFC 7118 §5). */
export function asksForWebSocket(uri: SipUri): boolean {
  const transport = transportOf(uri);
  return transport === 'ws' || transport === 'wss';
}

/** True for a host that nobody can look up (RFC 2606 §2), such as browsers write for want of an address. */
export function isNowhere(uri: SipUri): boolean {
  return /(?:^|\.)invalid\.?$/i.test(uri.host);
}

/** Splits `host`, `host:port`, `[v6]:port`; undefined when the port is not one. */
export function splitHostPort(text: string): { host: string; port: number | undefined } | undefined {
  const bracket = text.lastIndexOf(']');
  const colon = text.indexOf(':', bracket + 1);
  if (colon < 0) return text === '' ? undefined : { host: text, port: undefined };
  const digits = text.slice(colon + 1);
  if (!/^\d{1,5}$/.test(digits)) return undefined;
  const port = Number(digits);
  if (port < 1 || port > 65_535 || colon === 0) return undefined;
  return { host: text.slice(0, colon), port };
}
