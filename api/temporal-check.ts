/**
 * Whether Temporal answers: one small question over gRPC. The API starts no workflows, so that it needs neither the data
 * converter nor a worker's native core.
 * @module
 */
import type { Connection } from '@temporalio/client';
import type { TemporalAddress } from '../temporal-config/address.ts';

const CHECK_MS = 1_500;
const CONNECT_MS = 10_000;

export interface TemporalCheck {
  /** Resolves when it answers within 1.5 s, rejects otherwise. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** The client is loaded with the first question: pages do not wait for a gRPC library. */
export function createTemporalCheck(address: TemporalAddress): TemporalCheck {
  let connecting: Promise<Connection> | undefined;
  return {
    async check() {
      connecting ??= connect(address);
      const connection = await connecting;
      await connection.withDeadline(Date.now() + CHECK_MS, () =>
        connection.workflowService.getSystemInfo({}),
      );
    },
    close: async () => (await connecting)?.close(),
  };
}

async function connect(address: TemporalAddress): Promise<Connection> {
  const client = await import('@temporalio/client');
  return client.Connection.lazy({
    address: address.temporalAddress,
    connectTimeout: CONNECT_MS,
    ...(address.temporalTls !== undefined && { tls: address.temporalTls }),
    ...(address.temporalApiKey !== undefined && { apiKey: address.temporalApiKey }),
  });
}
