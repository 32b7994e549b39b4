/**
 * The environment, read once at the start of each process. A wrong or missing variable stops the process with one line
 * that names it: a dialer that runs on half of its configuration calls people by accident. Each value may also come from
 * a file (`NAME_FILE`).
 * @module
 */
import { isIP } from 'node:net';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { EnvFileError, readEnv } from './env-files.ts';

/** The environment cannot be used; `message` is one line that names the variable. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly variable: string;

  constructor(variable: string, reason: string) {
    super(`${variable}: ${reason}`);
    this.variable = variable;
  }
}

/** `host:port` of a UDP or TCP socket. */
export interface HostPort {
  host: string;
  port: number;
}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

const port = z.coerce.number({ error: 'must be a port number' }).int().min(1).max(65535);
/** 0 lets the operating system choose. */
const listenPort = z.coerce.number({ error: 'must be a port number' }).int().min(0).max(65535);
const text = z.string().min(1, 'must not be empty');
const hostPort = z.string().transform((value, context): HostPort => {
  const at = value.lastIndexOf(':');
  const parsed = port.safeParse(value.slice(at + 1));
  if (at > 0 && parsed.success) return { host: value.slice(0, at), port: parsed.data };
  context.addIssue({ code: 'custom', message: 'must look like host:port' });
  return z.NEVER;
});
const postgresUrl = z
  .string()
  .refine((value) => /^postgres(ql)?:\/\//.test(value), 'must start with postgres:// or postgresql://');

/** Of `RTCPeerConnection` (W3C WebRTC §4.2.4). */
export interface IceServer {
  urls: string[];
  username?: string | undefined;
  credential?: string | undefined;
}
const iceServers = z.array(
  z.strictObject({
    urls: z.array(z.string().regex(/^(stun|turn)s?:/)).min(1),
    username: z.string().optional(),
    credential: z.string().optional(),
  }),
);

const VARIABLES = {
  APEL_HOME: text.default('.apel').transform((folder) => resolve(folder)),
  APEL_KEYS_FILE: text.optional(),
  LOG_LEVEL: z.enum(LOG_LEVELS, { error: `must be one of ${LOG_LEVELS.join(', ')}` }).default('info'),
  DATABASE_URL: postgresUrl,
  TEMPORAL_ADDRESS: text,
  TEMPORAL_NAMESPACE: text.default('default'),
  /** `1` for a server with a public certificate. */
  TEMPORAL_TLS: z
    .literal('1', { error: 'must be 1 or not set' })
    .transform(() => true as const)
    .optional(),
  TEMPORAL_API_KEY: text.optional(),
  DRACHTIO_HOST: text.default('127.0.0.1'),
  DRACHTIO_PORT: port.default(9022),
  DRACHTIO_SECRET: text,
  RTPENGINE_NG: hostPort,
  RTPENGINE_DTMF: hostPort,
  APEL_RECORDING_SPOOL: text.optional(),
  APEL_RECORDINGS: text.optional(),
  APEL_IMPORTS: text.optional(),
  APEL_PROMPTS: text.optional(),
  APEL_NODE: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{0,62}$/, 'must be lower-case letters, digits, dots and dashes')
    .default('edge-1'),
  APEL_EDGE_CAPACITY: z.coerce
    .number({ error: 'must be a number of calls' })
    .int()
    .min(1)
    .max(10_000)
    .default(200),
  APEL_EDGE_TOKEN: z.string().min(16, 'must have at least 16 characters'),
  /** Name or address on which the edge's control socket listens, and by which orchestration reaches it. */
  APEL_EDGE_CONTROL_HOST: text.default('127.0.0.1'),
  /** `host:port` of metrics and health of this process, without a log-in: loopback or an internal network only. */
  APEL_METRICS_LISTEN: hostPort.optional(),
  APEL_API_HOST: text.default('127.0.0.1'),
  APEL_API_PORT: listenPort.default(8080),
  /** Folder of the built page, instead of this checkout's own `ui/dist`. */
  APEL_UI_DIR: text.transform((folder) => resolve(folder)).optional(),
  /** PEM files of the page's certificate chain and its key: HTTPS without a reverse proxy. Both or none. */
  APEL_TLS_CERT: text.optional(),
  APEL_TLS_KEY: text.optional(),
  /** `ws://host:port` of the SIP server's WebSocket, to which the API passes the desks of this edge on. */
  APEL_SIP_WS: z
    .string()
    .refine(
      (value) => URL.canParse(value) && /^wss?:$/.test(new URL(value).protocol),
      'must be ws://host:port',
    )
    .optional(),
  /** What browsers at desks are offered. Opus is better on bad networks, and costs the media server a transcoding each. */
  APEL_DESK_CODEC: z.enum(['pcma', 'opus'], { error: 'must be pcma or opus' }).default('pcma'),
  /** JSON: what desks use to find their way to the media, as `RTCPeerConnection` takes it: `[{"urls":["stun:…"]}]`. */
  APEL_ICE_SERVERS: z
    .string()
    .default('[]')
    .transform((value, context): IceServer[] => {
      const parsed = iceServers.safeParse(parseJson(value));
      if (parsed.success) return parsed.data;
      context.addIssue({
        code: 'custom',
        message: 'must be JSON such as [{"urls":["stun:stun.example.ro:3478"]}]',
      });
      return z.NEVER;
    }),
  /** Comma-separated addresses or networks of reverse proxies; loopback is always trusted. */
  APEL_TRUSTED_PROXIES: z
    .string()
    .default('')
    .transform((value) => value.split(',').filter(Boolean))
    .refine((networks) => networks.every(isNetwork), 'must be addresses or networks such as 172.30.0.0/24'),
  /** Comma-separated origins of Temporal UIs whose browsers may use the codec endpoint. */
  APEL_TEMPORAL_UI_ORIGINS: z
    .string()
    .default('')
    .transform((value) => value.split(',').filter(Boolean))
    .refine((origins) => origins.every(isOrigin), 'must be origins such as http://127.0.0.1:8233'),
  /** Zone of days where no campaign is named. */
  APEL_SITE_ZONE: z
    .string()
    .refine(isZone, 'must be an IANA time zone such as Europe/Bucharest')
    .default('Europe/Bucharest'),
  APEL_WORKFLOW_BUNDLE: text.optional(),
  /** `<deployment>:<release>`: workers of several releases side by side, each with its own calls. */
  APEL_WORKER_DEPLOYMENT: z
    .string()
    .regex(/^[^.:\s]+:[^:\s]+$/, 'must be <deployment>:<release>, such as apel:2026-12-01')
    .transform((value) => {
      const [deployment = '', buildId = ''] = value.split(':');
      return { deployment, buildId };
    })
    .optional(),
} as const;
type Variable = keyof typeof VARIABLES;

