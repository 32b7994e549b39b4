import type { InboundLimits } from './inbound-flows.ts';

/** How much of the server browsers, and what pretends to be one, may hold. */
export interface WsLimits extends InboundLimits {
  /** From the opening of the TCP connection until the WebSocket handshake must be done. */
  readonly handshakeMs: number;
  /** From the handshake until the first SIP message. */
  readonly firstMessageMs: number;
  /** A connection of somebody who never registered is closed when nothing has come for so long. */
  readonly idleMs: number;
  /** A ping each time; who has not answered the one before is gone. */
  readonly pingMs: number;
}

/**
 * All browsers come from one address when a proxy stands before us, hence no smaller bound by address; the proxy lets in
 * only who has logged in. Two pings: a computer that was cut off is known to be gone after 30 s at most.
 */
export const DEFAULT_WS_LIMITS: WsLimits = {
  connections: 1_024,
  connectionsPerAddress: 1_024,
  handshakeMs: 10_000,
  firstMessageMs: 32_000,
  idleMs: 15 * 60_000,
  pingMs: 15_000,
};
