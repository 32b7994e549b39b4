/**
 * Brings every part up in order, and down again: what `up` and `demo` share.
 * @module
 */
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { migrateDatabase } from '../../db/migrate.ts';
import { readOrCreateKeys } from '../../platform/keys.ts';
import { homeOf, makeFolders, setAsideOrphanedData, type Home } from '../shell/home.ts';
import { readOrCreateSecrets, type LauncherSecrets } from '../shell/secrets-file.ts';
import type { StopSignals } from '../shell/stop-signals.ts';
import { UserError } from '../shell/user-error.ts';
import { takeLock, type Lock } from '../supervisor/lock.ts';
import { createLogSink, type LogSink } from '../supervisor/log-sink.ts';
import { requirePorts } from '../supervisor/ports.ts';
import { endLeftover, processRef } from '../supervisor/proc.ts';
import { startReaper, type Reaper } from '../supervisor/reaper.ts';
import {
  readRunState,
  removeRunState,
  writeRunState,
  type Addresses,
  type RunState,
} from '../supervisor/run-state.ts';
import { createSupervisor, type Supervisor } from '../supervisor/supervisor.ts';
import { getDemoVoices } from './demo-voices.ts';
import { prepareArchive } from './ffmpeg.ts';
import { createFirstUsers, type NewUser } from './first-users.ts';
import { planPorts, portUses, type PortName, type PortPlan } from './port-plan.ts';
import { getParts } from './part-bundle.ts';
import { checkPostgres, postgresNote, postgresPart, readPostgresUrl } from './postgres.ts';
import { apelProcesses, carrierPart, siteEnv, type SiteAddresses } from './processes.ts';
import { externalAddresses, getPageTls, isLoopbackName } from './page-tls.ts';
import { getRtpengine, rtpenginePart } from './rtpengine.ts';
import { sipServerPart } from './sip-server.ts';
import { getTemporalCli } from './temporal-cli.ts';
import { temporalPart } from './temporal.ts';
import type { Progress } from './tool-report.ts';
import { buildUi } from './ui-build.ts';
import { getWorkflowBundle } from './workflow-bundle.ts';

/** 128 + SIGINT, as shells have it. */
const EXIT_INTERRUPTED = 130;

export interface BringUpOptions {
  env: NodeJS.ProcessEnv;
  portBase?: number;
  /** Starts the simulated carrier as well. */
  carrier?: boolean;
  /** Where the page listens; default `APEL_API_HOST`, else this machine alone. Others mean HTTPS. */
  host?: string;
  /** Where log lines go. */
  screen?: { write(text: string): unknown; isTTY?: boolean };
  progress: Progress;
  /** A signal while parts start ends them again. */
  stop: StopSignals;
}

export interface Site {
  home: Home;
  /** Environment of our processes. */
  env: Record<string, string>;
  addresses: Addresses;
  supervisor: Supervisor;
  /** Users made at this start, with their passwords, to be shown once. */
  newUsers: NewUser[];
  /** Ends everything in reverse order. A second call kills at once. */
  close(): Promise<void>;
}

/** @throws UserError with one line when a part cannot be had or does not get ready; everything begun is ended then */
export async function bringUp(options: BringUpOptions): Promise<Site> {
  const home = homeOf(options.env);
  const aside = setAsideOrphanedData(home, new Date());
  if (aside) options.progress(`the database of an earlier site at this path is kept in ${aside}`);
  makeFolders(home);
  const lock = takeLock(home.lock);
  const log = createLogSink({
    folder: home.logs,
    ...(options.screen ? { screen: options.screen } : {}),
  });
  let up: UpBase | undefined;
  try {
    await endLeftovers(home, options.progress);
    readOrCreateKeys(home.keys);
    const secrets = readOrCreateSecrets(home.secrets);
    const plan = await planPorts(options.env, options.portBase);
    await requirePorts(portUses(plan, portsWeOpen(options)));
    const base = createBase({ options, home, lock, log, plan, secrets });
    up = base;
    options.stop.onAgain(() => void base.close());
    return await untilAborted(options.stop.signal, startAll(base));
  } catch (error) {
    if (up) await up.close();
    else lock.release();
    throw error;
  }
}

/** Whatever step is slow just now, Ctrl-C is obeyed. */
function untilAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(new UserError('ended while starting', EXIT_INTERRUPTED));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject);
  });
}

/** With the folder of the bundled programs. */
type Up = UpBase & { parts: string };

interface UpBase {
  options: BringUpOptions;
  home: Home;
  log: LogSink;
  plan: PortPlan;
  secrets: LauncherSecrets;
  supervisor: Supervisor;
  state: RunState;
  save(): void;
  close(): Promise<void>;
}

