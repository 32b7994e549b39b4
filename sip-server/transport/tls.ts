import { isIP, type Server, type Socket } from 'node:net';
import { connect, createServer } from 'node:tls';

/** How carriers are spoken to over TLS, and how they may speak to us. */
export interface TlsSettings {
  /** PEM of the authorities that carriers' certificates must come from; the system's unless given. */
  readonly ca?: string;
  /** PEM of our own chain and key; without them nobody can connect to us. */
  readonly cert?: string;
  readonly key?: string;
}

/** A peer that does not finish its handshake by then is cut. */
const HANDSHAKE_MS = 10_000;

/**
 * Opens a connection to an address whose certificate must be of `name` (RFC 5922 §7; an address must stand in it as such), and
 * asks for that one (SNI).
 */
export function connectTls(
  remote: { address: string; port: number; name: string },
  { ca }: TlsSettings,
): Socket {
  return connect({
    host: remote.address,
    port: remote.port,
    ...(isIP(remote.name) ? {} : { servername: remote.name }),
    ...(ca === undefined ? {} : { ca }),
  });
}

/** @throws Error when certificate and key are none, or not of each other */
export function createTlsServer({ cert, key }: TlsSettings): Server {
  return createServer({ cert, key, handshakeTimeout: HANDSHAKE_MS });
}
