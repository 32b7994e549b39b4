/**
 * A drachtio-compatible SIP server for development and small sites.
 * @module
 */

import { boundedLogger } from './bounded-logger.ts';
import { AppRegistry } from './core/app-registry.ts';
import { receiveFromApp } from './core/application.ts';
import type { Core, SipLogger } from './core/core.ts';
import { DialogTable } from './core/dialog-table.ts';
import { endDialog } from './core/end-dialog.ts';
import { FlowMemory } from './core/flow-memory.ts';
import { receiveFromNetwork } from './core/network.ts';
import { readPeers } from './core/peers.ts';
import { refreshSession } from './core/session-refresh.ts';
import { createBranches } from './message/ids.ts';
import { TransactionLayer } from './transaction/layer.ts';
import { createScheduler } from './transaction/scheduler.ts';
import { sipTimers, type SipTimers } from './transaction/timers.ts';
import type { Contact } from './transport/flow.ts';
import { createResolver, type Resolver } from './transport/resolver.ts';
import type { TcpLimits } from './transport/tcp-limits.ts';
import { Transports, type Listen, type TransportOptions } from './transport/transports.ts';
import type { WsLimits } from './transport/ws-limits.ts';
import { createAdminServer, type AdminLimits } from './wire/admin-server.ts';
import type { AppConnection } from './wire/app-connection.ts';

/** Port 0 lets the system choose; what it chose is in the result. */
export interface SipServerOptions {
  /** What applications must know to be let in. */
  readonly secret: string;
  /** Where applications connect; 127.0.0.1:9022 unless told otherwise. */
  readonly admin?: Partial<Listen>;
  /** SIP over UDP and TCP; leave both out for 127.0.0.1:5060 on both. */
  readonly udp?: Listen;
  readonly tcp?: Listen;
  /** SIP over WebSocket, for browsers; none unless given. */
  readonly ws?: Listen;
  /** TLS: authorities of carriers, and our certificate if carriers may connect to us. */
  readonly tls?: TransportOptions['tls'];
  /** Address that peers are told instead of the bound one. */
  readonly externalAddress?: string;
  /** RFC 3261 timers in milliseconds, for tests. */
  readonly timers?: Partial<SipTimers>;
  /** How long a dialog outlives its application before the server ends it; an hour by default. */
  readonly orphanDialogMs?: number;
  readonly resolver?: Resolver;
  readonly tcpLimits?: Partial<TcpLimits>;
  readonly wsLimits?: Partial<WsLimits>;
  /** Addresses and networks whose new requests are taken; none: everybody's. */
  readonly peers?: readonly string[];
  readonly adminLimits?: Partial<AdminLimits>;
  readonly logger?: SipLogger;
}

export interface SipServer {
  readonly adminPort: number;
  readonly contacts: readonly Contact[];
  /** Numbers of what is in memory; all 0 when idle, `transactions` after some 32 s, `browsers` without registered ones. */
  stats(): Record<'dialogs' | 'inbound' | 'outbound' | 'transactions' | 'browsers', number>;
  /** Stops listening, cancels what is ringing, drops all connections and timers. */
  close(): Promise<void>;
}

const LOCALHOST = '127.0.0.1';
const DEFAULT_ADMIN_PORT = 9022;
const DEFAULT_SIP: Listen = { host: LOCALHOST, port: 5060 };
const ORPHAN_DIALOG_MS = 60 * 60_000;

