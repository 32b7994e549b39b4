/**
 * The edge: holds SIP dialogs and media, places calls, answers for them.
 *
 * Start: servers reached → epoch opened (refusing) → workers poll → calls are taken, `ready`.
 * End (SIGTERM): draining → calls end by themselves or are released → results committed → epoch ended → `holdEdge` returns.
 * End (epoch taken by a settlement): every call is hung up, exit 1.
 * @module
 */
import { mkdirSync } from 'node:fs';
import { openDatabase } from '../../db/client.ts';
import { readDatabaseTime } from '../../db/database-time.ts';
import { openSiteClock, systemClock } from '../../platform/clock.ts';
import { ConfigError, readConfig, type EdgeConfig } from '../../platform/config.ts';
import { readKeys } from '../../platform/keys.ts';
import { observePool } from '../../platform/metrics.ts';
import { runProcess, type ProcessContext } from '../../platform/process.ts';
import { whyNotCodec } from '../../telephony/desk-codec.ts';
import { createDtmfListener } from '../../telephony/dtmf-listener.ts';
import { wakeDtmf } from '../../telephony/dtmf-wake.ts';
import { createLimiter } from '../../telephony/limiter.ts';
import { createNgClient } from '../../telephony/ng-client.ts';
import type { CallDeps } from '../../telephony/call-part.ts';
import { storeDeskSounds } from '../../telephony/desk-sounds.ts';
import { connectSipLink, type RegisterReply, type RegisterRequest } from '../../telephony/sip-link.ts';
import { createClient } from '../../temporal-config/client.ts';
import { startControlServer } from './control-server.ts';
import { createEdgeStore } from './edge-store.ts';
import { createEdgeMetrics } from './metrics.ts';
import { openEdge, type OpenEdge } from './open-edge.ts';
import { installRuntime } from './temporal-link.ts';
import { observe } from '../shared/observe.ts';

/** The launcher kills an edge after 20 s; drain, release and commit of `open-edge.ts` fit below it. */
const SHUTDOWN_MS = 18_000;
const RETRY_MS = 500;
/** About 1.5 MB each. */
const RECORDINGS_AT_ONCE = 8;

runProcess({ service: 'edge', shutdownMs: SHUTDOWN_MS, start: startUnlessStopped });

async function startUnlessStopped(context: ProcessContext): Promise<void> {
  try {
    await start(context);
  } catch (error) {
    // Told to stop while it still waited for a server: that is no failure.
    if (!context.signal.aborted) throw error;
  }
}

async function start(context: ProcessContext): Promise<void> {
  const config = readConfig('edge', process.env);
  const keys = readKeys(config.keysFile);
  const { metrics, telemetry } = await observe('edge', context, config);
  installRuntime(context.logger, telemetry);
  const db = openDatabase({
    url: config.databaseUrl,
    applicationName: `apel-edge ${config.node}`,
    onIdleError: (error) => context.logger.warn({ err: error }, 'database connection lost'),
  });
  context.onShutdown('database', () => db.close());
  observePool(metrics, db.pool);
  const temporal = createClient(config, keys);
  context.onShutdown('temporal client', () => temporal.close());
  let open: OpenEdge | undefined;
  const telephony = await openTelephony(context, config, (request) =>
    open ? open.desks.onRegister(request) : Promise.resolve({ status: 503, headers: { 'Retry-After': '1' } }),
  );
  const sounds = await storeDeskSounds(config.prompts);
  const site = await openSiteClock(() => readDatabaseTime(db.pool), context.logger);
  context.onShutdown('site clock', site.stop);
  const store = createEdgeStore(db, site.clock);
  const edgeMetrics = createEdgeMetrics({
    metrics,
    ng: telephony.ng,
    sipConnected: () => telephony.sip.connected(),
    capacity: config.edgeCapacity,
    folders: { spool: config.recordingSpool, recordings: config.recordings },
  });

  const control = await startControlServer({
    host: config.edgeControlHost,
    port: 0,
    token: config.edgeToken,
    identity: () => open && { ...open.edge, callsInProgress: open.calls.size() },
    release: (callId) => open?.calls.release(callId) ?? 'not-on-edge',
    command: (callId, command) => open?.calls.command(callId, command) ?? Promise.resolve('not-on-edge'),
    deskGone: (userId) => open?.calls.deskGone(userId),
    startEcho: (userId) => open?.echoes.start(userId) ?? Promise.resolve('not-here'),
    endEcho: (userId) => open?.echoes.end(userId),
  });
  context.onShutdown('control server', () => control.close());

  await telephony.sip.ready(context.signal);
  if (!(await untilDone(context, 'rtpengine', () => wakeDtmf(telephony)))) {
    context.logger.error(
      config.rtpengineDtmf,
      'keys of customers do not arrive: is this the --dtmf-log-dest of rtpengine?',
    );
  }
  const missing = await untilDone(context, 'rtpengine', () => whyNotCodec(telephony.ng, config.deskCodec));
  if (missing !== undefined) throw new ConfigError('APEL_DESK_CODEC', `opus: ${missing}`);
  const edge = await untilDone(context, 'epoch', () =>
    store.openEpoch({
      node: config.node,
      controlUrl: control.url,
      capacity: config.edgeCapacity,
      ...(config.sipWs === undefined ? {} : { sipWs: config.sipWs }),
    }),
  );
  open = openEdge({ context, config, keys, temporal, telephony, store, edge, metrics: edgeMetrics, sounds });
  await open.takesCalls;
  context.ready({ node: edge.node, epoch: edge.epoch, control: control.url });
}

async function openTelephony(
  context: ProcessContext,
  config: EdgeConfig,
  onRegister: (request: RegisterRequest) => Promise<RegisterReply>,
): Promise<CallDeps> {
  const { logger } = context;
  const folders = {
    spoolDir: config.recordingSpool,
    recordingsDir: config.recordings,
    promptsDir: config.prompts,
  };
  for (const folder of Object.values(folders)) mkdirSync(folder, { recursive: true });
  const dtmf = await createDtmfListener({ ...config.rtpengineDtmf, logger });
  context.onShutdown('DTMF listener', () => dtmf.close());
  const ng = await createNgClient({ ...config.rtpengineNg, logger });
  context.onShutdown('NG client', () => ng.close());
  const { drachtioHost: host, drachtioPort: port, drachtioSecret: secret } = config;
  const sip = connectSipLink({ host, port, secret, logger, onRegister });
  context.onShutdown('SIP server connection', () => sip.close());
  const limitRecordings = createLimiter(RECORDINGS_AT_ONCE);
  // The times of one call are this machine's own: those of the packets in its recording are too.
  return { sip, ng, dtmf, folders, clock: systemClock, logger, limitRecordings, deskCodec: config.deskCodec };
}

/** Tries until it works: the launcher starts parts side by side, and a log line says what is waited for. */
async function untilDone<T>(context: ProcessContext, what: string, attempt: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (context.signal.aborted) throw error;
      context.logger.warn({ err: error, what }, 'waiting');
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}
