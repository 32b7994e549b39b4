/**
 * `--in-flight N`: how cost grows with the calls that talk at once.
 * @module
 */
import {
  COST_PARTS,
  costsBetween,
  profiling,
  startBenchSite,
  type BenchSite,
  type Costs,
} from '../support/bench-site.ts';
import { startCarrierProcess } from '../support/carrier-process.ts';
import { quantile, spreadOf } from '../support/interleave.ts';
import type { TableRow } from '../support/report.ts';
import { applyLoadCampaign, hold, importLoad, release } from '../support/robot-load.ts';
import type { Bench, BenchOutcome } from '../support/run-bench.ts';

/** Waits for a key for as long as a campaign may: the call talks, and no audio runs. */
const PARK_SECONDS = 60;
/** rtpengine opens two ports for each slot of a call. */
const PORTS_PER_CALL = 4;
const FIRST_PORT = 12_000;
/** The processor is watched for so long while nothing begins or ends. */
const WATCH_MS = 8_000;
/** Calls placed beside those that are parked, one after the other, to see what a set-up takes then. */
const PROBES = 20;
const LOOK_MS = 100;

export async function measureInFlight(bench: Bench, wanted: number): Promise<BenchOutcome> {
  const carrier = await startCarrierProcess(bench, { hangsUp: false });
  const site = await startBenchSite(bench, {
    APEL_EDGE_CAPACITY: String(wanted + 2 * PROBES),
    APEL_RTP_PORTS: `${FIRST_PORT}-${Math.min(64_998, FIRST_PORT + (wanted + 2 * PROBES) * PORTS_PER_CALL)}`,
    ...profiling(bench.option('profile')),
  });
  const common = { carrierPort: carrier.port, promptSeconds: 1, waitSeconds: PARK_SECONDS };
  const parked = await applyLoadCampaign(site, { ...common, name: 'parked', concurrency: wanted });
  const probes = await applyLoadCampaign(site, {
    ...common,
    name: 'probes',
    concurrency: 1,
    promptSeconds: 1,
    waitSeconds: 0,
  });
  await importLoad(site, 'parked', wanted);
  await importLoad(site, 'probes', PROBES);
  const before = site.rssMb();
  bench.say(`${wanted} calls begin`);
  const startedAt = Date.now();
  await release(site, parked);
  const reached = await untilTalking(bench, site, {
    campaignId: parked,
    wanted,
    deadline: startedAt + (PARK_SECONDS - 20) * 1000,
  });
  const rampMs = Date.now() - startedAt;
  bench.say(`${reached} talk after ${(rampMs / 1000).toFixed(1)} s`);
  const cpu = site.cpuMs();
  const watchedAt = Date.now();
  await new Promise((resolve) => setTimeout(resolve, WATCH_MS));
  const watchedMs = Date.now() - watchedAt;
  const perSecond = mapCosts(costsBetween(cpu, site.cpuMs()), (ms) => (1000 * ms) / watchedMs);
  const rss = mapCosts(costsBetween(before, site.rssMb()), (mb) => mb);
  await release(site, probes);
  const stillThere = await talking(site, parked);
  await untilCommitted(bench, site, probes, PROBES);
  const setups = await setupTimes(site, probes);
  await hold(site, probes);
  bench.say('waiting for their ends');
  await untilCommitted(bench, site, parked, wanted);
  const { invites } = await carrier.counts();
  return report({
    wanted,
    reached,
    stillThere,
    rampMs,
    perSecond,
    rss,
    setups,
    lost: invites - wanted - PROBES,
  });
}

interface Figures {
  wanted: number;
  reached: number;
  stillThere: number;
  rampMs: number;
  perSecond: Costs;
  rss: Costs;
  setups: Setups;
  lost: number;
}

function report(figures: Figures): BenchOutcome {
  const { wanted, reached, perSecond, rss, setups } = figures;
  const list = (costs: Costs, digits: number) =>
    COST_PARTS.map((part) => `${part} ${costs[part].toFixed(digits)}`).join(', ');
  const rows: TableRow[] = [
    {
      label: 'calls that talk at once',
      value: `${reached} of ${wanted}, ${figures.stillThere} while probes ran`,
    },
    {
      label: 'from release to all of them',
      value: `${(figures.rampMs / 1000).toFixed(1)} s, ${((1000 * reached) / figures.rampMs).toFixed(1)} a second`,
    },
    { label: 'processor ms a second, all', value: list(perSecond, 0) },
    { label: 'resident MB more, all', value: list(rss, 0) },
    {
      label: 'resident KB more, each',
      value: list(
        mapCosts(rss, (mb) => (1000 * mb) / Math.max(1, reached)),
        0,
      ),
    },
    {
      label: 'claim to INVITE beside them',
      value: `p50 ${setups.inviteP50Ms.toFixed(0)} ms, p99 ${setups.inviteP99Ms.toFixed(0)} ms`,
    },
    {
      label: 'INVITE to answer beside them',
      value: `p50 ${setups.answerP50Ms.toFixed(0)} ms, p99 ${setups.answerP99Ms.toFixed(0)} ms`,
    },
    { label: 'INVITEs without an outcome', value: String(figures.lost), target: '0' },
  ];
  const ratio = reached / wanted;
  return {
    rows,
    result: {
      ratio,
      spread: spreadOf([ratio]),
      rounds: 1,
      ...figures,
      cpuMsPerSecond: perSecond,
      rssMbMore: rss,
    },
  };
}

function mapCosts(costs: Costs, change: (cost: number) => number): Costs {
  return Object.fromEntries(COST_PARTS.map((part) => [part, change(costs[part])])) as Costs;
}

async function talking(site: BenchSite, campaignId: number): Promise<number> {
  const { rows } = await site.db.query<{ n: number }>(
    `select count(*)::int as n from live_calls where campaign_id = $1 and stage = 'talking'`,
    [campaignId],
  );
  return rows[0]?.n ?? 0;
}

async function untilTalking(
  bench: Bench,
  site: BenchSite,
  { campaignId, wanted, deadline }: { campaignId: number; wanted: number; deadline: number },
): Promise<number> {
  let most = 0;
  while (most < wanted && Date.now() < deadline) {
    bench.signal.throwIfAborted();
    most = Math.max(most, await talking(site, campaignId));
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  return most;
}

async function untilCommitted(
  bench: Bench,
  site: BenchSite,
  campaignId: number,
  wanted: number,
): Promise<void> {
  for (;;) {
    bench.signal.throwIfAborted();
    const { rows } = await site.db.query<{ n: number }>(
      'select count(*)::int as n from calls where campaign_id = $1 and committed_at is not null and invited_at is not null',
      [campaignId],
    );
    if ((rows[0]?.n ?? 0) >= wanted) return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

interface Setups {
  inviteP50Ms: number;
  inviteP99Ms: number;
  answerP50Ms: number;
  answerP99Ms: number;
}

async function setupTimes(site: BenchSite, campaignId: number): Promise<Setups> {
  const { rows } = await site.db.query<{ invite: number; answer: number }>(
    `select 1000 * extract(epoch from invited_at - claimed_at)::float8 as invite,
       1000 * extract(epoch from answered_at - invited_at)::float8 as answer
     from calls where campaign_id = $1 and answered_at is not null`,
    [campaignId],
  );
  const at = (pick: 'invite' | 'answer', share: number) =>
    quantile(
      rows.map((row) => row[pick]),
      share,
    );
  return {
    inviteP50Ms: at('invite', 0.5),
    inviteP99Ms: at('invite', 0.99),
    answerP50Ms: at('answer', 0.5),
    answerP99Ms: at('answer', 0.99),
  };
}
