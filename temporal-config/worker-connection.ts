/**
 * The connection of a worker: the SDK core's own.
 * @module
 */
import { NativeConnection } from '@temporalio/worker';
import { connectionOptions, type TemporalAddress } from './address.ts';

/** The connection of a worker. Fails when the server does not answer. */
export function connectWorker(address: TemporalAddress): Promise<NativeConnection> {
  return NativeConnection.connect(connectionOptions(address));
}
