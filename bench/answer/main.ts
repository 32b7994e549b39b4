/**
 * `./apel bench answer`: from a customer's answer until they hear the agent, with 50 agent calls in flight through a whole
 * site; the peer is two SIP legs straight through the same rtpengine.
 * `--agents N` (default 50). `--every MS`: distance of the answers (default 40; 0: all in one moment). `--rounds N`: at
 * least 5, more while there is time. `--profile FOLDER`: CPU profiles of each part.
 * @module
 */
import {
  COST_PARTS,
  costsBetween,
  profiling,
  startBenchSite,
  sumOfCosts,
  type Costs,
} from '../support/bench-site.ts';
import { interleave, quantile, spreadOf, type Stretch } from '../support/interleave.ts';
import { ownCpuMs, processTreeCpuMs } from '../support/process-cpu.ts';
import { ratioText, type TableRow } from '../support/report.ts';
import { runBench, type Bench, type BenchOutcome } from '../support/run-bench.ts';
import { openFloor } from './floor.ts';
import { deskUri, startPhones, type AnswerReport, type Answered, type Phones } from './phones.ts';
import { startStraight } from './straight.ts';

/** quality.md states the times at 50 calls. */
const DEFAULT_AGENTS = 50;
const DEFAULT_EVERY_MS = 40;
/** As many as there is time for. */
const DEFAULT_ROUNDS = 30;
/** Closing a site with its calls, and the round that may just have begun. */
const RESERVE_MS = 60_000;
const RING_WITHIN_MS = 40_000;
const LOOK_MS = 50;

runBench({
  name: 'answer',
  title:
    'The customer answers: until the agent is heard; the peer is two SIP legs straight through rtpengine',
  options: ['agents', 'every', 'rounds', 'profile'],
  run: measure,
});

interface AnswerStretch extends Stretch, AnswerReport {
  /** Calls that never came to ring. */
  notRung: number;
  /** Processor milliseconds of the site's parts while they answered. */
  parts: Costs;
  /** Of the benchmark itself: phones, and the agents' sockets. */
  benchCpuMs: number;
}

async function measure(bench: Bench): Promise<BenchOutcome> {
  const agents = Number(bench.option('agents') ?? DEFAULT_AGENTS);
  const everyMs = Number(bench.option('every') ?? DEFAULT_EVERY_MS);
  const rounds = Number(bench.option('rounds') ?? DEFAULT_ROUNDS);
  const phones = await startPhones(bench, agents);
  const site = await startBenchSite(bench, profiling(bench.option('profile')));
  const ngPort = Number(/:(\d+)$/.exec(site.state().env['RTPENGINE_NG'] ?? '')?.[1]);
  const straight = await startStraight(bench, ngPort);
  const floor = await openFloor(bench, { site, phones, agents });
  await floor.bring((rounds + 1) * agents);
  const stage = { bench, phones, everyMs, costs: () => site.cpuMs() };
  const result = await interleave<AnswerStretch, AnswerStretch>({
    ours: async () => {
      const calls = await floor.call();
      const stretch = await answerAll(stage, calls);
      await floor.hangUp();
      await untilEmpty(stage);
      return { ...stretch, cpuMs: sumOfCosts(stretch.parts) };
    },
    peer: async (round) => {
      const calls = Array.from({ length: agents }, (_, n) => `straight-${round}-${Date.now()}-${n}`);
      for (const [n, callId] of calls.entries()) {
        const customer = `sip:0722000000@127.0.0.1:${phones.port}`;
        await straight.place({ callId, desk: deskUri(phones, n), customer });
      }
      const before = processTreeCpuMs(straight.pid);
      const stretch = await answerAll(stage, calls);
      const loopMs = processTreeCpuMs(straight.pid) - before;
      await Promise.all(calls.map((callId) => straight.hangUp(callId)));
      await untilEmpty(stage);
      return { ...stretch, cpuMs: stretch.parts.rtpengine + loopMs };
    },
    rounds,
    signal: bench.signal,
    until: bench.deadline - RESERVE_MS,
    onRound: ({ round, ours, peer }) =>
      bench.say(`round ${round}: ${timesText(agentHeard(ours))}; peer ${timesText(agentHeard(peer))}`),
  });
  return report(result.ours.rounds, result.peer.rounds, { agents, everyMs });
}

interface Stage {
  bench: Bench;
  phones: Phones;
  everyMs: number;
  costs: () => Costs;
}

/** Waits until all customers ring, then they answer. */
async function answerAll(
  { bench, phones, everyMs, costs }: Stage,
  calls: readonly string[],
): Promise<Omit<AnswerStretch, 'cpuMs'>> {
  const deadline = Date.now() + RING_WITHIN_MS;
  let ringing = await phones.ringing(calls);
  while (ringing.length < calls.length && Date.now() < deadline) {
    bench.signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    ringing = await phones.ringing(calls);
  }
  const benchMs = () => ownCpuMs() + processTreeCpuMs(phones.pid);
  const before = { costs: costs(), bench: benchMs() };
  const startedAt = performance.now();
  const report = await phones.answer(ringing, everyMs);
  return {
    units: ringing.length,
    ms: performance.now() - startedAt,
    parts: costsBetween(before.costs, costs()),
    benchCpuMs: benchMs() - before.bench,
    ...report,
    notRung: calls.length - ringing.length,
  };
}

