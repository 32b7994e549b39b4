/**
 * Where Temporal is and how it is reached.
 * @module
 */
import type { TLSConfig } from '@temporalio/client';

export interface TemporalAddress {
  temporalAddress: string;
  temporalNamespace: string;
  /** `true` for a server with a public certificate; an object for mTLS. Absent: no TLS (loopback). */
  temporalTls?: TLSConfig | true;
  temporalApiKey?: string;
}

/** As both the client's and the worker's connection take them. */
export function connectionOptions(address: TemporalAddress) {
  return {
    address: address.temporalAddress,
    ...(address.temporalTls !== undefined && { tls: address.temporalTls }),
    ...(address.temporalApiKey !== undefined && { apiKey: address.temporalApiKey }),
  };
}
