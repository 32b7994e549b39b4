/**
 * `./apel bench sip`: answered calls a second through `sip-server` from one drachtio-srf loop, against sipp to sipp.
 * `--round N`: calls in each round (default 3000). `--soak N`: calls whose memory is watched (default 100000, 0 leaves it
 * out; ends early when the time is up, and says how many there were). `--in-flight N` (default 30).
 * @module
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
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
/** Calls after which the server's tables and heap have their working size. */
const SOAK_BLOCK = 5_000;
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
  /** After each tenth of the calls. */
  rssMb: number[];
  /** From the second tenth, when the heap has its working size, to the last. */
  rssGrowthMb: number;
}

/** Dialogs that ended are remembered for 32 s (RFC 3261 §17): memory is flat only once the rate times that is held. */
async function runSoak(
  bench: Bench,
  { loop, pid, inFlight }: { loop: CallLoop; pid: number; inFlight: number },
): Promise<Soak> {
  const wanted = Number(bench.option('soak') ?? DEFAULT_SOAK);
  const soak: Soak = { calls: 0, failed: 0, rssMb: [], rssGrowthMb: 0 };
  const seen: { calls: number; rssMb: number }[] = [];
  while (soak.calls < wanted && Date.now() < bench.deadline - RESERVE_MS) {
    bench.signal.throwIfAborted();
    const { failed } = await loop.run({ calls: Math.min(SOAK_BLOCK, wanted - soak.calls), inFlight });
    soak.calls += SOAK_BLOCK;
    soak.failed += failed;
    seen.push({ calls: soak.calls, rssMb: processMemory(pid)?.rssMb ?? NaN });
    if (soak.calls % (4 * SOAK_BLOCK) === 0)
      bench.say(`soak: ${whole(soak.calls)} calls, ${seen.at(-1)?.rssMb.toFixed(0)} MB`);
  }
  soak.rssMb = seen.filter((_, at) => at % 2 === 1 || at === seen.length - 1).map(({ rssMb }) => rssMb);
  const settled = seen[Math.floor(seen.length / 2)]?.rssMb ?? 0;
  soak.rssGrowthMb = (seen.at(-1)?.rssMb ?? 0) - settled;
  return soak;
}

async function startServer(bench: Bench): Promise<{ pid: number; adminPort: number }> {
  const entry = fileURLToPath(new URL('../../sip-server/main.ts', import.meta.url));
  const child = spawn(
    process.execPath,
    [...nodeArgs(), entry, '--admin-port', '0', '--udp', '127.0.0.1:0', '--tcp', 'off'],
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
