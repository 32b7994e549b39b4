/**
 * A real rtpengine for tests: own ports, own folder, ended by its process id.
 * @module
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { createLogger } from '../../platform/logger.ts';
import { createNgClient, type NgClient } from '../ng-client.ts';
import { freeUdpPort, until } from './ports.ts';

/** 100 calls. */
const RTP_PORTS = 400;

export interface TestRtpengine {
  ngPort: number;
  /** `kill -9`, as a fault. */
  kill(): Promise<void>;
  /** Stops every thread of it, until `goOn`. */
  stall(): Promise<void>;
  goOn(): void;
  /** Starts a new process on the same ports. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export interface TestRtpengineOptions {
  /** Recording folder (the spool). */
  spoolDir: string;
  /** Port of our DTMF listener. */
  dtmfPort: number;
}

export async function startRtpengine(options: TestRtpengineOptions): Promise<TestRtpengine> {
  await mkdir(options.spoolDir, { recursive: true });
  const ngPort = await freeUdpPort();
  const first = 20_000 + Math.floor(Math.random() * 25) * RTP_PORTS;
  const args = [
    '--config-file=none',
    '--table=-1',
    '--interface=lo/127.0.0.1',
    `--listen-ng=127.0.0.1:${ngPort}`,
    `--port-min=${first}`,
    `--port-max=${first + RTP_PORTS - 1}`,
    '--foreground',
    '--log-stderr',
    '--log-level=4',
    `--recording-dir=${options.spoolDir}`,
    '--recording-method=pcap',
    '--recording-format=eth',
    `--dtmf-log-dest=127.0.0.1:${options.dtmfPort}`,
    '--num-threads=2',
    '--delete-delay=0',
    '--endpoint-learning=heuristic',
    '--timeout=3600',
    '--silent-timeout=3600',
    '--offer-timeout=300',
  ];
  let child = await launch(args, ngPort);
  return {
    ngPort,
    stall: async () => {
      child.kill('SIGSTOP');
      // On a busy machine its threads answer for some milliseconds more.
      await until('rtpengine to stand still', () => standsStill(child.pid ?? 0));
    },
    goOn: () => void child.kill('SIGCONT'),
    kill: () => end(child, 'SIGKILL'),
    restart: async () => {
      child = await launch(args, ngPort);
    },
    stop: () => end(child, 'SIGKILL'),
  };
}

async function launch(args: string[], ngPort: number): Promise<ChildProcess> {
  const child = spawn('rtpengine', args, { stdio: 'ignore' });
  const ng = await createNgClient({
    host: '127.0.0.1',
    port: ngPort,
    logger: createLogger({ service: 'test', level: 'silent' }),
  });
  try {
    await until('rtpengine to answer', () => isUp(ng));
  } finally {
    await ng.close();
  }
  return child;
}

/** By the state of its threads, the third field of proc(5) `stat`: after the name, which may have spaces. */
async function standsStill(pid: number): Promise<boolean> {
  const threads = await readdir(`/proc/${pid}/task`);
  const stats = await Promise.all(
    threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/stat`, 'utf8')),
  );
  return stats.every((stat) => stat.slice(stat.lastIndexOf(')') + 2).startsWith('T'));
}

async function isUp(ng: NgClient): Promise<boolean> {
  return ng.request('ping', {}, { timeoutMs: 200 }).then(
    () => true,
    () => false,
  );
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await gone;
}
