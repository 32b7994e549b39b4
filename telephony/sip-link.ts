/**
 * The edge's connection to the SIP server, over drachtio-srf. It turns srf's callbacks into what a call needs: one
 * outcome of an INVITE, a hang-up that never hangs, and the news that the connection is gone (srf forgets every pending
 * request then, without a word).
 * @module
 */
import type { Logger } from '../platform/logger.ts';
import { sendInvite, type Invite } from './sip-invite.ts';
import { digestAuth, type DigestCredentials, type OutgoingInvite } from './sip-outgoing.ts';
import { createSrf, type SrfClient, type SrfIncoming, type SrfRequestOptions } from './srf-types.ts';

/** srf backs off without a limit by default; the SIP server is restarted within a second or two. */
const MAX_RECONNECT_DELAY_MS = 1_000;
/** srf never times out a request; the server's own timers end each within 32 s. */
const REQUEST_TIMEOUT_MS = 34_000;

/** The SIP server puts the dialog's remote target in place of this URI. */
const IN_DIALOG = { uri: 'sip:placeholder', headers: {} } as const;

export interface SipLink {
  connected(): boolean;
  /** Resolves when connected. @throws the signal's reason when aborted before */
  ready(signal: AbortSignal): Promise<void>;
  /** Sends an INVITE at once; throws when the link is down, in which case nothing has left. */
  invite(invite: OutgoingInvite): Invite;
  /**
   * BYE in a dialog that this process need not have made. @returns the status of its answer, `gone` when the server
   * knows no such dialog. @throws when the link is down or breaks
   */
  bye(dialogId: string): Promise<number | 'gone'>;
  /** A request outside dialogs, such as REGISTER. @throws when the link is down or breaks */
  request(options: SipRequest): Promise<SipAnswer>;
  /** @returns a function that stops listening */
  onLost(listener: () => void): () => void;
  close(): void;
}

export interface SipRequest {
  uri: string;
  method: string;
  headers?: Record<string, string>;
  /** URI of the first hop, when it is another than the request URI. */
  proxy?: string;
  credentials?: DigestCredentials;
}

export interface SipAnswer {
  status: number;
  header(name: string): string | undefined;
}

export interface SipLinkOptions {
  host: string;
  port: number;
  secret: string;
  logger: Logger;
  /** Answers REGISTERs; without it none reach this process. A rejection answers 500. */
  onRegister?: (this: void, request: RegisterRequest) => Promise<RegisterReply>;
}

/** A REGISTER as it came (RFC 3261 §10.3). */
export interface RegisterRequest {
  uri: string;
  header(name: string): string | undefined;
  sourceAddress: string;
  /** `udp`, `tcp`, `ws` or `wss`. */
  protocol: string;
}

export interface RegisterReply {
  status: number;
  headers?: Record<string, string>;
}

/** Connects, and connects again for as long as it is not closed. */
export function connectSipLink(options: SipLinkOptions): SipLink {
  const srf = createSrf();
  const lost = new Set<() => void>();
  const ready = new Set<() => void>();
  let up = false;
  let closed = false;

  const down = (): void => {
    if (!up) return;
    up = false;
    if (!closed) options.logger.error('SIP server connection lost');
    for (const listener of lost) listener();
  };
  // srf's own re-emission comes a tick later; the inner app tells at once, before anything else is sent.
  srf.app.on('connect', (error) => {
    if (error) {
      options.logger.error({ err: error }, 'SIP server refused the secret');
      return;
    }
    up = true;
    options.logger.info('SIP server connected');
    for (const wake of ready) wake();
  });
  srf.app.on('close', down);
  srf.app.on('error', (error) => options.logger.warn({ err: error }, 'SIP server connection error'));
  srf.on('error', () => undefined);
  if (options.onRegister) answerRegisters(srf, options.onRegister, options.logger);
  srf.connect({
    host: options.host,
    port: options.port,
    secret: options.secret,
    reconnect: { retryMaxDelay: MAX_RECONNECT_DELAY_MS },
  });

  const link: SipLink = {
    connected: () => up,
    ready: (signal) => waitUntilUp(() => up, ready, signal),
    invite: (invite) => {
      if (!up) throw new Error('SIP server is not connected');
      return sendInvite({ srf, link, logger: options.logger }, invite);
    },
    bye: async (dialogId) => {
      try {
        const answer = await ask(srf, link, { ...IN_DIALOG, method: 'BYE', stackDialogId: dialogId });
        return answer.status;
      } catch (error) {
        if ((error as { code?: unknown }).code === 'ENODIALOG') return 'gone';
        throw error;
      }
    },
    request: ({ credentials, ...request }) =>
      ask(srf, link, { headers: {}, ...request, ...(credentials ? { auth: digestAuth(credentials) } : {}) }),
    onLost: (listener) => {
      lost.add(listener);
      return () => lost.delete(listener);
    },
    close: () => {
      closed = true;
      // srf asserts on a missing socket; `closing` alone stops its reconnecting.
      if (up) srf.disconnect();
      else if (srf.app.client?.wp) srf.app.client.wp.closing = true;
    },
  };
  return link;
}

function answerRegisters(
  srf: SrfClient,
  onRegister: NonNullable<SipLinkOptions['onRegister']>,
  logger: Logger,
): void {
  const answer = async (request: SrfIncoming): Promise<RegisterReply> => {
    try {
      return await onRegister({
        uri: request.uri,
        header: (name) => request.get(name),
        sourceAddress: request.source_address,
        protocol: request.protocol.toLowerCase(),
      });
    } catch (error) {
      logger.warn({ err: error }, 'REGISTER could not be answered');
      return { status: 500 };
    }
  };
  srf.register((request, reply) => {
    answer(request)
      .then(({ status, headers = {} }) => reply.send(status, { headers }))
      .catch((error: unknown) => logger.debug({ err: error }, 'answer to a REGISTER was not sent'));
  });
}

function ask(srf: SrfClient, link: SipLink, options: SrfRequestOptions): Promise<SipAnswer> {
  return new Promise((resolve, reject) => {
    if (!link.connected()) {
      reject(new Error('SIP server is not connected'));
      return;
    }
    const finish = (settle: () => void): void => {
      clearTimeout(deadline);
      forget();
      settle();
    };
    const forget = link.onLost(() => finish(() => reject(new Error('SIP server connection lost'))));
    const deadline = setTimeout(
      () => finish(() => reject(new Error(`SIP ${options.method}: no answer`))),
      REQUEST_TIMEOUT_MS,
    );
    srf.request(options, (error, request) => {
      if (error || !request) {
        finish(() => reject(error ?? new Error('SIP request was not sent')));
        return;
      }
      request.on('response', (response) => {
        if (response.status < 200) return;
        finish(() => resolve({ status: response.status, header: (name) => response.get(name) }));
      });
    });
  });
}

function waitUntilUp(up: () => boolean, waiters: Set<() => void>, signal: AbortSignal): Promise<void> {
  if (up()) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void): void => {
      waiters.delete(wake);
      signal.removeEventListener('abort', abort);
      settle();
    };
    const wake = (): void => finish(resolve);
    const abort = (): void => finish(() => reject(signal.reason as Error));
    if (signal.aborted) return abort();
    waiters.add(wake);
    signal.addEventListener('abort', abort, { once: true });
  });
}
