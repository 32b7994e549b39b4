/**
 * A TCP proxy that can be cut, for tests of what happens while a server is away.
 * @module
 */
import { connect, createServer, type Server, type Socket } from 'node:net';

export interface CutProxy {
  port: number;
  /** Drops all connections and refuses new ones. */
  cut(): Promise<void>;
  mend(): Promise<void>;
  /** Until the next cut, what the target says is lost on the way; it does not know. */
  deafen(): void;
  close(): Promise<void>;
}

export async function createCutProxy(target: { host: string; port: number }): Promise<CutProxy> {
  const sockets = new Set<Socket>();
  let server: Server | undefined;
  let port = 0;
  let deaf = false;
  const mend = async (): Promise<void> => {
    server = createServer((near) => {
      const far = connect(target);
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        sockets.add(one);
        one.on('error', () => other.destroy());
        one.on('close', () => {
          sockets.delete(one);
          other.destroy();
        });
      }
      near.pipe(far);
      far.on('data', (chunk) => {
        if (!deaf) near.write(chunk);
      });
    });
    const listening = server;
    await new Promise<void>((resolve) => listening.listen(port, '127.0.0.1', resolve));
    const address = listening.address();
    if (typeof address === 'object' && address) port = address.port;
  };
  const cut = async (): Promise<void> => {
    const closing = server;
    server = undefined;
    deaf = false;
    const closed = new Promise<void>((resolve) => (closing ? closing.close(() => resolve()) : resolve()));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  await mend();
  return {
    get port() {
      return port;
    },
    cut,
    mend,
    deafen: () => {
      deaf = true;
    },
    close: cut,
  };
}
