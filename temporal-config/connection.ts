/**
 * Connections to Temporal: gRPC for clients, the SDK core's own for workers.
 * @module
 */
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, type TLSConfig } from '@temporalio/worker';
import type { Keys } from '../platform/keys.ts';
import { createDataConverter } from './data-converter.ts';

export interface TemporalAddress {
  temporalAddress: string;
  temporalNamespace: string;
  /** `true` for a server with a public certificate; an object for mTLS. Absent: no TLS (loopback). */
  temporalTls?: TLSConfig | true;
  temporalApiKey?: string;
}

/** Longer than a loaded dev server needs, shorter than anyone waits for a button. */
const CALL_TIMEOUT_MS = 10_000;

export interface TemporalClient {
  client: Client;
  connection: Connection;
  close(): Promise<void>;
}

/**
 * A client that connects with its first call: a process that can do something useful without Temporal (the page, an edge
 * with calls in progress) must start without it. Every call has a deadline of 10 s unless it sets its own.
 */
export function createClient(address: TemporalAddress, keys: Pick<Keys, 'codec'>): TemporalClient {
  const connection = Connection.lazy({ ...connectionOptions(address), connectTimeout: CALL_TIMEOUT_MS });
  const client = new Client({
    connection,
    namespace: address.temporalNamespace,
    dataConverter: createDataConverter(keys),
  });
  return { client, connection, close: () => connection.close() };
}

/** Runs `call` with its own gRPC deadline. */
export function withDeadline<T>(connection: Connection, ms: number, call: () => Promise<T>): Promise<T> {
  return connection.withDeadline(Date.now() + ms, call);
}

/** The connection of a worker. Fails when the server does not answer. */
export function connectWorker(address: TemporalAddress): Promise<NativeConnection> {
  return NativeConnection.connect(connectionOptions(address));
}

function connectionOptions(address: TemporalAddress) {
  return {
    address: address.temporalAddress,
    ...(address.temporalTls !== undefined && { tls: address.temporalTls }),
    ...(address.temporalApiKey !== undefined && { apiKey: address.temporalApiKey }),
  };
}