function createBase(input: {
  options: BringUpOptions;
  home: Home;
  lock: Lock;
  log: LogSink;
  plan: PortPlan;
  secrets: LauncherSecrets;
}): UpBase {
  const { home, lock, log } = input;
  const launcher = processRef(process.pid) ?? { pid: process.pid, startTime: '' };
  const state: RunState = {
    launcher,
    startedAt: new Date().toISOString(),
    ready: false,
    env: {},
    addresses: { page: '', temporal: '' },
    parts: [],
  };
  const save = (): void => writeRunState(home.runState, state);
  const reaper: Reaper = startReaper();
  const supervisor = createSupervisor({
    log,
    reaper,
    onChange: (parts) => {
      state.parts = parts;
      save();
    },
  });
  let closed = false;
  const close = async (): Promise<void> => {
    await supervisor.stopAll();
    if (closed) return;
    closed = true;
    reaper.dismiss();
    removeRunState(home.runState);
    log.close();
    lock.release();
  };
  return { ...input, supervisor, state, save, close };
}

async function startAll(base: UpBase): Promise<Site> {
  const { options, home, supervisor } = base;
  const { progress } = options;
  const up: Up = { ...base, parts: await getParts(home, progress) };
  // Slow steps of the first start run beside the first parts.
  const slow = Promise.all([getWorkflowBundle(home, progress), buildUi(progress), prepareArchive(progress)]);
  // Its failure is told where it is waited for, in one line; until then it must not end the process.
  slow.catch(() => undefined);
  const [databaseUrl, temporal, rtpengineNg, drachtio] = await Promise.all([
    startPostgres(up),
    startTemporal(up),
    startRtpengine(up),
    startSip(up),
    startCarrier(up),
  ]);
  const tls = await getPageTls({
    host: pageHost(options),
    folder: home.path,
    env: options.env,
    now: new Date(),
    progress,
  });
  const [workflowBundle] = await slow;
  const site: SiteAddresses = {
    databaseUrl,
    ...temporal,
    drachtio,
    rtpengineNg,
    rtpengineDtmf: options.env['RTPENGINE_DTMF'] ?? `127.0.0.1:${up.plan.ports.rtpengineDtmf}`,
    edgeToken: options.env['APEL_EDGE_TOKEN'] ?? up.secrets.edgeToken,
    apiHost: pageHost(options),
    ...(tls && { tls }),
    apiPort: up.plan.ports.page,
    workflowBundle,
  };
  const env = siteEnv(home, site);
  up.state.env = env;
  up.state.addresses = addressesOf(up, site);
  progress('starting the workers and the page');
  await supervisor.startTogether(apelProcesses(up.parts, { ...options.env, ...env }));
  // Last of all: passwords of a start that failed half way would never have been seen.
  const newUsers = await createFirstUsers(databaseUrl);
  up.state.ready = true;
  up.save();
  return { home, env, addresses: up.state.addresses, supervisor, newUsers, close: () => up.close() };
}

async function startPostgres({ options, home, parts, plan, supervisor }: Up): Promise<string> {
  const given = options.env['DATABASE_URL'];
  if (given) await checkPostgres(given);
  else {
    options.progress(`starting Postgres${home.postgresOutside ? ` (${postgresNote(home)})` : ''}`);
    await supervisor.start(postgresPart(parts, home, plan.ports.postgres));
  }
  const url = given || readPostgresUrl(home);
  await migrateDatabase(url);
  return url;
}

async function startTemporal(
  up: UpBase,
): Promise<Pick<SiteAddresses, 'temporalAddress' | 'temporalNamespace' | 'temporalUiOrigins'>> {
  const { options, home, plan, supervisor } = up;
  const namespace = options.env['TEMPORAL_NAMESPACE'] || 'default';
  const uiOrigin = `http://127.0.0.1:${plan.ports.temporalUi}`;
  const given = options.env['TEMPORAL_ADDRESS'];
  if (given) {
    return {
      temporalAddress: given,
      temporalNamespace: namespace,
      temporalUiOrigins: options.env['APEL_TEMPORAL_UI_ORIGINS'] ?? '',
    };
  }
  const { path } = await getTemporalCli(options.env, options.progress);
  options.progress('starting Temporal');
  await supervisor.start(
    temporalPart({
      cli: path,
      home,
      namespace,
      port: plan.ports.temporal,
      uiPort: plan.ports.temporalUi,
      codecEndpoint: `${pageUrl(options, plan.ports.page)}/codec`,
    }),
  );
  return {
    temporalAddress: `127.0.0.1:${plan.ports.temporal}`,
    temporalNamespace: namespace,
    temporalUiOrigins: uiOrigin,
  };
}

