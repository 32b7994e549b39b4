/**
 * The part of drachtio-srf that Apel uses, typed as its source behaves: the package's own declarations leave out the
 * connection's events, digest functions and requests inside a dialog.
 * @module
 */
import Srf from 'drachtio-srf';

export interface SrfMessage {
  readonly body?: string;
  get(header: string): string | undefined;
  has(header: string): boolean;
}

export interface SrfResponse extends SrfMessage {
  readonly status: number;
  /** Where it came from: IP address, port, `udp` or `tcp`. */
  readonly source_address: string;
  readonly source_port: number;
  readonly protocol: string;
}

export interface SrfRequest extends SrfMessage {
  /** `network`, or `application` for a BYE that the SIP server made itself. */
  readonly source: string;
  on(event: 'response', listener: (response: SrfResponse) => void): void;
  cancel(callback: (error: unknown) => void): void;
}

export interface SrfReply {
  send(status: number, options?: { body?: string; headers?: Record<string, string> }): void;
}

/** A request outside dialogs that we answer. */
export interface SrfIncoming extends SrfMessage {
  readonly uri: string;
  readonly source_address: string;
  readonly source_port: number;
  /** `udp`, `tcp`, `ws` or `wss`. */
  readonly protocol: string;
}

export interface SrfDialog {
  readonly id: string;
  readonly remote: { readonly sdp: string };
  readonly local: { readonly contact: string };
  /** The 200 that made it. */
  readonly res: SrfResponse;
  request(
    options: { method: string; headers: Record<string, string>; body: string },
    callback: (error: unknown, response?: SrfResponse) => void,
  ): void;
  destroy(options: object, callback: (error: unknown) => void): void;
  on(event: 'destroy', listener: (request: SrfRequest, reason?: string) => void): void;
  on(event: 'ack', listener: (request: SrfRequest) => void): void;
  on(event: SrfDialogRequest, listener: (request: SrfRequest, reply: SrfReply) => void): void;
}

/** Requests inside a dialog that a listener must answer; `modify` is a re-INVITE. */
export type SrfDialogRequest = 'modify' | 'update' | 'info' | 'refer' | 'message' | 'publish';

export type DigestAuth = (
  request: SrfRequest,
  response: SrfResponse,
  callback: (error: Error | null, username?: string, password?: string) => void,
) => void;

export interface SrfRequestOptions {
  method: string;
  uri?: string;
  headers: Record<string, string>;
  stackDialogId?: string;
  /** URI of the first hop, when it is another than the request URI. */
  proxy?: string;
  auth?: DigestAuth;
}

export interface SrfInviteOptions {
  headers: Record<string, string>;
  localSdp: string;
  auth?: DigestAuth;
}

export interface SrfProgress {
  cbRequest(error: unknown, request?: SrfRequest): void;
  cbProvisional(response: SrfResponse): void;
}

interface SrfConnection {
  on(event: 'connect', listener: (error: Error | null) => void): void;
  on(event: 'close', listener: () => void): void;
  on(event: 'error', listener: (error: Error) => void): void;
  /** The inner agent; its `wp` reconnects until told that it is closing. */
  readonly client?: { readonly wp?: { closing?: boolean } };
}

export interface SrfClient {
  readonly app: SrfConnection;
  on(event: 'error', listener: (error: Error) => void): void;
  connect(options: {
    host: string;
    port: number;
    secret: string;
    reconnect: { retryMaxDelay: number };
  }): void;
  disconnect(): void;
  request(
    options: SrfRequestOptions,
    callback: (error: (Error & { code?: string }) | null, request?: SrfRequest) => void,
  ): void;
  register(handler: (request: SrfIncoming, reply: SrfReply) => void): void;
  createUAC(
    uri: string,
    options: SrfInviteOptions,
    progress: SrfProgress,
    callback: (error: unknown, dialog?: SrfDialog) => void,
  ): void;
}

export function createSrf(): SrfClient {
  return new Srf() as unknown as SrfClient;
}