/** Starts the server; rejects with one clear line when a port is taken or the secret is missing. */
export async function createSipServer(options: SipServerOptions): Promise<SipServer> {
  if (options.secret === '') throw new Error('the secret must not be empty');
  const isPeer = readPeers(options.peers ?? []);
  const log = boundedLogger(options.logger ?? { warn() {} });
  const onError = (error: unknown) => log.warn('handling failed', { error: describe(error) });
  const scheduler = createScheduler(onError);
  const timers = sipTimers(options.timers);
  const transports = await openTransports(
    options,
    (text, flow) => receiveFromNetwork(core, text, flow),
    onError,
  );
  const core: Core = {
    timers,
    scheduler,
    transports,
    branches: createBranches(options.secret),
    transactions: new TransactionLayer({ timers, scheduler }),
    dialogs: new DialogTable(),
    apps: new AppRegistry(),
    flowMemory: new FlowMemory(),
    inbound: new Map(),
    outbound: new Map(),
    orphanDialogMs: options.orphanDialogMs ?? ORPHAN_DIALOG_MS,
    isPeer,
    log,
    refreshSession: (dialog, seconds) => refreshSession(core, dialog, seconds),
  };
  const admin = await createAdminServer({
    host: options.admin?.host ?? LOCALHOST,
    port: options.admin?.port ?? DEFAULT_ADMIN_PORT,
    secret: options.secret,
    hostPorts: transports.contacts
      .map((contact) => `${contact.protocol}/${contact.address}:${contact.port}`)
      .join(','),
    ...(options.adminLimits ? { limits: options.adminLimits } : {}),
    onOpen: (app) => core.apps.add(app),
    onSip: (app, command) => receiveFromApp(core, app, command),
    onClose: (app) => forgetApplication(core, app),
    onError,
  }).catch(async (error: unknown) => {
    await transports.close();
    throw error;
  });
  let closing: Promise<void> | undefined;
  async function close(): Promise<void> {
    // Applications go first: what rings for them is cancelled while there is still a way to say so.
    await admin.close();
    scheduler.close();
    await transports.close();
  }
  return {
    adminPort: admin.port,
    contacts: transports.contacts,
    stats: () => ({
      dialogs: core.dialogs.size,
      inbound: core.inbound.size,
      outbound: core.outbound.size,
      transactions: core.transactions.size,
      browsers: core.flowMemory.size,
    }),
    close: () => (closing ??= close()),
  };
}

function openTransports(
  options: SipServerOptions,
  onMessage: Parameters<typeof Transports.open>[0]['onMessage'],
  onError: (error: unknown) => void,
): Promise<Transports> {
  const { udp, tcp, tls, ws, externalAddress, tcpLimits, wsLimits } = options;
  const resolver = guarded(options.resolver ?? createResolver(), onError);
  const listen =
    udp || tcp
      ? { ...(udp ? { udp } : {}), ...(tcp ? { tcp } : {}) }
      : { udp: DEFAULT_SIP, tcp: DEFAULT_SIP };
  return Transports.open({
    ...listen,
    ...(ws ? { ws } : {}),
    ...(tls ? { tls } : {}),
    ...(externalAddress === undefined ? {} : { externalAddress }),
    resolver,
    ...(tcpLimits ? { tcpLimits } : {}),
    ...(wsLimits ? { wsLimits } : {}),
    onMessage,
    onError,
  });
}

/** A resolver whose callers' exceptions are reported instead of ending the process. */
function guarded(resolver: Resolver, onError: (error: unknown) => void): Resolver {
  return {
    resolve(host, done) {
      resolver.resolve(host, (resolved) => {
        try {
          done(resolved);
        } catch (error) {
          onError(error);
        }
      });
    },
  };
}

/**
 * An application is gone: what it had pending is cancelled or refused; its established dialogs are kept, so
 * that another application can end them by their id, and ended by the server itself after a while.
 */
function forgetApplication(core: Core, app: AppConnection): void {
  core.apps.remove(app);
  for (const owned of app.owned) owned.onAppGone();
  app.owned.clear();
  const kept = [...core.dialogs.ownedBy(app)];
  if (kept.length === 0) return;
  core.scheduler.after(core.orphanDialogMs, () => {
    for (const dialog of kept) endDialog(core, dialog, 'application gone');
  });
}

/** Errors of handlers may quote messages: only their kind and place are logged. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const place = /\n\s+at ([^\n]+)/.exec(error.stack ?? '')?.[1] ?? '';
  return `${error.name} ${(error as NodeJS.ErrnoException).code ?? ''} at ${place}`;
}
