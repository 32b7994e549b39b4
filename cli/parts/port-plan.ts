/**
 * Which port each part listens on.
 * @module
 */
import { UserError } from '../shell/user-error.ts';
import { freePorts, type PortProtocol, type PortUse } from '../supervisor/ports.ts';

const PORTS = {
  page: { port: 8080, protocol: 'tcp', who: 'the page', variable: 'APEL_API_PORT' },
  postgres: { port: 54_320, protocol: 'tcp', who: 'Postgres', variable: 'APEL_POSTGRES_PORT' },
  temporal: { port: 7233, protocol: 'tcp', who: 'Temporal', variable: 'APEL_TEMPORAL_PORT' },
  temporalUi: { port: 8233, protocol: 'tcp', who: 'the Temporal UI', variable: 'APEL_TEMPORAL_UI_PORT' },
  sipAdmin: {
    port: 9022,
    protocol: 'tcp',
    who: 'the SIP server (application port)',
    variable: 'APEL_SIP_ADMIN_PORT',
  },
  sip: { port: 5060, protocol: 'both', who: 'the SIP server', variable: 'APEL_SIP_PORT' },
  rtpengineNg: { port: 22_222, protocol: 'udp', who: 'rtpengine', variable: 'APEL_RTPENGINE_PORT' },
  rtpengineCli: {
    port: 22_223,
    protocol: 'tcp',
    who: 'rtpengine (statistics)',
    variable: 'APEL_RTPENGINE_CLI_PORT',
  },
  rtpengineDtmf: { port: 22_224, protocol: 'udp', who: 'the edge (DTMF)', variable: 'APEL_DTMF_PORT' },
  carrier: { port: 5070, protocol: 'udp', who: 'the simulated carrier', variable: 'APEL_CARRIER_PORT' },
  sipWs: { port: 5066, protocol: 'tcp', who: 'the SIP server (desks)', variable: 'APEL_SIP_WS_PORT' },
} as const satisfies Record<string, { port: number; protocol: PortProtocol; who: string; variable: string }>;
export type PortName = keyof typeof PORTS;
const NAMES = Object.keys(PORTS) as PortName[];

export interface PortPlan {
  ports: Record<PortName, number>;
  /** RTP ports of rtpengine, both included; four per call. */
  rtp: { from: number; to: number };
}

/**
 * Decides the ports: a part's own variable first; `base` 0 gives free ones, another `base` counts up from there;
 * without it the fixed ones.
 * @throws UserError naming a variable that is no port
 */
export async function planPorts(env: NodeJS.ProcessEnv, base?: number): Promise<PortPlan> {
  const free = base === 0 ? await freePorts(NAMES.length) : [];
  const ports = Object.fromEntries(
    NAMES.map((name, index) => {
      const byBase = base === 0 ? free[index] : base === undefined ? undefined : base + index;
      return [name, readPort(env, PORTS[name].variable) ?? byBase ?? PORTS[name].port];
    }),
  ) as Record<PortName, number>;
  return { ports, rtp: rtpRange(env, base) };
}

/** What `requirePorts` must find free, for the parts that we start ourselves. */
export function portUses(plan: PortPlan, names: readonly PortName[]): PortUse[] {
  return names.map((name) => ({ ...PORTS[name], port: plan.ports[name] }));
}

/** `--port-base` or `APEL_PORT_BASE`. */
export function readPortBase(option: string | undefined, env: NodeJS.ProcessEnv): number | undefined {
  const raw = option ?? env['APEL_PORT_BASE'];
  if (raw === undefined || raw === '') return undefined;
  const base = Number(raw);
  if (Number.isInteger(base) && (base === 0 || (base >= 1024 && base <= 65_000))) return base;
  throw new UserError(`--port-base ${raw}: must be 0 (free ports) or a port from 1024 to 65000`);
}

function readPort(env: NodeJS.ProcessEnv, variable: string): number | undefined {
  const raw = env[variable];
  if (raw === undefined || raw === '') return undefined;
  const port = Number(raw);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw new UserError(`${variable}: ${raw} is not a port`);
}

/** Below Linux's ephemeral ports. rtpengine skips a port that is taken, so that two instances may overlap. */
const RTP_BLOCK = 2_000;
function rtpRange(env: NodeJS.ProcessEnv, base: number | undefined): PortPlan['rtp'] {
  const match = /^(\d+)-(\d+)$/.exec(env['APEL_RTP_PORTS'] ?? '');
  if (match) return { from: Number(match[1]), to: Number(match[2]) };
  if (env['APEL_RTP_PORTS']) throw new UserError('APEL_RTP_PORTS: must look like 30000-32000');
  if (base === undefined) return { from: 30_000, to: 32_000 };
  // Instances on free ports spread over blocks, fewer collisions to skip.
  const from = 20_000 + (process.pid % 5) * RTP_BLOCK;
  return { from, to: from + RTP_BLOCK - 2 };
}