const BASE = ['APEL_HOME', 'APEL_KEYS_FILE', 'LOG_LEVEL', 'DATABASE_URL'] as const;
const METRICS = ['APEL_METRICS_LISTEN'] as const;
const TEMPORAL = ['TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE', 'TEMPORAL_TLS', 'TEMPORAL_API_KEY'] as const;
const FOLDERS = ['APEL_RECORDING_SPOOL', 'APEL_RECORDINGS', 'APEL_IMPORTS', 'APEL_PROMPTS'] as const;
const TELEPHONY = ['DRACHTIO_HOST', 'DRACHTIO_PORT', 'DRACHTIO_SECRET', 'RTPENGINE_NG'] as const;

/** What each process reads; a variable that a process does not name is not checked for it. */
export const PROCESS_VARIABLES = {
  orchestration: [
    ...BASE,
    ...METRICS,
    ...TEMPORAL,
    ...FOLDERS,
    ...TELEPHONY,
    'APEL_EDGE_TOKEN',
    'APEL_SITE_ZONE',
    'APEL_WORKFLOW_BUNDLE',
    'APEL_WORKER_DEPLOYMENT',
  ],
  imports: [...BASE, ...METRICS, ...TEMPORAL, ...FOLDERS, 'APEL_WORKFLOW_BUNDLE', 'APEL_WORKER_DEPLOYMENT'],
  edge: [
    ...BASE,
    ...METRICS,
    ...TEMPORAL,
    ...FOLDERS,
    ...TELEPHONY,
    'RTPENGINE_DTMF',
    'APEL_NODE',
    'APEL_EDGE_CAPACITY',
    'APEL_EDGE_TOKEN',
    'APEL_EDGE_CONTROL_HOST',
    'APEL_SIP_WS',
    'APEL_DESK_CODEC',
  ],
  api: [
    ...BASE,
    ...METRICS,
    ...TEMPORAL,
    ...FOLDERS,
    'APEL_EDGE_TOKEN',
    'APEL_API_HOST',
    'APEL_API_PORT',
    'APEL_UI_DIR',
    'APEL_TRUSTED_PROXIES',
    'APEL_TEMPORAL_UI_ORIGINS',
    'APEL_SITE_ZONE',
    'APEL_TLS_CERT',
    'APEL_TLS_KEY',
    'APEL_ICE_SERVERS',
  ],
  /** Commands that only need the database, such as `apel user add`. */
  command: [...BASE, ...FOLDERS],
} as const satisfies Record<string, readonly Variable[]>;

export type ProcessKind = keyof typeof PROCESS_VARIABLES;

