/**
 * Client of the edges' control sockets (contracts/model/edge-control.ts).
 * @module
 */
import type { EdgeRef } from '../contracts/model/call.ts';
import type {
  DeskCommand,
  DeskCommandReply,
  EchoReply,
  EdgeIdentity,
  EdgeReleaseReply,
} from '../contracts/model/edge-control.ts';

export interface EdgeControl {
  /** True when this very epoch answers at `url` within `timeoutMs`; every trouble is false. */
  isAlive(url: string, edge: EdgeRef, timeoutMs: number): Promise<boolean>;
  /** Undefined when the edge does not answer, or not as it should. */
  release(url: string, callId: string, timeoutMs: number): Promise<EdgeReleaseReply | undefined>;
  /** What the agent of a call wants; undefined as for `release`. */
  command(
    url: string,
    call: { callId: string; command: DeskCommand },
    timeoutMs: number,
  ): Promise<DeskCommandReply | undefined>;
  /** The live socket of a user's desk closed. False when the edge does not answer: it finds out by itself. */
  deskGone(url: string, userId: number, timeoutMs: number): Promise<boolean>;
  /** A test call to the user's desk; undefined as for `release`. */
  startEcho(url: string, userId: number, timeoutMs: number): Promise<EchoReply | undefined>;
  /** False when the edge does not answer: the test ends by itself. */
  endEcho(url: string, userId: number, timeoutMs: number): Promise<boolean>;
}

interface EdgeRequest {
  method: 'GET' | 'POST' | 'DELETE';
  url: string;
  body?: object;
  timeoutMs: number;
}

const ECHO_OUTCOMES: ReadonlySet<unknown> = new Set(['calling', 'not-here', 'refused']);
const COMMAND_OUTCOMES: ReadonlySet<unknown> = new Set(['done', 'refused', 'not-on-edge']);

/** @param token `APEL_EDGE_TOKEN` */
export function createEdgeControl(token: string): EdgeControl {
  const request = async ({ method, url, body, timeoutMs }: EdgeRequest): Promise<Response | undefined> => {
    try {
      const reply = await fetch(url, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body && { 'content-type': 'application/json' }),
        },
        ...(body && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(timeoutMs),
        redirect: 'error',
      });
      return reply.ok ? reply : undefined;
    } catch {
      return undefined;
    }
  };
  const ask = async <T>(wanted: EdgeRequest): Promise<Partial<T> | undefined> => {
    try {
      return (await (await request(wanted))?.json()) as Partial<T> | undefined;
    } catch {
      return undefined;
    }
  };
  return {
    isAlive: async (url, edge, timeoutMs) => {
      const reply = await ask<EdgeIdentity>({ method: 'GET', url: `${url}/epoch`, timeoutMs });
      return reply?.node === edge.node && reply.epoch === edge.epoch;
    },
    release: async (url, callId, timeoutMs) => {
      const path = `${url}/calls/${encodeURIComponent(callId)}/release`;
      const reply = await ask<EdgeReleaseReply>({ method: 'POST', url: path, timeoutMs });
      return reply?.outcome === 'hanging-up' || reply?.outcome === 'not-on-edge'
        ? { outcome: reply.outcome }
        : undefined;
    },
    command: async (url, { callId, command }, timeoutMs) => {
      const path = `${url}/calls/${encodeURIComponent(callId)}/command`;
      const reply = await ask<DeskCommandReply>({ method: 'POST', url: path, body: command, timeoutMs });
      return reply?.outcome !== undefined && COMMAND_OUTCOMES.has(reply.outcome)
        ? { outcome: reply.outcome }
        : undefined;
    },
    deskGone: async (url, userId, timeoutMs) =>
      (await request({ method: 'POST', url: `${url}/desks/${userId}/gone`, timeoutMs })) !== undefined,
    startEcho: async (url, userId, timeoutMs) => {
      const path = `${url}/desks/${userId}/echo`;
      const reply = await ask<EchoReply>({ method: 'POST', url: path, timeoutMs });
      return reply?.outcome !== undefined && ECHO_OUTCOMES.has(reply.outcome)
        ? { outcome: reply.outcome }
        : undefined;
    },
    endEcho: async (url, userId, timeoutMs) =>
      (await request({ method: 'DELETE', url: `${url}/desks/${userId}/echo`, timeoutMs })) !== undefined,
  };
}
