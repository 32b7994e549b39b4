import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './harness.ts';

export interface SippOptions {
  /** A built-in scenario (`uas`, `uac`) or the steps of one of our own. */
  readonly scenario: 'uas' | 'uac' | { readonly steps: string };
  /** Calls to handle before it ends. */
  readonly calls: number;
  readonly protocol?: 'udp' | 'tcp';
  /** `host:port` to call, for scenarios that begin. */
  readonly target?: string;
  readonly args?: readonly string[];
}

/** A running sipp. */
export interface Sipp {
  readonly port: number;
  /** Resolves when it has ended: exit code (0 when every call went by the scenario) and why not. */
  readonly ended: Promise<{ code: number | null; errors: string }>;
  /** Ends it and removes its files. */
  stop(): Promise<void>;
}

/** No test takes longer than this. */
const TIMEOUT_SECONDS = 20;

/** Starts sipp on a free port; a listening one is ready when this resolves. */
export async function startSipp({
  scenario,
  calls,
  protocol = 'udp',
  target,
  args = [],
}: SippOptions): Promise<Sipp> {
  const folder = await mkdtemp(join(tmpdir(), 'sipp-'));
  const port = await freePort(protocol);
  const chosen =
    typeof scenario === 'string' ? ['-sn', scenario] : ['-sf', await writeScenario(folder, scenario.steps)];
  const limits = `-m ${calls} -timeout ${TIMEOUT_SECONDS} -timeout_error -nostdin`;
  const where = `-i 127.0.0.1 -p ${port} -t ${protocol === 'udp' ? 'u1' : 't1'}`;
  const trace = ['-trace_err', '-error_file', join(folder, 'errors.log')];
  const remote = target === undefined ? [] : [target];
  const child = spawn('sipp', [...remote, ...chosen, ...`${where} ${limits}`.split(' '), ...trace, ...args], {
    cwd: folder,
    stdio: 'ignore',
    env: { ...process.env, TERM: 'xterm' },
  });
  const ended = once(child, 'close').then(async ([code]) => ({
    code: code as number | null,
    // Its log also names repetitions, which a slow machine makes; whether the calls went as written is the exit code.
    errors: code === 0 ? '' : await readFile(join(folder, 'errors.log'), 'utf8').catch(() => ''),
  }));
  if (target === undefined) await listening(protocol, port);
  return {
    port,
    ended,
    async stop() {
      child.kill('SIGKILL');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function writeScenario(folder: string, steps: string): Promise<string> {
  const file = join(folder, 'scenario.xml');
  await writeFile(
    file,
    `<?xml version="1.0" encoding="ISO-8859-1" ?>\n<scenario name="test">\n${steps}\n</scenario>\n`,
  );
  return file;
}

async function freePort(protocol: 'udp' | 'tcp'): Promise<number> {
  if (protocol === 'udp') {
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const { port } = socket.address();
    await new Promise<void>((resolve) => socket.close(resolve));
    return port;
  }
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}

/** Asks the kernel: trying to bind the port would take it from sipp at the wrong moment. */
async function listening(protocol: 'udp' | 'tcp', port: number): Promise<void> {
  const socket = `:${port.toString(16).toUpperCase().padStart(4, '0')} `;
  await eventually(`sipp listens on ${port}`, () =>
    readFileSync(`/proc/net/${protocol}`, 'utf8').includes(socket),
  );
}

/** Step of a scenario: waits for a request. */
export function recv(request: string, inner = ''): string {
  return `<recv request="${request}" ${inner === '' ? '/>' : `>${inner}</recv>`}`;
}

/** Step of a scenario: answers the request received last. */
export function respond(
  status: number,
  {
    headers = [],
    sdp = '',
    retrans = false,
  }: { headers?: readonly string[]; sdp?: string; retrans?: boolean } = {},
): string {
  const lines = [
    `SIP/2.0 ${status} Whatever`,
    '[last_Via:]',
    '[last_From:]',
    '[last_To:];tag=[pid]SIPpTag[call_number]',
    '[last_Call-ID:]',
    '[last_CSeq:]',
    ...headers,
    ...(sdp === '' ? [] : ['Content-Type: application/sdp']),
    'Content-Length: [len]',
    '',
    sdp.replaceAll('\r\n', '\n'),
  ];
  return `<send ${retrans ? 'retrans="500"' : ''}><![CDATA[\n${lines.join('\n')}\n]]></send>`;
}

/** Answer inside a dialog, whose To has its tag already. */
export function respondInside(status: number, options: Parameters<typeof respond>[1] = {}): string {
  return respond(status, options).replace(/;tag=\[pid\]SIPpTag\[call_number\]/, '');
}

export const CONTACT = 'Contact: <sip:[local_ip]:[local_port];transport=[transport]>';

/** A callee that answers and waits for BYE; unlike the built-in `uas` it does not linger 4 s afterwards. */
export function answering(sdp: string): { steps: string } {
  const steps = [
    recv('INVITE'),
    respond(180, { headers: [CONTACT] }),
    respond(200, { headers: [CONTACT], sdp, retrans: true }),
    recv('ACK'),
    recv('BYE'),
    respondInside(200),
  ];
  return { steps: steps.join('\n') };
}
