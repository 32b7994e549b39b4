/**
 * The API as one Hono application, made from its dependencies; `app.request` tests it without a socket.
 * @module
 */
import { randomUUID } from 'node:crypto';
import { compress } from 'hono/compress';
import type { MiddlewareHandler } from 'hono';
import { trustedProxies } from './auth/client-address.ts';
import { createGates } from './auth/gate.ts';
import { createKnownBrowsers } from './auth/known-browser.ts';
import { createPasswords } from './auth/passwords.ts';
import { createSight } from './auth/sight.ts';
import type { ApiDeps } from './deps.ts';
import { createAgentCalls } from './desk/agent-calls.ts';
import { findSipServers } from './desk/credentials.ts';
import { createDeskSockets } from './desk/desk-sockets.ts';
import { createDeskReader } from './desk/read-desk.ts';
import type { ApiEnv } from './env.ts';
import { byBodyRule } from './http/body-rules.ts';
import { onError, onNotFound } from './http/error-handlers.ts';
import { answerInTime, maxBody } from './http/limits.ts';
import { createApiMetrics } from './http/metrics.ts';
import { createRouter } from './http/openapi.ts';
import { sameOriginWrites, securityHeaders } from './http/security.ts';
import { createUploadStore } from './imports/upload-store.ts';
import { createFoldLag } from './live/fold-lag.ts';
import { createSnapshotReader } from './live/snapshot.ts';
import { createSessionWatch } from './live/session-watch.ts';
import { createLiveSockets } from './live/sockets.ts';
import { createTemporalWatch } from './live/temporal-watch.ts';
import { createWallFeed } from './live/wall-feed.ts';
import { createWallReader } from './live/wall-sections.ts';
import { createWallSockets } from './live/wall-sockets.ts';
import { createWallStorage } from './live/wall-storage.ts';
import { createWatches } from './live/watches.ts';
import { accountRoutes } from './routes/account.ts';
import { agentRoutes } from './routes/agents.ts';
import { auditRoutes } from './routes/audit.ts';
import { agentReportRoutes } from './routes/agent-report.ts';
import { callRoutes } from './routes/calls.ts';
import { campaignReportRoutes } from './routes/campaign-report.ts';
import { campaignAdminRoutes } from './routes/campaign-admin.ts';
import { campaignRoutes } from './routes/campaigns.ts';
import { contactRoutes } from './routes/contacts.ts';
import { codecCors, codecRoutes } from './routes/codec.ts';
import { correctionRoutes } from './routes/corrections.ts';
import { configRoutes } from './routes/config-objects.ts';
import { deskCallRoutes } from './routes/desk-calls.ts';
import { deskSocketHandler, sipSocketHandler } from './routes/desk-sockets.ts';
import { deskRoutes } from './routes/desk.ts';
import { doNotCallRoutes } from './routes/do-not-call.ts';
import { healthRoutes } from './routes/health.ts';
import { historyRoutes } from './routes/history.ts';
import { importRoutes } from './routes/imports.ts';
import { listRoutes } from './routes/lists.ts';
import { liveSocketHandler, ownOriginUpgrade, wallSocketHandler } from './routes/live-socket.ts';
import { lookupRoutes } from './routes/lookups.ts';
import { describeApi } from './routes/operations.ts';
import { servePages } from './routes/pages.ts';
import { promptRoutes } from './routes/prompts.ts';
import { queueRoutes } from './routes/queues.ts';
import { recordingRoutes } from './routes/recording.ts';
import { recordingSearchRoutes } from './routes/recordings.ts';
import { reportRoutes } from './routes/reports.ts';
import { screenRoutes } from './routes/screens.ts';
import { sessionRoutes } from './routes/session.ts';
import { trunkTestRoutes } from './routes/trunk-tests.ts';
import { userRoutes } from './routes/users.ts';
import { wallRoutes } from './routes/wall.ts';
import { findDeskEdges } from './queries/desk.ts';
import { createSipPipes } from './sip/pipe.ts';

/** The edge finds out by itself; it is only told sooner. */
const DESK_GONE_MS = 1_000;

