/**
 * `./apel bench sip`: answered calls a second through `sip-server` from one drachtio-srf loop, against sipp to sipp.
 * `--round N`: calls in each round (default 3000). `--soak N`: calls whose memory is watched (default 100000, 0 leaves it
 * out; ends early when the time is up, and says how many there were). `--in-flight N` (default 30).
 * @module
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { nodeArgs, nodeEnv } from '../../cli/parts/node-part.ts';
import { startSipp } from '../../sip-server/testing/sipp.ts';
import { profiling } from '../support/bench-site.ts';
import { startCarrierProcess } from '../support/carrier-process.ts';
import { interleave, median, rate, type Stretch } from '../support/interleave.ts';
import { processMemory, startCpuClock } from '../support/process-cpu.ts';
import { sideRows, whole } from '../support/report.ts';
import { runBench, type Bench, type BenchOutcome } from '../support/run-bench.ts';
import { connectCallLoop, type CallLoop, type SetupTimes } from './application.ts';

const SECRET = 'bench';
const DEFAULT_ROUND = 3_000;
const DEFAULT_SOAK = 100_000;
/** quality.md states the set-up times at 30 in flight. */
const DEFAULT_IN_FLIGHT = 30;
const SOAK_BLOCK = 5_000;
/** 64·T1 and a little. */
const FORGOTTEN_MS = 34_000;
const RESERVE_MS = 20_000;

runBench({
  name: 'sip',
  title: 'Answered calls through sip-server from one drachtio-srf loop; the peer is sipp calling sipp',
  options: ['round', 'soak', 'in-flight', 'profile'],
  run: measure,
});

interface SipStretch extends Stretch, Omit<SetupTimes, 'ms'> {}

async function measure(bench: Bench): Promise<BenchOutcome> {
  const calls = Number(bench.option('round') ?? DEFAULT_ROUND);
  const inFlight = Number(bench.option('in-flight') ?? DEFAULT_IN_FLIGHT);
  const carrier = await startCarrierProcess(bench, { hangsUp: false });
  const server = await startServer(bench);
  const loop = await connectCallLoop({ port: server.adminPort, secret: SECRET, to: carrier.port });
  bench.onEnd(() => loop.close());
  const result = await interleave<SipStretch, Stretch>({
    ours: async () => {
      const cpu = startCpuClock([server.pid]);
      const times = await loop.run({ calls, inFlight });
      return { units: calls - times.failed, cpuMs: cpu(), ...times };
    },
    peer: () => sippToSipp(calls, inFlight),
    signal: bench.signal,
    onRound: ({ round, ours, peer, ratio }) =>
      bench.say(
        `round ${round}: ${whole(rate(ours))} calls/s, p99 ${ours.p99Ms.toFixed(1)} ms; sipp ${whole(rate(peer))}, ratio ${ratio.toFixed(2)}`,
      ),
  });
  const soak = await runSoak(bench, { loop, pid: server.pid, inFlight });
  const { rounds } = result.ours;
  const setupP50Ms = median(rounds.map(({ p50Ms }) => p50Ms));
  const setupP99Ms = median(rounds.map(({ p99Ms }) => p99Ms));
  const failed = rounds.reduce((sum, round) => sum + round.failed, 0) + soak.failed;
  const { ended } = await carrier.counts();
  return {
    rows: [
      ...sideRows(result, 'calls', 'reported'),
      { label: 'calls a second', value: whole(result.ours.perSecond), target: '>= 1,000 on a quiet box' },
      {
        label: `set-up, ${inFlight} in flight`,
        value: `p50 ${setupP50Ms.toFixed(1)} ms, p99 ${setupP99Ms.toFixed(1)} ms`,
        target: 'p99 <= 25 ms',
      },
      { label: 'failed, ended at the callee', value: `${failed}, ${ended}` },
      {
        label: `memory over ${whole(soak.calls)} calls`,
        value: `${soak.rssGrowthMb.toFixed(1)} MB more (${soak.rssMb.map((mb) => mb.toFixed(0)).join(' ')} MB)`,
        target: 'no leak',
      },
    ],
    result: {
      ratio: result.ratio,
      spread: result.spread,
      rounds: result.rounds,
      callsPerSecond: result.ours.perSecond,
      peerPerSecond: result.peer.perSecond,
      setupP50Ms,
      setupP99Ms,
      rssGrowthMb: soak.rssGrowthMb,
      rssMb: soak.rssMb,
      soakCalls: soak.calls,
      cpuMsPerCall: result.ours.cpuMsPerUnit,
      failed,
    },
  };
}

