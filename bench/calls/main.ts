/**
 * `./apel bench calls`: robot calls a second through a whole site, against the same Temporal running empty workflows.
 * `--round N`: calls in each round (default 300). `--rounds N`: at least 5. `--profile FOLDER`: CPU profiles of each part.
 * `--in-flight N`: instead of rounds, N calls that talk at once: what they cost and what a call set up then takes.
 * @module
 */
import { interleave, median, rate, type Interleaved, type Stretch } from '../support/interleave.ts';
import { costsBetween, profiling, startBenchSite, type Costs } from '../support/bench-site.ts';
import { startCarrierProcess } from '../support/carrier-process.ts';
import { sideRows, type TableRow } from '../support/report.ts';
import { applyLoadCampaign } from '../support/robot-load.ts';
import { runBench, type Bench, type BenchOutcome } from '../support/run-bench.ts';
import { readHistoryFigures, type HistoryFigures } from './histories.ts';
import { measureInFlight } from './in-flight.ts';
import { startPeer } from './peer.ts';
import { createCallRounds, type CallAudit, type CallStretch } from './rounds.ts';

/** Far above what one machine reaches, so that none of them is what limits. */
const CAPACITY = 2_000;
const DEFAULT_ROUND = 300;
/** Histories read after the run. */
const HISTORIES = 200;
/** Closing a site and reading histories. */
const RESERVE_MS = 40_000;

runBench({
  name: 'calls',
  title: 'Robot calls end to end: claim, workflow, INVITE, recording armed, hang-up at once, commit, rollup',
  options: ['round', 'rounds', 'profile', 'in-flight'],
  run: measure,
});

interface PeerStretch extends Stretch {
  /** Processor milliseconds of the site's parts meanwhile. */
  idle: Costs;
}

async function measure(bench: Bench): Promise<BenchOutcome> {
  const round = Number(bench.option('round') ?? DEFAULT_ROUND);
  const inFlight = bench.option('in-flight');
  if (inFlight !== undefined) return measureInFlight(bench, Number(inFlight));
  const carrier = await startCarrierProcess(bench, { hangsUp: true });
  const site = await startBenchSite(bench, {
    APEL_EDGE_CAPACITY: String(CAPACITY),
    APEL_RTP_PORTS: '20000-31998',
    ...profiling(bench.option('profile')),
  });
  bench.say('starting the peer');
  const peer = await startPeer(bench, site, CAPACITY);
  bench.say('warming up');
  const campaignId = await applyLoadCampaign(site, {
    name: 'calls',
    carrierPort: carrier.port,
    concurrency: CAPACITY,
    promptSeconds: 10,
  });
  const calls = createCallRounds({ site, carrier, campaignId, campaign: 'calls', bench });
  const result = await interleave<CallStretch, PeerStretch>({
    ours: () => calls.run(round),
    peer: async (n) => {
      const before = { own: peer.cpuMs(), site: site.cpuMs() };
      const ms = await peer.run(`empty-${n}-${Date.now()}`, round);
      const idle = costsBetween(before.site, site.cpuMs());
      return { units: round, ms, cpuMs: peer.cpuMs() - before.own + idle.temporal, idle };
    },
    rounds: Number(bench.option('rounds') ?? 5),
    signal: bench.signal,
    until: bench.deadline - RESERVE_MS,
    onRound: ({ round: n, ours, peer: theirs, ratio }) =>
      bench.say(
        `round ${n}: ${rate(ours).toFixed(1)} calls/s, peer ${rate(theirs).toFixed(1)}, ratio ${ratio.toFixed(2)}`,
      ),
  });
  const lost = await calls.audit();
  const histories = await Promise.all(
    (await calls.workflowIds(HISTORIES)).map((id) => readHistoryFigures(site.temporal, id)),
  );
  return report(result, histories, lost);
}

function report(
  result: Interleaved<CallStretch, PeerStretch>,
  histories: readonly HistoryFigures[],
  audit: CallAudit,
): BenchOutcome {
  const of = (pick: (figures: HistoryFigures) => number) => {
    const values = histories.map(pick);
    return { median: median(values), max: Math.max(...values) };
  };
  const [actions, events, tasks, bytes] = [
    of((h) => h.actions),
    of((h) => h.events),
    of((h) => h.workflowTasks),
    of((h) => h.bytes),
  ];
  const text = ({ median: middle, max }: { median: number; max: number }) => `${middle}, at most ${max}`;
  const parts = Object.keys(result.ours.rounds[0]?.parts ?? {}) as (keyof CallStretch['parts'])[];
  const cpuMsPerCall = Object.fromEntries(
    parts.map((part) => [part, median(result.ours.rounds.map((r) => r.parts[part] / r.units))]),
  );
  // While the peer runs, the site only stands there: what it costs then is not the calls'.
  const idleMsPerSecond = Object.fromEntries(
    parts
      .filter((part) => part !== 'temporal')
      .map((part) => [part, median(result.peer.rounds.map((r) => (1000 * r.idle[part]) / r.ms))]),
  );
  const peerTemporalMs = median(result.peer.rounds.map((r) => r.idle.temporal / r.units));
  const rows: TableRow[] = [
    ...sideRows(result, 'calls', '>= 0.85'),
    { label: 'actions a call', value: text(actions), target: '<= 3' },
    { label: 'events a call', value: text(events), target: '<= 13' },
    { label: 'workflow tasks a call', value: text(tasks), target: '<= 2' },
    { label: 'history bytes a call', value: text(bytes), target: '<= 6 KB' },
    {
      label: 'processor ms a call',
      value: Object.entries(cpuMsPerCall)
        .map(([part, ms]) => `${part} ${ms.toFixed(1)}`)
        .join(', '),
    },
    {
      label: 'the peer of it',
      value: `temporal ${peerTemporalMs.toFixed(1)}, its workers ${(result.peer.cpuMsPerUnit - peerTemporalMs).toFixed(1)}`,
    },
    {
      label: 'an idle site, ms a second',
      value: Object.entries(idleMsPerSecond)
        .map(([part, ms]) => `${part} ${ms.toFixed(0)}`)
        .join(', '),
    },
    {
      label: 'INVITEs, commits of them',
      value: `${audit.invites}, ${audit.committed}`,
      target: 'equal',
    },
    {
      label: 'attempts in rollups, in calls',
      value: `${audit.counted}, ${audit.committed + audit.notPlaced} (${audit.notPlaced} not placed in time)`,
      target: 'equal',
    },
  ];
  return {
    rows,
    result: {
      ratio: result.ratio,
      spread: result.spread,
      rounds: result.rounds,
      callsPerSecond: result.ours.perSecond,
      peerPerSecond: result.peer.perSecond,
      actionsPerCall: actions.max,
      eventsPerCall: events.max,
      workflowTasksPerCall: tasks.max,
      historyBytesPerCall: bytes.max,
      medians: { actions: actions.median, events: events.median, tasks: tasks.median, bytes: bytes.median },
      cpuMsPerCall,
      peerCpuMsPerCall: result.peer.cpuMsPerUnit,
      peerTemporalCpuMsPerCall: peerTemporalMs,
      idleCpuMsPerSecond: idleMsPerSecond,
      lost: audit.invites - audit.committed,
      notPlaced: audit.notPlaced,
    },
  };
}