/** `close` ends the live sockets and their watches; the server and the database belong to the caller. */
export function createApp(deps: ApiDeps) {
  const foldLag = createFoldLag();
  const temporal = createTemporalWatch(() => deps.checkTemporal());
  const readSnapshot = createSnapshotReader({ ...deps, temporal, foldLag });
  const watches = createWatches({ readSnapshot, logger: deps.logger });
  const sight = createSight();
  const sessions = createSessionWatch({ ...deps, sight });
  const sockets = createLiveSockets({ watches, sessions });
  const wall = createWallReader({ ...deps, temporal, foldLag, storage: createWallStorage(deps) });
  const wallFeed = createWallFeed({ ...deps, readAgents: wall.agents, readSections: wall.sections });
  const wallSockets = createWallSockets({ feed: wallFeed, sessions });
  const desks = createDeskReader(deps);
  const agentCalls = createAgentCalls({ ...deps, desks });
  const isTrustedProxy = trustedProxies(deps.trustedProxies);
  const sipPipes = createSipPipes({
    ...deps,
    sessions,
    findServers: (userId) => findSipServers(deps, userId),
  });
  const deskSockets = createDeskSockets({
    ...deps,
    readDesk: desks.read,
    sessions,
    onGone: async (userId) => {
      const urls = await findDeskEdges(deps.db, userId);
      await Promise.all(urls.map((url) => deps.edgeControl.deskGone(url, userId, DESK_GONE_MS)));
    },
  });
  const metrics = createApiMetrics(deps, foldLag);
  const uploads = createUploadStore(deps.importsDir);
  const gates = createGates({ ...deps, sight });
  const account = {
    ...deps,
    passwords: createPasswords(),
    knownBrowsers: createKnownBrowsers(codecKey(deps.codecKeys)),
    isTrustedProxy,
    endSession: (hash: Buffer) => sessions.endSession(hash),
    checkSessions: () => sessions.check(),
  };

  const base = createRouter();
  base.onError(onError(deps.logger));
  base.notFound(onNotFound(base));
  base.use(requestId, metrics.middleware, securityHeaders, compress());
  const inTime = byBodyRule(({ withinMs }) => answerInTime(withinMs));
  const bounded = byBodyRule(({ maxBytes }) => maxBody(maxBytes));
  base.use('/api/*', noStore, inTime, sameOriginWrites, bounded);
  base.use('/codec/*', noStore, answerInTime(), codecCors(deps.temporalUiOrigins));

  const app = base
    .route('/', sessionRoutes(account, gates))
    .route('/', accountRoutes(account, gates))
    .route('/', userRoutes(account, gates))
    .route('/', auditRoutes(deps, gates))
    .route('/', campaignRoutes({ ...deps, readSnapshot }, gates))
    .route('/', campaignAdminRoutes(deps, gates))
    .route('/', configRoutes(deps, gates))
    .route('/', promptRoutes(deps, gates))
    .route('/', trunkTestRoutes(deps, gates))
    .route('/', queueRoutes(deps, gates))
    .route('/', callRoutes(deps, gates))
    .route('/', correctionRoutes(deps, gates))
    .route('/', recordingRoutes(deps, gates))
    .route('/', recordingSearchRoutes(deps, gates))
    .route('/', reportRoutes(deps, gates))
    .route('/', agentReportRoutes(deps, gates))
    .route('/', campaignReportRoutes(deps, gates))
    .route('/', historyRoutes(deps, gates))
    .route('/', wallRoutes({ ...deps, wall }, gates))
    .route('/', screenRoutes(account, gates))
    .route('/', agentRoutes(deps, gates))
    .route('/', listRoutes(deps, gates))
    .route('/', importRoutes({ ...deps, uploads }, gates))
    .route('/', contactRoutes(deps, gates))
    .route('/', doNotCallRoutes({ ...deps, uploads }, gates))
    .route('/', lookupRoutes(deps, gates))
    .route('/', deskRoutes({ ...deps, desks, agentCalls, isTrustedProxy }, gates))
    .route('/', deskCallRoutes({ ...deps, desks, agentCalls }, gates))
    .route('/', codecRoutes(deps, gates))
    .route('/', healthRoutes(deps, gates));

  app.get('/api/live', gates.allow('live.read'), ownOriginUpgrade, liveSocketHandler(sockets));
  app.get('/api/wall/live', gates.wall(), ownOriginUpgrade, wallSocketHandler(wallSockets));
  app.get('/api/desk/live', gates.allow('desk.use'), ownOriginUpgrade, deskSocketHandler(deskSockets));
  app.get('/sip', gates.allow('desk.use'), ownOriginUpgrade, sipSocketHandler(sipPipes));
  app.get('/metrics', gates.metrics(), async (c) =>
    c.text(await metrics.render(), 200, { 'content-type': deps.metrics.contentType }),
  );
  app.get('/openapi.json', gates.open(), (c) => c.json(describeApi(app)));
  app.get('/*', gates.open(), servePages(deps.uiDir));

  return {
    app,
    /** Prometheus text, for a listener that needs no log-in. */
    renderMetrics: () => metrics.render(),
    close: async (): Promise<void> => {
      await deskSockets.close();
      sipPipes.close();
      sessions.close();
      sockets.close();
      wallSockets.close();
      await wallFeed.close();
      watches.close();
    },
  };
}

/** The key that encrypts now; `platform/keys.ts` makes sure that there is one. */
function codecKey({ current, keys }: ApiDeps['codecKeys']): Buffer {
  const key = keys[current];
  if (key === undefined) throw new Error(`there is no codec key ${current}`);
  return key;
}

const requestId: MiddlewareHandler<ApiEnv> = async (c, next) => {
  c.set('requestId', randomUUID());
  await next();
  c.res.headers.set('x-request-id', c.var.requestId);
};

const noStore: MiddlewareHandler<ApiEnv> = async (c, next) => {
  await next();
  if (!c.res.headers.has('cache-control')) c.res.headers.set('cache-control', 'no-store');
};
