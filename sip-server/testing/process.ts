import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { programArgs } from '../../test/support/program-args.ts';
import { SECRET } from './harness.ts';

/** The server as a process of its own, as in production. */
export interface ServerProcess {
  readonly adminPort: number;
  readonly udpPort: number;
  readonly tcpPort: number;
  readonly wsPort: number;
  readonly alive: () => boolean;
  /** Diagnostics so far. */
  readonly log: () => string;
  /** Resident memory in megabytes. */
  readonly rssMb: () => number;
  stop(): Promise<void>;
}

export async function startProcess(environment: Record<string, string> = {}): Promise<ServerProcess> {
  const anyPort = {
    SIP_SERVER_ADMIN_PORT: '0',
    SIP_SERVER_UDP: '127.0.0.1:0',
    SIP_SERVER_TCP: '127.0.0.1:0',
    SIP_SERVER_WS: '127.0.0.1:0',
  };
  const child = spawn(process.execPath, programArgs('sip-server/main.ts'), {
    env: { ...process.env, SIP_SERVER_SECRET: SECRET, ...anyPort, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'close');
  let log = '';
  child.stderr.on('data', (chunk) => (log += chunk));
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const ready = JSON.parse(line.toString()) as Record<'admin' | 'udp' | 'tcp' | 'ws', { port: number }>;
  return {
    adminPort: ready.admin.port,
    udpPort: ready.udp.port,
    tcpPort: ready.tcp.port,
    wsPort: ready.ws.port,
    alive: () => child.exitCode === null && child.signalCode === null,
    log: () => log,
    rssMb: () =>
      Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1_024,
    async stop() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
