import { readFileSync } from 'node:fs';
import { readPeers } from './core/peers.ts';
import type { SipServerOptions } from './server.ts';
import type { Listen } from './transport/transports.ts';

const LOCALHOST = '127.0.0.1';

/** Settings, each as an environment variable or a flag (`--udp 0.0.0.0:5060`); flags win. */
const SETTINGS = {
  secret: 'SIP_SERVER_SECRET',
  'admin-host': 'SIP_SERVER_ADMIN_HOST',
  'admin-port': 'SIP_SERVER_ADMIN_PORT',
  udp: 'SIP_SERVER_UDP',
  tcp: 'SIP_SERVER_TCP',
  ws: 'SIP_SERVER_WS',
  tls: 'SIP_SERVER_TLS',
  'tls-ca': 'SIP_SERVER_TLS_CA',
  'tls-cert': 'SIP_SERVER_TLS_CERT',
  'tls-key': 'SIP_SERVER_TLS_KEY',
  external: 'SIP_SERVER_EXTERNAL',
  peers: 'SIP_SERVER_PEERS',
} as const;

type Setting = keyof typeof SETTINGS;

export const USAGE = `usage: main.ts [--admin-host ADDRESS] [--admin-port PORT] [--udp HOST:PORT|off] [--tcp HOST:PORT|off] [--ws HOST:PORT|off] [--tls HOST:PORT --tls-cert FILE --tls-key FILE] [--tls-ca FILE] [--external ADDRESS] [--peers ADDRESS,NETWORK/BITS,…]
Environment: ${Object.values(SETTINGS).join(', ')}. The secret is better given there than as a flag.`;

/** Reads the settings; throws an `Error` of one line that names the one that is wrong. */
export function readConfig(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): SipServerOptions {
  const flags = readFlags(args);
  const value = (setting: Setting) => flags.get(setting) ?? (environment[SETTINGS[setting]] || undefined);
  const secret = value('secret');
  if (secret === undefined) throw new Error(`${SETTINGS.secret} is not set`);
  const udp = listen('udp', value('udp') ?? `${LOCALHOST}:5060`);
  const tcp = listen('tcp', value('tcp') ?? `${LOCALHOST}:5060`);
  const ws = listen('ws', value('ws') ?? `${LOCALHOST}:5066`);
  if (!udp && !tcp) throw new Error('udp and tcp are both off');
  const tls = readTls(value);
  const externalAddress = value('external');
  const peers = (value('peers') ?? '').split(',').flatMap((entry) => entry.trim() || []);
  try {
    readPeers(peers);
  } catch (error) {
    throw new Error(`${SETTINGS.peers}: ${(error as Error).message}`, { cause: error });
  }
  return {
    secret,
    admin: {
      host: value('admin-host') ?? LOCALHOST,
      port: port('admin-port', value('admin-port') ?? '9022'),
    },
    ...(udp ? { udp } : {}),
    ...(tcp ? { tcp } : {}),
    ...(ws ? { ws } : {}),
    ...(tls ? { tls } : {}),
    ...(externalAddress === undefined ? {} : { externalAddress }),
    ...(peers.length === 0 ? {} : { peers }),
  };
}

/** Listening, certificate and key come together; the authorities also count for connections of ours. */
function readTls(value: (setting: Setting) => string | undefined): SipServerOptions['tls'] {
  const [ca, cert, key] = (['tls-ca', 'tls-cert', 'tls-key'] as const).map((setting) =>
    readPem(setting, value(setting)),
  );
  const where = listen('tls', value('tls') ?? 'off');
  if (where && (cert === undefined || key === undefined))
    throw new Error(`${SETTINGS.tls} needs ${SETTINGS['tls-cert']} and ${SETTINGS['tls-key']}`);
  if (!where && ca === undefined) return undefined;
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(where && cert !== undefined && key !== undefined ? { listen: where, cert, key } : {}),
  };
}

function readPem(setting: Setting, file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`${SETTINGS[setting]}: ${(error as NodeJS.ErrnoException).code ?? 'cannot be read'}`, {
      cause: error,
    });
  }
}

function readFlags(args: readonly string[]): Map<Setting, string> {
  const flags = new Map<Setting, string>();
  for (let i = 0; i < args.length; i += 2) {
    const name = (args[i] ?? '').replace(/^--/, '');
    const value = args[i + 1];
    if (!args[i]?.startsWith('--') || !(name in SETTINGS)) throw new Error(`unknown option ${args[i]}`);
    if (value === undefined) throw new Error(`--${name} needs a value`);
    flags.set(name as Setting, value);
  }
  return flags;
}

function listen(setting: Setting, text: string): Listen | undefined {
  if (text === 'off') return undefined;
  const colon = text.lastIndexOf(':');
  if (colon < 1) throw new Error(`${SETTINGS[setting]}: "${text}" is not host:port`);
  return { host: text.slice(0, colon), port: port(setting, text.slice(colon + 1)) };
}

function port(setting: Setting, text: string): number {
  const number = /^\d{1,5}$/.test(text) ? Number(text) : Infinity;
  if (number > 65_535) throw new Error(`${SETTINGS[setting]}: "${text}" is not a port`);
  return number;
}
