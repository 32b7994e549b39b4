/**
 * What the tests use of drachtio-srf, whose own declarations leave much of it out.
 * @module
 */

type Headers = Readonly<Record<string, string>>;

export interface AppDialog {
  readonly id: string;
  /** False once it has ended. */
  readonly connected: boolean;
  readonly remote: { readonly sdp: string };
  destroy(): Promise<unknown>;
  modify(sdp: string): Promise<string>;
  request(options: {
    method: string;
    headers?: Headers;
    body?: string;
  }): Promise<{ readonly status: number }>;
  on(event: 'destroy', listener: () => void): void;
}

export interface AppRequest {
  readonly body: string;
  on(event: 'cancel' | 'response', listener: (response: { readonly status: number }) => void): void;
  cancel(): void;
}

/** A REGISTER, which tells who sent it. */
export interface RegisterRequest extends AppRequest {
  readonly protocol: string;
  readonly source_address: string;
  readonly source_port: number;
  get(name: string): string | undefined;
}

export interface AppResponse {
  send(status: number, options?: { headers?: Headers; body?: string }): void;
}

export interface CallOptions {
  readonly localSdp: string;
  readonly callingNumber?: string;
  readonly headers?: Headers;
  readonly auth?: { readonly username: string; readonly password: string };
}

export interface Progress {
  cbRequest?(error: unknown, request: AppRequest): void;
  cbProvisional?(response: { readonly status: number }): void;
}

/** A drachtio-srf application. */
export interface App {
  on(event: 'connect', listener: (error: Error | null) => void): void;
  on(event: 'error', listener: (error: Error) => void): void;
  connect(options: { host: string; port: number; secret: string }): void;
  disconnect(): void;
  invite(handler: (request: AppRequest, response: AppResponse) => void): void;
  options(handler: (request: AppRequest, response: AppResponse) => void): void;
  register(handler: (request: RegisterRequest, response: AppResponse) => void): void;
  createUAC(uri: string, options: CallOptions, progress?: Progress): Promise<AppDialog>;
  createUAS(request: AppRequest, response: AppResponse, options: { localSdp: string }): Promise<AppDialog>;
  createB2BUA(
    request: AppRequest,
    response: AppResponse,
    uri: string,
    options: { localSdpB: string },
  ): Promise<{ uac: AppDialog; uas: AppDialog }>;
  request(
    uri: string,
    options: { method: string; headers?: Headers; auth?: CallOptions['auth'] },
  ): Promise<AppRequest>;
}
