import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

export interface LossyRelay {
  /** Port to send to instead of the peer's. */
  readonly port: number;
  readonly dropped: () => number;
  /** Begins to relay to that port. */
  aim(peerPort: number): void;
  close(): void;
}

/**
 * Passes datagrams between a server and one peer, both ways, and drops a share of them. The same seed gives the
 * same sequence of decisions.
 */
export async function createLossyRelay({
  share,
  seed = 1,
}: {
  share: number;
  seed?: number;
}): Promise<LossyRelay> {
  const [front, back] = await Promise.all([open(), open()]);
  let state = seed;
  let dropped = 0;
  let serverPort = 0;
  let target = 0;
  // Numerical Recipes' linear congruential generator: good enough to lose datagrams.
  const loses = () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    const lost = state / 2 ** 32 < share;
    if (lost) dropped++;
    return lost;
  };
  front.on('message', (bytes, from) => {
    serverPort = from.port;
    if (!loses()) back.send(bytes, target, '127.0.0.1');
  });
  back.on('message', (bytes) => {
    if (!loses()) front.send(bytes, serverPort, '127.0.0.1');
  });
  return {
    port: front.address().port,
    dropped: () => dropped,
    aim: (peerPort) => (target = peerPort),
    close() {
      front.close();
      back.close();
    },
  };
}

async function open(): Promise<Socket> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}