/** All values by process; folders are absolute and have their default below `home`. */
interface ConfigFields {
  APEL_HOME: { home: string };
  APEL_KEYS_FILE: { keysFile: string };
  LOG_LEVEL: { logLevel: (typeof LOG_LEVELS)[number] };
  DATABASE_URL: { databaseUrl: string };
  TEMPORAL_ADDRESS: { temporalAddress: string };
  TEMPORAL_NAMESPACE: { temporalNamespace: string };
  TEMPORAL_TLS: { temporalTls?: true };
  TEMPORAL_API_KEY: { temporalApiKey?: string };
  DRACHTIO_HOST: { drachtioHost: string };
  DRACHTIO_PORT: { drachtioPort: number };
  DRACHTIO_SECRET: { drachtioSecret: string };
  RTPENGINE_NG: { rtpengineNg: HostPort };
  RTPENGINE_DTMF: { rtpengineDtmf: HostPort };
  APEL_RECORDING_SPOOL: { recordingSpool: string };
  APEL_RECORDINGS: { recordings: string };
  APEL_IMPORTS: { imports: string };
  APEL_PROMPTS: { prompts: string };
  APEL_NODE: { node: string };
  APEL_EDGE_CAPACITY: { edgeCapacity: number };
  APEL_EDGE_TOKEN: { edgeToken: string };
  APEL_EDGE_CONTROL_HOST: { edgeControlHost: string };
  APEL_METRICS_LISTEN: { metricsListen?: HostPort };
  APEL_API_HOST: { apiHost: string };
  APEL_API_PORT: { apiPort: number };
  APEL_UI_DIR: { uiDir?: string };
  APEL_TRUSTED_PROXIES: { trustedProxies: string[] };
  APEL_TEMPORAL_UI_ORIGINS: { temporalUiOrigins: string[] };
  APEL_SITE_ZONE: { siteZone: string };
  APEL_TLS_CERT: { tlsCert?: string };
  APEL_TLS_KEY: { tlsKey?: string };
  APEL_SIP_WS: { sipWs?: string };
  APEL_DESK_CODEC: { deskCodec: 'pcma' | 'opus' };
  APEL_ICE_SERVERS: { iceServers: IceServer[] };
  APEL_WORKFLOW_BUNDLE: { workflowBundle?: string };
  APEL_WORKER_DEPLOYMENT: { workerDeployment?: { deployment: string; buildId: string } };
}
type Intersect<U> = (U extends unknown ? (value: U) => void : never) extends (value: infer I) => void
  ? I
  : never;

/** The configuration of one kind of process. */
export type Config<K extends ProcessKind> = Intersect<ConfigFields[(typeof PROCESS_VARIABLES)[K][number]]>;

export type EdgeConfig = Config<'edge'>;

/** Default of a path variable, below `APEL_HOME`. */
const PATHS_BELOW_HOME: Partial<Record<Variable, string>> = {
  APEL_KEYS_FILE: 'keys.json',
  APEL_RECORDING_SPOOL: 'spool',
  APEL_RECORDINGS: 'recordings',
  APEL_IMPORTS: 'imports',
  APEL_PROMPTS: 'prompts',
};

/**
 * Reads and checks the variables of one kind of process.
 * @param kind which process asks
 * @param env usually `process.env`; an empty value counts as not set
 * @throws ConfigError naming the first wrong variable
 */
export function readConfig<K extends ProcessKind>(
  kind: K,
  env: Readonly<Record<string, string | undefined>>,
): Config<K> {
  const home = VARIABLES.APEL_HOME.parse(env['APEL_HOME'] || undefined);
  const config: Record<string, unknown> = {};
  for (const variable of PROCESS_VARIABLES[kind]) {
    const value = readVariable(variable, rawValue(env, variable));
    const below = PATHS_BELOW_HOME[variable];
    if (below !== undefined) {
      config[fieldName(variable)] = typeof value === 'string' ? resolve(value) : join(home, below);
    } else if (value !== undefined) {
      config[fieldName(variable)] = value;
    }
  }
  return config as Config<K>;
}

function rawValue(env: Readonly<Record<string, string | undefined>>, variable: Variable): string | undefined {
  try {
    return readEnv(env, variable);
  } catch (error) {
    if (error instanceof EnvFileError) throw new ConfigError(error.variable, error.message);
    throw error;
  }
}

function readVariable(variable: Variable, raw: string | undefined): unknown {
  const result = VARIABLES[variable].safeParse(raw === '' ? undefined : raw);
  if (result.success) return result.data;
  throw new ConfigError(variable, raw ? reasonOf(result.error) : 'is not set');
}

function reasonOf(error: z.ZodError): string {
  return error.issues[0]?.message ?? 'is not valid';
}

/** `APEL_EDGE_CAPACITY` → `edgeCapacity`, `DATABASE_URL` → `databaseUrl`. */
function fieldName(variable: Variable): string {
  return variable
    .replace(/^APEL_/, '')
    .toLowerCase()
    .replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isOrigin(value: string): boolean {
  return URL.canParse(value) && new URL(value).origin === value;
}

/** `10.0.0.1`, `fd00::/8`. */
function isNetwork(value: string): boolean {
  const [address = '', bits, ...rest] = value.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}

function isZone(value: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
