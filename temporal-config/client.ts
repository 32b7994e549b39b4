/**
 * The gRPC client of Temporal. Apart from the workers' connection, whose native core a process without workers must not load.
 * @module
 */
import { Client, Connection } from '@temporalio/client';
import type { Keys } from '../platform/keys.ts';
import { connectionOptions, type TemporalAddress } from './address.ts';
import { createDataConverter } from './data-converter.ts';

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