interface Soak {
  calls: number;
  failed: number;
  /** After each block of calls, both halves. */
  rssMb: number[];
  /** From the highest of the first half to the highest of the second. */
  rssGrowthMb: number;
}

/**
 * Dialogs and transactions that ended are remembered for 32 s (RFC 3261 §17.1.1.2): memory grows with the rate of calls, not
 * with their number. So the calls come in two halves with a pause in between in which everything of the first is
 * forgotten: what the second half needs on top of the first is lost for good.
 */
async function runSoak(
  bench: Bench,
  { loop, pid, inFlight }: { loop: CallLoop; pid: number; inFlight: number },
): Promise<Soak> {
  const half = Number(bench.option('soak') ?? DEFAULT_SOAK) / 2;
  const soak: Soak = { calls: 0, failed: 0, rssMb: [], rssGrowthMb: 0 };
  const run = async (): Promise<number> => {
    const rssMb: number[] = [];
    for (let calls = 0; calls < half && Date.now() < bench.deadline - RESERVE_MS; calls += SOAK_BLOCK) {
      bench.signal.throwIfAborted();
      const block = Math.min(SOAK_BLOCK, half - calls);
      const { failed } = await loop.run({ calls: block, inFlight });
      soak.calls += block;
      soak.failed += failed;
      rssMb.push(processMemory(pid)?.rssMb ?? NaN);
    }
    soak.rssMb.push(...rssMb);
    bench.say(`soak: ${whole(soak.calls)} calls, at most ${Math.max(...rssMb).toFixed(0)} MB`);
    return Math.max(...rssMb);
  };
  if (half === 0) return soak;
  const first = await run();
  await delay(FORGOTTEN_MS, undefined, { signal: bench.signal });
  soak.rssGrowthMb = (await run()) - first;
  return soak;
}

async function startServer(bench: Bench): Promise<{ pid: number; adminPort: number }> {
  const entry = fileURLToPath(new URL('../../sip-server/main.ts', import.meta.url));
  const child = spawn(
    process.execPath,
    [...nodeArgs(), entry, '--admin-port', '0', '--udp', '127.0.0.1:0', '--tcp', 'off', '--ws', 'off'],
    {
      env: { ...nodeEnv(process.env), SIP_SERVER_SECRET: SECRET, ...profiling(bench.option('profile')) },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  bench.onEnd(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  });
  const [line] = (await Promise.race([
    once(child.stdout, 'data'),
    once(child, 'exit').then(() => Promise.reject(new Error('sip-server ended'))),
  ])) as [Buffer];
  const { admin } = JSON.parse(line.toString()) as { admin: { port: number } };
  return { pid: child.pid ?? 0, adminPort: admin.port };
}

/** Both sides are sipp's own scenarios, but without the callee's pause of 4 s after BYE. */
async function sippToSipp(calls: number, inFlight: number): Promise<Stretch> {
  const uas = await startSipp({ scenario: 'uas', calls, args: ['-deadcall_wait', '0'] });
  const cpu = startCpuClock([]);
  const startedAt = performance.now();
  const uac = await startSipp({
    scenario: 'uac',
    calls,
    target: `127.0.0.1:${uas.port}`,
    args: ['-d', '0', '-l', String(inFlight), '-r', '20000'],
  });
  try {
    await uac.ended;
    return { units: calls, ms: performance.now() - startedAt, cpuMs: cpu() };
  } finally {
    await uac.stop();
    await uas.stop();
  }
}
