/**
 * A TCP line that can be cut: connections end, new ones are refused, as when a server is gone. For tests only.
 * @module
 */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

export interface CutLine {
  /** The same URL through the line. To be called once. */
  through: (url: string) => Promise<string>;
  cut(): Promise<void>;
  mend(): Promise<void>;
  close(): Promise<void>;
}

export function createCutLine(): CutLine {
  let server: Server | undefined;
  let port = 0;
  let target: URL | undefined;
  const open = new Set<Socket>();

  async function listen(): Promise<void> {
    server = createServer((near) => {
      const far = connect(Number(target?.port), target?.hostname);
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        open.add(from);
        from.on('error', () => from.destroy());
        from.on('close', () => {
          open.delete(from);
          to.destroy();
        });
        from.pipe(to);
      }
    });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  }

  async function cut(): Promise<void> {
    const closed = server && once(server, 'close');
    server?.close();
    server = undefined;
    for (const socket of open) socket.destroy();
    await closed;
  }

  return {
    async through(url) {
      target = new URL(url);
      await listen();
      const changed = new URL(url);
      changed.host = `127.0.0.1:${port}`;
      return changed.href;
    },
    cut,
    mend: listen,
    close: cut,
  };
}