async function startRtpengine({ options, home, plan, supervisor }: UpBase): Promise<string> {
  const given = options.env['RTPENGINE_NG'];
  if (given) return given;
  const program = await getRtpengine(options.progress);
  const { rtpengineNg: ngPort, rtpengineCli: cliPort, rtpengineDtmf: dtmfPort } = plan.ports;
  await supervisor.start(
    rtpenginePart({ program, home, ngPort, cliPort, dtmfPort, rtp: plan.rtp, media: mediaOf(options) }),
  );
  return `127.0.0.1:${ngPort}`;
}

/** A desk on another machine must reach the media where it reaches the page. */
export function mediaOf(options: Pick<BringUpOptions, 'host' | 'env'>): {
  address: string;
  advertised?: string;
} {
  const host = pageHost(options);
  const everywhere = host === '0.0.0.0' || host === '::';
  const own = everywhere ? externalAddresses()[0] : host;
  const address =
    options.env['APEL_MEDIA_ADDRESS'] || (isLoopbackName(host) || !own || !isIP(own) ? '127.0.0.1' : own);
  const advertised = options.env['APEL_MEDIA_ADVERTISED'];
  return { address, ...(advertised && { advertised }) };
}

function pageHost({ host, env }: Pick<BringUpOptions, 'host' | 'env'>): string {
  return host ?? (env['APEL_API_HOST'] || '127.0.0.1');
}

async function startSip({
  options,
  parts,
  plan,
  secrets,
  supervisor,
}: Up): Promise<SiteAddresses['drachtio']> {
  const { DRACHTIO_HOST: host, DRACHTIO_PORT: port, DRACHTIO_SECRET: secret } = options.env;
  const ws = options.env['APEL_SIP_WS'];
  if (host) return { host, port: Number(port || 9022), secret: secret || 'cymru', ...(ws ? { ws } : {}) };
  const { sipAdmin: adminPort, sip: sipPort, sipWs: wsPort } = plan.ports;
  const part = { parts, adminPort, sipPort, wsPort, secret: secrets.drachtioSecret };
  await supervisor.start(sipServerPart(part));
  return { host: '127.0.0.1', port: adminPort, secret: part.secret, ws: `ws://127.0.0.1:${wsPort}` };
}

async function startCarrier({ options, home, parts, plan, supervisor }: Up): Promise<void> {
  if (!options.carrier) return;
  const voices = await getDemoVoices(home, options.progress);
  await supervisor.start(
    carrierPart({ parts, port: plan.ports.carrier, logFile: carrierLog(home), ...(voices && { voices }) }),
  );
}

function addressesOf({ options, home, plan }: UpBase, site: SiteAddresses): Addresses {
  return {
    page: pageUrl(options, site.apiPort),
    temporal: site.temporalAddress,
    ...(options.env['TEMPORAL_ADDRESS'] ? {} : { temporalUi: `http://127.0.0.1:${plan.ports.temporalUi}` }),
    ...(options.env['DRACHTIO_HOST'] ? {} : { sip: `127.0.0.1:${plan.ports.sip}` }),
    ...(options.carrier ? { carrier: `127.0.0.1:${plan.ports.carrier}`, carrierLog: carrierLog(home) } : {}),
  };
}

/** What a person types; `0.0.0.0` is no address. */
function pageUrl(options: BringUpOptions, port: number): string {
  const host = pageHost(options);
  const secure = !isLoopbackName(host) || Boolean(options.env['APEL_TLS_CERT']);
  return `${secure ? 'https' : 'http'}://${host === '0.0.0.0' || host === '::' ? hostname() : host}:${port}`;
}

function carrierLog(home: Home): string {
  return join(home.path, 'carrier-log.ndjson');
}

/** Ports of the parts that are ours in this run, not the person's own servers. */
function portsWeOpen({ env, carrier }: BringUpOptions): PortName[] {
  return [
    'page',
    'rtpengineDtmf',
    ...(env['DATABASE_URL'] ? [] : (['postgres'] as const)),
    ...(env['TEMPORAL_ADDRESS'] ? [] : (['temporal', 'temporalUi'] as const)),
    ...(env['DRACHTIO_HOST'] ? [] : (['sipAdmin', 'sip', 'sipWs'] as const)),
    ...(env['RTPENGINE_NG'] ? [] : (['rtpengineNg', 'rtpengineCli'] as const)),
    ...(carrier ? (['carrier'] as const) : []),
  ];
}

/** Parts of a launcher that was killed together with its reaper. */
async function endLeftovers(home: Home, progress: Progress): Promise<void> {
  const before = readRunState(home.runState);
  for (const part of before?.parts.toReversed() ?? []) {
    if (!part.process || !processRef(part.process.pid)) continue;
    progress(`ending ${part.name}, left by an earlier run`);
    await endLeftover(part.process, 5_000);
  }
  removeRunState(home.runState);
}
