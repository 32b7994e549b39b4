/**
 * Our SIP server as a process of its own, to be killed and started again on the same ports as the launcher does it.
 * @module
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { createLogger } from '../../platform/logger.ts';
import { programArgs } from '../../test/support/program-args.ts';
import { connectSipLink, type SipLink } from '../sip-link.ts';
import type { Stage } from './stage.ts';

export interface SipServerProcess {
  /** The stage with this SIP server in place of its own. */
  stage: Stage;
  /** `kill -9`, as a fault. */
  kill(): Promise<void>;
  /** A new process on the same ports. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

const SECRET = 'secret-of-a-test';
const START_MS = 50_000;

export async function startSipServerProcess(stage: Stage): Promise<SipServerProcess> {
  let running = await launch(0, 0);
  const { adminPort, udpPort } = running;
  const sip: SipLink = connectSipLink({
    host: '127.0.0.1',
    port: adminPort,
    secret: SECRET,
    logger: createLogger({ service: 'test', level: 'silent' }),
  });
  await sip.ready(AbortSignal.timeout(START_MS));
  return {
    stage: { ...stage, sip, connection: { ...stage.connection, adminPort, secret: SECRET } },
    kill: () => kill(running.child),
    restart: async () => {
      running = await launch(adminPort, udpPort);
    },
    close: async () => {
      sip.close();
      await kill(running.child);
    },
  };
}

interface Running {
  child: ChildProcess;
  adminPort: number;
  udpPort: number;
}

async function launch(adminPort: number, udpPort: number): Promise<Running> {
  const child = spawn(process.execPath, programArgs('sip-server/main.ts'), {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      SIP_SERVER_SECRET: SECRET,
      SIP_SERVER_ADMIN_PORT: String(adminPort),
      SIP_SERVER_UDP: `127.0.0.1:${udpPort}`,
      SIP_SERVER_TCP: 'off',
      SIP_SERVER_WS: 'off',
    },
  });
  const lines = createInterface({ input: child.stdout });
  const [line] = (await once(lines, 'line', { signal: AbortSignal.timeout(START_MS) })) as [string];
  const ready = JSON.parse(line) as { admin: { port: number }; udp: { port: number } };
  return { child, adminPort: ready.admin.port, udpPort: ready.udp.port };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}
