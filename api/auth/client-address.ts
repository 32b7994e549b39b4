/**
 * Who is at the other end of the connection.
 * @module
 */
import type { Context } from 'hono';
import type { ApiEnv } from '../env.ts';

/**
 * Address of the client. `X-Forwarded-For` counts only when the peer is this machine: that is our own reverse proxy,
 * which appends the address it saw as the last entry.
 */
export function clientAddress(c: Context<ApiEnv>): string {
  const peer = peerAddress(c);
  const forwarded = c.req.header('x-forwarded-for')?.split(',').at(-1)?.trim();
  return isLoopback(peer) && forwarded ? forwarded.slice(0, 64) : peer;
}

/** A process on this machine that came without a proxy in between. */
export function isDirectLoopback(c: Context<ApiEnv>): boolean {
  const proxied = c.req.header('x-forwarded-for') ?? c.req.header('forwarded');
  return proxied === undefined && isLoopback(peerAddress(c));
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
