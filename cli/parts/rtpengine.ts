/**
 * rtpengine: `RTPENGINE_NG`, else the program on PATH (installed when we may), as our own instance on our own ports. The
 * distribution's service is left alone.
 * @module
 */
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { join } from 'node:path';
import { exec } from '../shell/exec.ts';
import type { Home } from '../shell/home.ts';
import { UserError } from '../shell/user-error.ts';
import { which } from '../shell/which.ts';
import type { PartSpec } from '../supervisor/part-spec.ts';
import { aptCommand, aptInstall, aptPrefix } from './apt.ts';
import type { Progress, ToolReport } from './tool-report.ts';

export interface RtpengineOptions {
  program: string;
  home: Home;
  ngPort: number;
  cliPort: number;
  dtmfPort: number;
  rtp: { from: number; to: number };
  /** Address that carries the media, and the one that peers are told where a router stands between. */
  media: { address: string; advertised?: string };
}

/** @throws UserError when it is missing and may not be installed */
export async function getRtpengine(progress: Progress): Promise<string> {
  const found = which('rtpengine');
  if (found) return found;
  await aptInstall(['rtpengine-daemon'], progress);
  const installed = which('rtpengine');
  if (installed) return installed;
  throw new UserError('rtpengine-daemon was installed, but there is no program `rtpengine`');
}

export function rtpenginePart(options: RtpengineOptions): PartSpec {
  return {
    name: 'rtpengine',
    command: options.program,
    args: daemonArgs(options),
    env: process.env,
    cwd: options.home.path,
    ready: { kind: 'probe', probe: () => ngAsk(options.ngPort, { command: 'ping' }).then(() => true) },
    readyTimeoutMs: 20_000,
    stopTimeoutMs: 6_000,
    beforeStop: () => deleteCalls(options.ngPort),
  };
}

/**
 * Time-outs in seconds: an offer nobody answers (the longest ring time-out is 175 s), no packet at all, silence on both
 * sides, the longest call. A call without a packet is no orphan: one that rings without early media has none. Whatever an
 * edge leaves behind is deleted by its successor or by settlement.
 */
function daemonArgs(options: RtpengineOptions): string[] {
  const { media } = options;
  return [
    '--config-file=none',
    '--table=-1',
    `--interface=media/${media.address}${media.advertised === undefined ? '' : `!${media.advertised}`}`,
    `--listen-ng=127.0.0.1:${options.ngPort}`,
    `--listen-cli=127.0.0.1:${options.cliPort}`,
    `--dtmf-log-dest=127.0.0.1:${options.dtmfPort}`,
    `--port-min=${options.rtp.from}`,
    `--port-max=${options.rtp.to}`,
    '--foreground',
    '--log-stderr',
    '--log-level=4',
    '--num-threads=2',
    '--delete-delay=0',
    // In the first 3 s of a stream the address in the SDP is preferred to whoever else sends.
    '--endpoint-learning=heuristic',
    `--pidfile=${join(options.home.path, 'rtpengine.pid')}`,
    `--recording-dir=${options.home.spool}`,
    '--recording-method=pcap',
    '--recording-format=eth',
    '--offer-timeout=240',
    '--timeout=3600',
    '--silent-timeout=3600',
    '--final-timeout=14400',
  ];
}

/** SIGTERM while a recorded call is up is a segmentation fault in 10.5: whatever the edge left is deleted first. */
async function deleteCalls(ngPort: number): Promise<void> {
  const { calls } = await ngAsk(ngPort, { command: 'list', limit: 10_000 });
  for (const callId of Array.isArray(calls) ? calls : []) {
    await ngAsk(ngPort, { command: 'delete', 'call-id': callId }).catch(() => undefined);
  }
}

const NG_TIMEOUT_MS = 1_000;

/** One NG command, asked once: the launcher's few questions need none of the edge's client. */
function ngAsk(port: number, command: Record<string, unknown>): Promise<Record<string, unknown>> {
  const cookie = randomBytes(8).toString('hex');
  const socket = createSocket('udp4');
  return new Promise<Record<string, unknown>>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('rtpengine does not answer')), NG_TIMEOUT_MS);
    timer.unref();
    socket.on('error', reject);
    socket.on('message', (datagram) => {
      const text = datagram.toString('utf8');
      if (!text.startsWith(`${cookie} `)) return;
      clearTimeout(timer);
      resolve(JSON.parse(text.slice(cookie.length + 1)) as Record<string, unknown>);
    });
    socket.connect(port, '127.0.0.1', () => {
      socket.send(`${cookie} ${JSON.stringify(command)}`, () => undefined);
    });
  }).finally(() => socket.close());
}

export async function reportRtpengine(env: NodeJS.ProcessEnv): Promise<ToolReport> {
  const address = env['RTPENGINE_NG'];
  if (address) return { name: 'rtpengine', state: 'ok', origin: 'RTPENGINE_NG', location: address };
  const program = which('rtpengine');
  if (program) {
    const { output } = await exec(program, ['--version'], { timeoutMs: 5_000 });
    const version = /(\d+\.\d+[.\d+~\w-]*)/.exec(output)?.[1];
    return {
      name: 'rtpengine',
      state: 'ok',
      origin: 'PATH',
      location: program,
      ...(version ? { version } : {}),
    };
  }
  return (await aptPrefix())
    ? { name: 'rtpengine', state: 'missing', hint: 'will be installed with apt-get' }
    : { name: 'rtpengine', state: 'broken', hint: `type: ${aptCommand(['rtpengine-daemon'])}` };
}
