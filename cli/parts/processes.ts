/**
 * Our own processes (table in docs/architecture.md) and the environment they are given.
 * @module
 */
import type { Home } from '../shell/home.ts';
import type { PartSpec } from '../supervisor/part-spec.ts';
import { nodePart } from './node-part.ts';

/** Where everything is, once every part beneath is decided. */
export interface SiteAddresses {
  databaseUrl: string;
  temporalAddress: string;
  temporalNamespace: string;
  temporalUiOrigins: string;
  /** `ws`: its WebSocket, `ws://host:port`; without one no desk can be called. */
  drachtio: { host: string; port: number; secret: string; ws?: string };
  rtpengineNg: string;
  rtpengineDtmf: string;
  edgeToken: string;
  apiHost: string;
  apiPort: number;
  /** PEM files; HTTPS. */
  tls?: { cert: string; key: string };
  workflowBundle: string;
}

/** An edge that drains lets calls end for a while, then hangs up and reports them. */
const EDGE_STOP_MS = 20_000;

/** The variables of docs/architecture.md; what the person set and we do not decide stays as it is. */
export function siteEnv(home: Home, site: SiteAddresses): Record<string, string> {
  return {
    APEL_HOME: home.path,
    APEL_KEYS_FILE: home.keys,
    DATABASE_URL: site.databaseUrl,
    TEMPORAL_ADDRESS: site.temporalAddress,
    TEMPORAL_NAMESPACE: site.temporalNamespace,
    APEL_TEMPORAL_UI_ORIGINS: site.temporalUiOrigins,
    DRACHTIO_HOST: site.drachtio.host,
    DRACHTIO_PORT: String(site.drachtio.port),
    DRACHTIO_SECRET: site.drachtio.secret,
    ...(site.drachtio.ws === undefined ? {} : { APEL_SIP_WS: site.drachtio.ws }),
    RTPENGINE_NG: site.rtpengineNg,
    RTPENGINE_DTMF: site.rtpengineDtmf,
    APEL_RECORDING_SPOOL: home.spool,
    APEL_RECORDINGS: home.recordings,
    APEL_IMPORTS: home.imports,
    APEL_PROMPTS: home.prompts,
    APEL_EDGE_TOKEN: site.edgeToken,
    APEL_API_HOST: site.apiHost,
    APEL_API_PORT: String(site.apiPort),
    ...(site.tls && { APEL_TLS_CERT: site.tls.cert, APEL_TLS_KEY: site.tls.key }),
    APEL_WORKFLOW_BUNDLE: site.workflowBundle,
  };
}

/**
 * Three half spaces of 16 MB fill with rows that are garbage a moment later; 2 MB ones cost a tenth of its processor time and
 * spare 40 MB. The bound of the rest is twice what an import was seen to hold.
 */
const IMPORTS_NODE_OPTIONS = ['--max-semi-space-size=2', '--max-old-space-size=192'];

/**
 * In the order of start; ended in reverse, so that the edge's last results still find a worker that commits them.
 * @param parts folder of `getParts`
 */
export function apelProcesses(parts: string, env: NodeJS.ProcessEnv): PartSpec[] {
  const orchestration = (name: string) =>
    nodePart({ name, program: 'workers/orchestration/main.ts', parts, env });
  return [
    orchestration('orchestration-1'),
    orchestration('orchestration-2'),
    nodePart({
      name: 'imports',
      program: 'workers/imports/main.ts',
      parts,
      env,
      nodeOptions: IMPORTS_NODE_OPTIONS,
    }),
    nodePart({ name: 'edge', program: 'workers/edge/main.ts', parts, env, stopTimeoutMs: EDGE_STOP_MS }),
    nodePart({ name: 'api', program: 'api/main.ts', parts, env }),
  ];
}

/** @param options.voices folder with what customers say; without it they send tones */
export function carrierPart(options: {
  parts: string;
  port: number;
  logFile: string;
  voices?: string;
}): PartSpec {
  return nodePart({
    name: 'carrier',
    program: 'demo/carrier/main.ts',
    parts: options.parts,
    env: {
      ...process.env,
      CARRIER_PORT: String(options.port),
      CARRIER_LOG: options.logFile,
      CARRIER_VOICES: options.voices ?? '',
    },
    stopTimeoutMs: 3_000,
  });
}
