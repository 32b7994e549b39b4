/**
 * Keys that customers press. rtpengine sends one UDP JSON datagram for each RFC 4733 event, at its end.
 * @module
 */
import { createSocket } from 'node:dgram';
import type { Logger } from '../platform/logger.ts';

/** RFC 4733 table 3: events 0-15. A-D exist on no customer's phone and stay uncounted. */
const KEYS = '0123456789*#';

export interface DtmfListener {
  /** Port on which rtpengine's `--dtmf-log-dest` must send. */
  readonly port: number;
  /** Hears the keys of one call. @returns a function that ends it */
  listen(callId: string, onKey: (key: string) => void): () => void;
  close(): Promise<void>;
}

export interface DtmfListenerOptions {
  host: string;
  /** 0: any free port. */
  port: number;
  logger: Logger;
}

/** @throws Error when the address cannot be bound */
export async function createDtmfListener(options: DtmfListenerOptions): Promise<DtmfListener> {
  const listeners = new Map<string, (key: string) => void>();
  const socket = createSocket(options.host.includes(':') ? 'udp6' : 'udp4');
  socket.on('message', (datagram) => {
    const pressed = parseDtmf(datagram.toString('utf8'));
    if (pressed) listeners.get(pressed.callId)?.(pressed.key);
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(options.port, options.host, () => {
      socket.off('error', reject);
      resolve();
    });
  });
  socket.on('error', (error) => options.logger.warn({ err: error }, 'DTMF socket error'));
  return {
    port: socket.address().port,
    listen: (callId, onKey) => {
      listeners.set(callId, onKey);
      return () => {
        if (listeners.get(callId) === onKey) listeners.delete(callId);
      };
    },
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

/**
 * Reads one line of rtpengine's DTMF log. Only `cust` counts: what an agent (or `play DTMF`) sends is logged as well.
 * @returns undefined for anything that is not a customer's key
 */
export function parseDtmf(line: string): { callId: string; key: string } | undefined {
  let event: unknown;
  try {
    event = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof event !== 'object' || event === null) return undefined;
  const { type, callid, source_tag: tag, event: code } = event as Record<string, unknown>;
  if (type !== 'DTMF' || tag !== 'cust' || typeof callid !== 'string') return undefined;
  const key = typeof code === 'number' && Number.isInteger(code) ? KEYS[code] : undefined;
  return key === undefined ? undefined : { callId: callid, key };
}
