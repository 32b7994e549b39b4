/**
 * Client of rtpengine's NG control protocol: one UDP datagram `<cookie> <JSON>` a command, answered with the same cookie.
 * rtpengine keeps its answer for a repeated cookie, so resending is safe and never runs a command twice.
 * @module
 */
import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import type { Logger } from '../platform/logger.ts';

/** First resend; doubled each time. Answers take about 0.1 ms on a quiet machine. */
const FIRST_RESEND_MS = 100;
const DEFAULT_TIMEOUT_MS = 2_000;
/** Far above what 200 calls ask at once; a queue without a bound would only hide a dead media server. */
const DEFAULT_MAX_IN_FLIGHT = 2_000;
/** rtpengine reads datagrams of at most 64 KiB. */
const MAX_DATAGRAM_BYTES = 60_000;

/** `lost`: rtpengine was restarted and knows the call no more. */
export type NgErrorCode = 'timeout' | 'refused' | 'aborted' | 'overloaded' | 'closed' | 'too-long' | 'lost';

/** A command that did not succeed. `refused`: rtpengine answered with an error, `message` has its words. */
export class NgError extends Error {
  override readonly name = 'NgError';
  readonly code: NgErrorCode;

  constructor(code: NgErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Answer to a command: `result` is `ok` or `pong`, the rest depends on the command. */
export type NgReply = Readonly<Record<string, unknown>> & { readonly result: string };

export interface NgRequestOptions {
  timeoutMs?: number;
  signal?: AbortSignal;
}

export interface NgClient {
  /**
   * Sends one command and waits for its answer.
   * @param args keys of the command, such as `call-id`, `from-tag`, `sdp`
   * @throws NgError
   */
  request(
    command: string,
    args?: Readonly<Record<string, unknown>>,
    options?: NgRequestOptions,
  ): Promise<NgReply>;
  /** Commands without an answer yet. */
  inFlight(): number;
  close(): Promise<void>;
}

export interface NgClientOptions {
  host: string;
  port: number;
  logger: Logger;
  timeoutMs?: number;
  maxInFlight?: number;
}

interface Pending {
  resolve(reply: NgReply): void;
  reject(error: NgError): void;
}

/** Opens the socket; needs no rtpengine to be there yet. */
export async function createNgClient(options: NgClientOptions): Promise<NgClient> {
  const socket = await openSocket(options);
  const pending = new Map<string, Pending>();
  let closed = false;

  socket.on('message', (datagram) => {
    const answer = parseAnswer(datagram);
    // Late, doubled, foreign and malformed answers are not ours to act on: the command waits on, up to its time-out.
    if (!answer) return;
    const waiting = pending.get(answer.cookie);
    if (!waiting) return;
    if (answer.reply.result === 'error') waiting.reject(refusal(answer.reply));
    else waiting.resolve(answer.reply);
  });
  // A connected UDP socket hears "port unreachable" while rtpengine restarts; the resends carry on.
  socket.on('error', (error) => options.logger.debug({ err: error }, 'NG socket error'));

  return {
    inFlight: () => pending.size,
    request: async (command, args = {}, requestOptions = {}) => {
      if (closed) throw new NgError('closed', `NG ${command}: client is closed`);
      if (pending.size >= (options.maxInFlight ?? DEFAULT_MAX_IN_FLIGHT)) {
        throw new NgError('overloaded', `NG ${command}: too many commands without an answer`);
      }
      const timeoutMs = requestOptions.timeoutMs ?? options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
      return exchange({ socket, pending, command, args, timeoutMs, signal: requestOptions.signal });
    },
    close: async () => {
      if (closed) return;
      closed = true;
      for (const waiting of pending.values()) waiting.reject(new NgError('closed', 'NG client was closed'));
      await new Promise<void>((resolve) => socket.close(() => resolve()));
    },
  };
}

interface Exchange {
  socket: Socket;
  pending: Map<string, Pending>;
  command: string;
  args: Readonly<Record<string, unknown>>;
  timeoutMs: number;
  signal: AbortSignal | undefined;
}

function exchange({ socket, pending, command, args, timeoutMs, signal }: Exchange): Promise<NgReply> {
  const cookie = randomBytes(12).toString('hex');
  const datagram = Buffer.from(`${cookie} ${JSON.stringify({ command, ...args })}`);
  if (datagram.length > MAX_DATAGRAM_BYTES) {
    return Promise.reject(
      new NgError('too-long', `NG ${command}: command exceeds ${MAX_DATAGRAM_BYTES} bytes`),
    );
  }
  return new Promise((resolve, reject) => {
    let resendMs = FIRST_RESEND_MS;
    let resend: NodeJS.Timeout;
    const finish = (settle: () => void): void => {
      clearTimeout(resend);
      clearTimeout(deadline);
      signal?.removeEventListener('abort', abort);
      pending.delete(cookie);
      settle();
    };
    const fail = (code: NgErrorCode, text: string): void =>
      finish(() => reject(new NgError(code, `NG ${command}: ${text}`)));
    const abort = (): void => fail('aborted', 'aborted');
    const send = (): void => {
      // Send errors (no route, refused) are healed or ended by resend and time-out alike.
      socket.send(datagram, () => undefined);
      resend = setTimeout(send, resendMs);
      resendMs *= 2;
    };
    const deadline = setTimeout(() => fail('timeout', `no answer within ${timeoutMs} ms`), timeoutMs);
    pending.set(cookie, {
      resolve: (reply) => finish(() => resolve(reply)),
      reject: (error) => finish(() => reject(new NgError(error.code, `NG ${command}: ${error.message}`))),
    });
    if (signal?.aborted) return abort();
    signal?.addEventListener('abort', abort, { once: true });
    send();
  });
}

async function openSocket(options: NgClientOptions): Promise<Socket> {
  const socket = createSocket({ type: options.host.includes(':') ? 'udp6' : 'udp4' });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    // Connected: the kernel drops datagrams of any other sender.
    socket.connect(options.port, options.host, () => {
      socket.off('error', reject);
      resolve();
    });
  });
  return socket;
}

function parseAnswer(datagram: Buffer): { cookie: string; reply: NgReply } | undefined {
  const space = datagram.indexOf(0x20);
  if (space <= 0) return undefined;
  try {
    const body: unknown = JSON.parse(datagram.toString('utf8', space + 1));
    if (typeof body !== 'object' || body === null || !('result' in body)) return undefined;
    if (typeof body.result !== 'string') return undefined;
    return { cookie: datagram.toString('latin1', 0, space), reply: body as NgReply };
  } catch {
    return undefined;
  }
}

function refusal(reply: NgReply): NgError {
  const reason = reply['error-reason'];
  return new NgError('refused', typeof reason === 'string' ? reason : 'rtpengine answered with an error');
}
