import { createHash, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { AppConnection } from './app-connection.ts';
import { parseCommand, type Command, type SipCommand } from './commands.ts';
import { FrameDecoder } from './framing.ts';
import { okAnswer, refusal } from './reports.ts';

/** drachtio-srf pings only servers that call themselves v0.8.2 or later. */
export const SERVER_VERSION = 'v0.9.0';

/** What connections may hold, above all those that have not shown the secret. */
export interface AdminLimits {
  readonly applications: number;
  /** Connections that have not authenticated, at once; a newcomer takes the place of the oldest. */
  readonly strangers: number;
  /** A connection that has not authenticated by then is closed. */
  readonly authenticateMs: number;
}

const DEFAULT_LIMITS: AdminLimits = { applications: 256, strangers: 64, authenticateMs: 10_000 };
/** A secret and its tags. */
const MAX_STRANGER_BYTES = 1_024;

export interface AdminOptions {
  readonly host: string;
  readonly port: number;
  readonly secret: string;
  readonly limits?: Partial<AdminLimits>;
  /** `udp/127.0.0.1:5060,tcp/…`, what `authenticate` answers. */
  readonly hostPorts: string;
  onSip(app: AppConnection, command: SipCommand): void;
  onOpen(app: AppConnection): void;
  onClose(app: AppConnection): void;
  onError(error: unknown): void;
}

export interface AdminServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Listens for applications; rejects with one clear line when the port is taken. */
export async function createAdminServer(options: AdminOptions): Promise<AdminServer> {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const sockets = new Set<Socket>();
  /** Oldest first. */
  const strangers = new Set<Socket>();
  let applications = 0;
  const door: Door = {
    authenticateMs: limits.authenticateMs,
    admit(socket) {
      if (applications >= limits.applications) return false;
      strangers.delete(socket);
      applications += 1;
      socket.once('close', () => (applications -= 1));
      return true;
    },
  };
  const server = createServer((socket) => {
    const [oldest] = strangers;
    if (strangers.size >= limits.strangers) oldest?.destroy();
    if (oldest?.destroyed) strangers.delete(oldest);
    strangers.add(socket);
    sockets.add(socket);
    socket.on('close', () => {
      strangers.delete(socket);
      sockets.delete(socket);
    });
    serve(socket, options, door);
  });
  server.listen(options.port, options.host);
  try {
    await once(server, 'listening');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new Error(`cannot listen on admin TCP ${options.host}:${options.port}: ${code}`, { cause: error });
  }
  server.on('error', (error) => options.onError(error));
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : options.port,
    async close() {
      // `onClose` of each connection must have run before this resolves; the server's own event comes earlier.
      const gone = Array.from(sockets, (socket) => once(socket, 'close'));
      for (const socket of sockets) socket.destroy();
      await Promise.all([...gone, new Promise((resolve) => server.close(resolve))]);
    },
  };
}

/** Lets connections in once they have shown the secret. */
interface Door {
  readonly authenticateMs: number;
  /** False when there are too many applications. */
  admit(socket: Socket): boolean;
}

function serve(socket: Socket, options: AdminOptions, door: Door): void {
  const decoder = new FrameDecoder();
  decoder.limit = MAX_STRANGER_BYTES;
  const app = new AppConnection(socket);
  let authenticated = false;
  const deadline = setTimeout(() => socket.destroy(), door.authenticateMs);
  socket.setNoDelay(true);
  socket.setKeepAlive(true, 45_000);
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    clearTimeout(deadline);
    try {
      if (authenticated) options.onClose(app);
    } catch (error) {
      options.onError(error);
    }
  });
  socket.on('data', (chunk) => {
    try {
      for (const payload of decoder.push(chunk.toString('latin1'))) {
        if (app.closed) return;
        const command = parseCommand(payload);
        if (authenticated) obey(app, command, options);
        else authenticated = admit(app, command, options, () => door.admit(socket));
        if (!authenticated) continue;
        decoder.limit = Infinity;
        clearTimeout(deadline);
      }
    } catch (error) {
      options.onError(error);
      socket.destroy();
    }
  });
}

/** Lets an application in that knows the secret; anything else closes the connection. */
function admit(app: AppConnection, command: Command, options: AdminOptions, isRoom: () => boolean): boolean {
  if (command.type !== 'authenticate') {
    app.end(refusal(command.id, 'NO', 'not authenticated'));
    return false;
  }
  if (!sameSecret(command.secret, options.secret)) {
    app.end(refusal(command.id, 'NO', 'incorrect secret'));
    return false;
  }
  if (!isRoom()) {
    app.end(refusal(command.id, 'NO', 'too many applications'));
    return false;
  }
  options.onOpen(app);
  app.send(okAnswer(command.id, options.hostPorts, SERVER_VERSION, options.hostPorts));
  return true;
}

function obey(app: AppConnection, command: Command, options: AdminOptions): void {
  switch (command.type) {
    case 'authenticate':
      return app.send(okAnswer(command.id, options.hostPorts, SERVER_VERSION, options.hostPorts));
    case 'route':
      // drachtio-srf sends all its routes again whenever a verb is added: a set.
      app.routes.add(command.verb);
      return app.send(okAnswer(command.id));
    case 'remove_route':
      app.routes.delete(command.verb);
      return app.send(okAnswer(command.id));
    case 'ping':
      return app.send(okAnswer(command.id, 'pong'));
    case 'sip':
      return options.onSip(app, command);
    case 'proxy':
      return app.send(refusal(command.id, 'NOK', 'proxy is not supported by this server'));
    case 'unknown':
      return app.end(refusal(command.id, 'NO', 'Unknown message type'));
  }
}

/** Compares in constant time; hashing first hides the length too. */
function sameSecret(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text, 'latin1').digest();
  return timingSafeEqual(digest(given), digest(Buffer.from(expected, 'utf8').toString('latin1')));
}
