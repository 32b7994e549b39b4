/**
 * Who is at the other end of the connection.
 * @module
 */
import { BlockList, isIP } from 'node:net';
import type { Context } from 'hono';
import type { ApiEnv } from '../env.ts';

/** Whether a peer is a reverse proxy of ours, by its address. */
export type IsTrustedProxy = (address: string) => boolean;

/** @param networks `APEL_TRUSTED_PROXIES`: addresses and CIDR networks; loopback is trusted without being named */
export function trustedProxies(networks: readonly string[]): IsTrustedProxy {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return (peer) => {
    if (isLoopback(peer)) return true;
    const address = peer.replace(/^::ffff:/, '');
    return isIP(address) !== 0 && list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  };
}

/**
 * Address of the client. `X-Forwarded-For` counts only when the peer is a reverse proxy of ours, which appends the
 * address it saw as the last entry: otherwise anybody could choose the address by which log-ins are throttled, or every
 * person behind the proxy would share one.
 */
export function clientAddress(c: Context<ApiEnv>, isTrusted: IsTrustedProxy): string {
  const peer = peerAddress(c);
  const forwarded = c.req.header('x-forwarded-for')?.split(',').at(-1)?.trim();
  return forwarded && isTrusted(peer) ? forwarded.slice(0, 64) : peer;
}

/**
 * A process on this machine that came without a proxy in between. It asks by a loopback name: a page whose own name was
 * made to resolve to this machine (DNS rebinding) has a browser here ask by that name.
 */
export function isDirectLoopback(c: Context<ApiEnv>): boolean {
  const proxied = c.req.header('x-forwarded-for') ?? c.req.header('forwarded');
  const host = c.req.header('host') ?? new URL(c.req.url).host;
  return proxied === undefined && isLoopback(peerAddress(c)) && isLoopbackHost(host);
}

/** `localhost`, 127.0.0.0/8 or [::1], with or without a port: what a browser treats as trustworthy without TLS. */
export function isLoopbackHost(host: string): boolean {
  const name = host.replace(/:\d+$/, '').toLowerCase();
  return (
    name === 'localhost' ||
    name.endsWith('.localhost') ||
    name === '[::1]' ||
    /^127(\.\d{1,3}){3}$/.test(name)
  );
}

/** HTTPS as the browser sees it: our own TLS, or a proxy's. */
export function isHttps(c: Context<ApiEnv>): boolean {
  return c.req.header('x-forwarded-proto') === 'https' || new URL(c.req.url).protocol === 'https:';
}

function peerAddress(c: Context<ApiEnv>): string {
  return c.env?.incoming?.socket.remoteAddress ?? 'unknown';
}

function isLoopback(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\./.test(address);
}
