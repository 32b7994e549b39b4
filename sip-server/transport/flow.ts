/** Transports this server speaks. */
export const PROTOCOLS = ['udp', 'tcp', 'tls', 'ws'] as const;
export type Protocol = (typeof PROTOCOLS)[number];

/** Our own address on a transport, as peers see it. */
export interface Contact {
  readonly protocol: Protocol;
  readonly address: string;
  readonly port: number;
}

/**
 * One way to one peer: a UDP address pair, a TCP connection (opened when first used), a browser's WebSocket (which only the
 * browser can open). `send` never throws; `onError` is called later, once, when the bytes cannot be handed over.
 */
export interface Flow {
  readonly protocol: Protocol;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly local: Contact;
  readonly alive: boolean;
  /** TLS, opened by us: the name that its certificate has proved. */
  readonly provenName?: string;
  send(bytes: Buffer, onError?: (error: Error) => void): void;
  /**
   * Only for flows that nothing can replace: hears, once, that this one is closed, so that nobody waits 32 s for an answer
   * that cannot come. Returns how to stop listening.
   */
  whenClosed?(listener: (error: Error) => void): () => void;
  /** An application has accepted this peer's REGISTER: it is nobody's stranger any more. */
  markRegistered?(): void;
}

/** Why there is no way to somebody, and the status that says so to an application. */
export interface Unreachable {
  readonly problem: string;
  readonly status: 410 | 503;
}

/** What an application hears of a peer whose flow failed: a browser's is gone for good (RFC 5626 §5.3.1 has 430, drachtio 410). */
export function unreachable({ protocol }: Flow): Unreachable {
  return protocol === 'ws'
    ? { problem: 'connection gone', status: 410 }
    : { problem: 'peer unreachable', status: 503 };
}

/** A message of the network: a binary string and where it came from. */
export type Receiver = (text: string, flow: Flow) => void;

/** Runs a callback of `Flow.send` so that its exceptions are reported instead of ending the process. */
export function reportTo(onError: (error: unknown) => void, run: () => void): void {
  try {
    run();
  } catch (error) {
    onError(error);
  }
}
