import { networkInterfaces } from 'node:os';
import { parseSipUri, transportOf } from '../message/uri.ts';
import type { Contact, Flow, Protocol, Receiver } from './flow.ts';
import { createResolver, type Resolver } from './resolver.ts';
import { createTcpTransport, type TcpTransport } from './tcp.ts';
import type { TcpLimits } from './tcp-limits.ts';
import type { TlsSettings } from './tls.ts';
import { createUdpTransport, type UdpTransport } from './udp.ts';
import { createWsTransport, type WsTransport } from './ws.ts';
import type { WsLimits } from './ws-limits.ts';

/** RFC 3261 §19.1.2. */
export const DEFAULT_SIP_PORT = 5060;
const DEFAULT_TLS_PORT = 5061;
const LOCALHOST = '127.0.0.1';

/** Where to listen; port 0 lets the system choose. */
export interface Listen {
  readonly host: string;
  readonly port: number;
}

export interface TransportOptions {
  readonly udp?: Listen;
  readonly tcp?: Listen;
  readonly ws?: Listen;
  /** Carriers are reached over TLS in any case; `listen` needs a certificate. */
  readonly tls?: TlsSettings & { readonly listen?: Listen };
  /** Address that peers are told, when it is not the bound one (1:1 NAT). */
  readonly externalAddress?: string;
  readonly onMessage: Receiver;
  readonly onError: (error: unknown) => void;
  readonly resolver?: Resolver;
  readonly tcpLimits?: Partial<TcpLimits>;
  readonly wsLimits?: Partial<WsLimits>;
}

/** Where a request goes: transport, host (name or address), port. */
export interface Destination {
  readonly protocol: Exclude<Protocol, 'ws'>;
  readonly host: string;
  readonly port: number;
}

/** The transports of the server. */
export class Transports {
  readonly contacts: readonly Contact[];
  readonly resolver: Resolver;
  readonly #udp: UdpTransport | undefined;
  readonly #tcp: TcpTransport | undefined;
  readonly #tls: TcpTransport | undefined;
  readonly #all: readonly Opened[];

  private constructor(opened: Opening, resolver: Resolver) {
    this.#udp = opened.udp;
    this.#tcp = opened.tcp;
    this.#tls = opened.tls;
    this.#all = present(opened);
    this.resolver = resolver;
    this.contacts = this.#all.flatMap(({ contact, listens = true }) => (listens ? [contact] : []));
  }

  /** Opens all or none; the error names the transport and the port. */
  static async open(options: TransportOptions): Promise<Transports> {
    const { udp, tcp, tls, ws, tcpLimits, wsLimits } = options;
    const limits = tcpLimits ? { limits: tcpLimits } : {};
    const opened: Opening = {};
    try {
      if (udp) opened.udp = await named('UDP', udp, createUdpTransport(bind(options, udp)));
      if (tcp) opened.tcp = await named('TCP', tcp, createTcpTransport({ ...bind(options, tcp), ...limits }));
      const secure = { host: (udp ?? tcp)?.host ?? LOCALHOST, port: DEFAULT_TLS_PORT, ...tls?.listen };
      opened.tls = await named(
        'TLS',
        secure,
        createTcpTransport({ ...bind(options, secure), ...limits, secure: tls ?? {} }),
      );
      if (ws)
        opened.ws = await named(
          'WebSocket',
          ws,
          createWsTransport({ ...bind(options, ws), ...(wsLimits ? { limits: wsLimits } : {}) }),
        );
      return new Transports(opened, options.resolver ?? createResolver());
    } catch (error) {
      await Promise.all(present(opened).map((transport) => transport.close()));
      throw error;
    }
  }

  local(protocol: Protocol): Contact | undefined {
    return this.#all.find(({ contact }) => contact.protocol === protocol)?.contact;
  }

  /** Where a URI points (RFC 3263 without NAPTR and SRV), or why nowhere. Nobody can connect to a browser. */
  destinationOf(uri: string, preferred?: Protocol): Destination | { readonly problem: string } {
    const parsed = parseSipUri(uri);
    if (!parsed || parsed.scheme === 'sips') return { problem: 'unsupported URI scheme' };
    const asked = transportOf(parsed) ?? preferred ?? (this.#udp ? 'udp' : 'tcp');
    const protocol = this.#all.find(({ contact }) => contact.protocol === asked)?.contact.protocol;
    if (!protocol || protocol === 'ws') return { problem: 'transport not available' };
    const usual = protocol === 'tls' ? DEFAULT_TLS_PORT : DEFAULT_SIP_PORT;
    return { protocol, host: parsed.host, port: parsed.port ?? usual };
  }

  /** @param name what the URI called it: for TLS, whose certificate it must have */
  flowTo(protocol: Destination['protocol'], address: string, port: number, name: string): Flow | undefined {
    if (protocol === 'udp') return this.#udp?.flowTo(address, port);
    return (protocol === 'tls' ? this.#tls : this.#tcp)?.flowTo(address, port, name);
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map((transport) => transport.close()));
  }
}

interface Opened {
  readonly contact: Contact;
  readonly listens?: boolean;
  close(): Promise<void>;
}

interface Opening {
  udp?: UdpTransport;
  tcp?: TcpTransport;
  tls?: TcpTransport;
  ws?: WsTransport;
}

function present({ udp, tcp, tls, ws }: Opening): Opened[] {
  return [udp, tcp, tls, ws].flatMap((transport) => transport ?? []);
}

function bind(options: TransportOptions, listen: Listen) {
  const wildcard = listen.host === '0.0.0.0' || listen.host === '::';
  const advertised = options.externalAddress ?? (wildcard ? firstAddress() : undefined);
  return {
    ...listen,
    ...(advertised === undefined ? {} : { external: { address: advertised } }),
    onMessage: options.onMessage,
    onError: options.onError,
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