/** The next round's calls begin with telephones that are in none. */
async function untilEmpty({ bench, phones }: Stage): Promise<void> {
  const deadline = Date.now() + RING_WITHIN_MS;
  while ((await phones.open()) > 0) {
    bench.signal.throwIfAborted();
    if (Date.now() > deadline) throw new Error('calls of a round were not ended');
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

function agentHeard({ answers }: { answers: readonly Answered[] }): number[] {
  return answers.flatMap(({ agentHeardMs }) => agentHeardMs ?? []);
}

function report(
  ours: readonly AnswerStretch[],
  peer: readonly AnswerStretch[],
  { agents, everyMs }: { agents: number; everyMs: number },
): BenchOutcome {
  const all = (side: readonly AnswerStretch[]) => ({ answers: side.flatMap(({ answers }) => answers) });
  const [a, b] = [all(ours), all(peer)];
  const [heard, peerHeard] = [agentHeard(a), agentHeard(b)];
  const of = (side: typeof a, pick: (answered: Answered) => number | undefined) =>
    side.answers.flatMap((answered) => pick(answered) ?? []);
  const [back, peerBack] = [of(a, (one) => one.customerHeardMs), of(b, (one) => one.customerHeardMs)];
  const added = (share: number) => quantile(heard, share) - quantile(peerHeard, share);
  const addedBack = (share: number) => quantile(back, share) - quantile(peerBack, share);
  const byRound = spreadOf(
    ours.map((round, at) => p50(agentHeard(round)) / p50(agentHeard(peer[at] ?? round))),
  );
  const sum = (side: readonly AnswerStretch[], pick: (round: AnswerStretch) => number) =>
    side.reduce((total, round) => total + pick(round), 0);
  const count = (side: typeof a, pick: (answered: Answered) => boolean) => side.answers.filter(pick).length;
  const lost = count(a, (one) => one.agentHeardMs === undefined);
  const peerLost = count(b, (one) => one.agentHeardMs === undefined);
  const cpuMs = (side: readonly AnswerStretch[]) =>
    sum(side, (round) => round.cpuMs) / sum(side, ({ units }) => units);
  const perSecond = (pick: (round: AnswerStretch) => number) =>
    ((1000 * sum(ours, pick)) / sum(ours, ({ ms }) => ms)).toFixed(0);
  const ratio = p50(heard) / p50(peerHeard);
  const rows: TableRow[] = [
    { label: `agent heard, ${agents} calls`, value: timesText(heard) },
    { label: 'the peer', value: timesText(peerHeard) },
    { label: 'added p50', value: `${added(0.5).toFixed(1)} ms`, target: '<= 5 ms' },
    { label: 'added p99', value: `${added(0.99).toFixed(1)} ms`, target: '<= 20 ms' },
    { label: 'ratio of the medians', value: ratioText(ratio, byRound) },
    {
      label: 'answers, lost',
      value: `${a.answers.length}, ${lost} (peer ${b.answers.length}, ${peerLost})`,
      target: '0 lost',
    },
    {
      label: 'heard before the answer',
      value: `${count(a, ({ early }) => early)} (peer ${count(b, ({ early }) => early)})`,
      target: '0',
    },
    { label: 'never rang', value: `${sum(ours, ({ notRung }) => notRung)}` },
    {
      label: 'customer heard by the agent',
      value: `${timesText(back)}; peer ${timesText(peerBack)}`,
    },
    {
      label: 'processor ms an answer',
      value: `${cpuMs(ours).toFixed(1)} of the site, peer ${cpuMs(peer).toFixed(1)} of rtpengine and its loop`,
    },
    {
      label: 'ms a second while they answer',
      value: [
        ...COST_PARTS.map((part) => `${part} ${perSecond((round) => round.parts[part])}`),
        `the benchmark ${perSecond((round) => round.benchCpuMs)}`,
      ].join(', '),
    },
    {
      label: 'clock of the phones late, at most',
      value: `${Math.max(...ours.map(({ lateMs }) => lateMs))} ms (peer ${Math.max(...peer.map(({ lateMs }) => lateMs))})`,
    },
    { label: 'rounds', value: String(ours.length) },
  ];
  return {
    rows,
    result: {
      ratio,
      spread: byRound,
      rounds: ours.length,
      addedP50Ms: added(0.5),
      addedP99Ms: added(0.99),
      lost,
      heardP50Ms: p50(heard),
      heardP99Ms: quantile(heard, 0.99),
      peerP50Ms: p50(peerHeard),
      peerP99Ms: quantile(peerHeard, 0.99),
      peerLost,
      early: count(a, ({ early }) => early),
      notRung: sum(ours, ({ notRung }) => notRung),
      answers: a.answers.length,
      backAddedP50Ms: addedBack(0.5),
      backAddedP99Ms: addedBack(0.99),
      backLost: count(a, (one) => one.customerHeardMs === undefined),
      cpuMsPerAnswer: cpuMs(ours),
      peerCpuMsPerAnswer: cpuMs(peer),
      agents,
      everyMs,
    },
  };
}

function p50(values: readonly number[]): number {
  return quantile(values, 0.5);
}

function timesText(values: readonly number[]): string {
  const at = (share: number) => quantile(values, share).toFixed(1);
  return `p50 ${at(0.5)} ms, p90 ${at(0.9)}, p99 ${at(0.99)}, at most ${at(1)}`;
}
