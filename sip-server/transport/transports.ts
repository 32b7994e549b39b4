import { networkInterfaces } from 'node:os';
import { parseSipUri, transportOf } from '../message/uri.ts';
import type { Contact, Flow, Protocol, Receiver } from './flow.ts';
import { createResolver, type Resolver } from './resolver.ts';
import { createTcpTransport, type TcpTransport } from './tcp.ts';
import type { TcpLimits } from './tcp-limits.ts';
import { createUdpTransport, type UdpTransport } from './udp.ts';

/** RFC 3261 §19.1.2. */
export const DEFAULT_SIP_PORT = 5060;

/** Where to listen; port 0 lets the system choose. */
export interface Listen {
  readonly host: string;
  readonly port: number;
}

export interface TransportOptions {
  readonly udp?: Listen;
  readonly tcp?: Listen;
  /** Address that peers are told, when it is not the bound one (1:1 NAT). */
  readonly externalAddress?: string;
  readonly onMessage: Receiver;
  readonly onError: (error: unknown) => void;
  readonly resolver?: Resolver;
  readonly tcpLimits?: Partial<TcpLimits>;
}

/** Where a request goes: transport, host (name or address), port. */
export interface Destination {
  readonly protocol: Protocol;
  readonly host: string;
  readonly port: number;
}

/** The transports of the server. */
export class Transports {
  readonly contacts: readonly Contact[];
  readonly resolver: Resolver;
  readonly #udp: UdpTransport | undefined;
  readonly #tcp: TcpTransport | undefined;

  private constructor(udp: UdpTransport | undefined, tcp: TcpTransport | undefined, resolver: Resolver) {
    this.#udp = udp;
    this.#tcp = tcp;
    this.resolver = resolver;
    this.contacts = [udp, tcp].flatMap((transport) => (transport ? [transport.contact] : []));
  }

  /** Opens all or none; the error names the transport and the port. */
  static async open(options: TransportOptions): Promise<Transports> {
    const udp =
      options.udp && (await named('UDP', options.udp, createUdpTransport(bind(options, options.udp))));
    try {
      const tcp =
        options.tcp && (await named('TCP', options.tcp, createTcpTransport(bind(options, options.tcp))));
      return new Transports(udp, tcp, options.resolver ?? createResolver());
    } catch (error) {
      await udp?.close();
      throw error;
    }
  }

  local(protocol: Protocol): Contact | undefined {
    return this.contacts.find((contact) => contact.protocol === protocol);
  }

  /** Where a URI points (RFC 3263 without NAPTR and SRV), or why nowhere. */
  destinationOf(uri: string, preferred?: Protocol): Destination | { readonly problem: string } {
    const parsed = parseSipUri(uri);
    if (!parsed || parsed.scheme === 'sips') return { problem: 'unsupported URI scheme' };
    const asked = transportOf(parsed) ?? preferred ?? (this.#udp ? 'udp' : 'tcp');
    const local = this.contacts.find((contact) => contact.protocol === asked);
    if (!local) return { problem: 'transport not available' };
    return { protocol: local.protocol, host: parsed.host, port: parsed.port ?? DEFAULT_SIP_PORT };
  }

  flowTo(protocol: Protocol, address: string, port: number): Flow | undefined {
    return protocol === 'udp' ? this.#udp?.flowTo(address, port) : this.#tcp?.flowTo(address, port);
  }

  async close(): Promise<void> {
    await Promise.all([this.#udp?.close(), this.#tcp?.close()]);
  }
}

function bind(options: TransportOptions, listen: Listen) {
  const wildcard = listen.host === '0.0.0.0' || listen.host === '::';
  const advertised = options.externalAddress ?? (wildcard ? firstAddress() : undefined);
  return {
    ...listen,
    ...(advertised === undefined ? {} : { external: { address: advertised } }),
    onMessage: options.onMessage,
    onError: options.onError,
    ...(options.tcpLimits ? { limits: options.tcpLimits } : {}),
  };
}

/** Peers cannot call 0.0.0.0: tell them the first address of this host that is not loopback. */
function firstAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.find((entry) => entry.family === 'IPv4' && !entry.internal)?.address ?? '127.0.0.1';
}

async function named<T>(what: string, { host, port }: Listen, opening: Promise<T>): Promise<T> {
  try {
    return await opening;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new Error(`cannot listen on ${what} ${host}:${port}: ${code}`, { cause: error });
  }
}
