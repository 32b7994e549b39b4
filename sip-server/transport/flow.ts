/** Transports this server speaks. */
export const PROTOCOLS = ['udp', 'tcp'] as const;
export type Protocol = (typeof PROTOCOLS)[number];

/** Our own address on a transport, as peers see it. */
export interface Contact {
  readonly protocol: Protocol;
  readonly address: string;
  readonly port: number;
}

/**
 * One way to one peer: a UDP address pair or a TCP connection (opened when first used). `send` never throws;
 * `onError` is called later, once, when the bytes cannot be handed over.
 */
export interface Flow {
  readonly protocol: Protocol;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly local: Contact;
  readonly alive: boolean;
  send(bytes: Buffer, onError?: (error: Error) => void): void;
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
