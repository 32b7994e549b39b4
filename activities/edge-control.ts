/**
 * Client of the edges' control sockets (contracts/model/edge-control.ts).
 * @module
 */
import type { EdgeRef } from '../contracts/model/call.ts';
import type { EdgeIdentity, EdgeReleaseReply } from '../contracts/model/edge-control.ts';

export interface EdgeControl {
  /** True when this very epoch answers at `url` within `timeoutMs`; every trouble is false. */
  isAlive(url: string, edge: EdgeRef, timeoutMs: number): Promise<boolean>;
  /** Undefined when the edge does not answer, or not as it should. */
  release(url: string, callId: string, timeoutMs: number): Promise<EdgeReleaseReply | undefined>;
}

/** @param token `APEL_EDGE_TOKEN` */
export function createEdgeControl(token: string): EdgeControl {
  const request = async (method: string, url: string, timeoutMs: number): Promise<unknown> => {
    try {
      const reply = await fetch(url, {
        method,
        headers: { authorization: `Bearer ${token}` },
        signal: AbortSignal.timeout(timeoutMs),
        redirect: 'error',
      });
      return reply.ok ? await reply.json() : undefined;
    } catch {
      return undefined;
    }
  };
  return {
    isAlive: async (url, edge, timeoutMs) => {
      const reply = (await request('GET', `${url}/epoch`, timeoutMs)) as Partial<EdgeIdentity> | undefined;
      return reply?.node === edge.node && reply.epoch === edge.epoch;
    },
    release: async (url, callId, timeoutMs) => {
      const path = `${url}/calls/${encodeURIComponent(callId)}/release`;
      const reply = (await request('POST', path, timeoutMs)) as Partial<EdgeReleaseReply> | undefined;
      return reply?.outcome === 'hanging-up' || reply?.outcome === 'not-on-edge'
        ? { outcome: reply.outcome }
        : undefined;
    },
  };
}
