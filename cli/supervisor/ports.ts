/**
 * Ports: fixed pleasant ones by default, free ones for tests and unattended demos, one clear line when one is taken.
 * @module
 */
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { randomInt } from 'node:crypto';
import { UserError } from '../shell/user-error.ts';

export type PortProtocol = 'tcp' | 'udp' | 'both';

export interface PortUse {
  port: number;
  protocol: PortProtocol;
  /** Who needs it, as the person reads it: `the page`. */
  who: string;
  /** Environment variable that chooses another. */
  variable: string;
}

/** Below Linux's ephemeral range (32768 up), so that no outgoing connection takes a chosen port before its server does. */
const FREE_FROM = 12_000;
const FREE_TO = 20_000;

export async function isPortFree(port: number, protocol: PortProtocol): Promise<boolean> {
  if (protocol !== 'udp' && !(await bindTcp(port))) return false;
  return protocol === 'tcp' || bindUdp(port);
}

/** @throws UserError with one line for the first port that is taken */
export async function requirePorts(uses: readonly PortUse[]): Promise<void> {
  for (const use of uses) {
    if (await isPortFree(use.port, use.protocol)) continue;
    throw new UserError(
      `port ${use.port} is taken, ${use.who} needs it; free it or set ${use.variable}, ` +
        'or use --port-base 0 for free ports',
    );
  }
}

/** Ports free for TCP and UDP on the loopback address, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const found = new Set<number>();
  for (let tries = 0; found.size < count && tries < count * 200; tries += 1) {
    const port = randomInt(FREE_FROM, FREE_TO);
    if (!found.has(port) && (await isPortFree(port, 'both'))) found.add(port);
  }
  if (found.size < count) throw new UserError(`no ${count} free ports between ${FREE_FROM} and ${FREE_TO}`);
  return [...found];
}

function bindTcp(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

function bindUdp(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.once('error', () => {
      socket.close();
      resolve(false);
    });
    socket.bind({ port, address: '127.0.0.1', exclusive: true }, () => socket.close(() => resolve(true)));
  });
}
