/**
 * How fast contacts are claimed by priority, window, retry and cap rules, against a plain `skip locked` queue.
 * @module
 */
import { randomUUID } from 'node:crypto';
import type { CampaignSetup } from '../../db/campaigns.ts';
import { claimCalls } from '../../db/claim.ts';
import { createClaimMemory, type ClaimMemory } from '../../db/claim-memory.ts';
import type { Database } from '../../db/client.ts';
import { addEdge } from '../../test/support/campaign-fixture.ts';
import { connectBench, openBenchDatabase, startBenchPostgres } from '../support/bench-postgres.ts';
import { createWideCampaign, loadContacts } from '../support/contacts.ts';
import { interleave, median, type Stretch } from '../support/interleave.ts';
import { startCpuClock } from '../support/process-cpu.ts';
import { sideRows } from '../support/report.ts';
import { runBench, type Bench, type BenchOutcome } from '../support/run-bench.ts';
import { measureAgents } from './agents.ts';
import { claimPlain, createPeer } from './peer.ts';

const CLAIMERS = 8;
/** As the dial loop asks for: `BATCH_CALLS` of `activities/dial.ts`. */
const BATCH = 20;
/** A morning of a full site: some 150,000 contacts. Over 10 rounds the peer has hardly begun to pay for the old snapshot. */
const ROUNDS = 25;
/** The ratio is also told for so many. */
const SHORT_RUN = 10;
/** Batches of each claimer before the open calls are taken away, as commits do: 800 calls are open at most. */
const BATCHES_A_BURST = 5;
const BURSTS_A_ROUND = 6;
const BURST = CLAIMERS * BATCHES_A_BURST * BATCH;
/** Until both sides' code is compiled and their plans are made: fewer, and the run seems to get faster. */
const WARM_UPS = 6;
/** Of the contacts 87 of 100 are due and may be called: a short queue must not run dry. */
const CALLABLE = 0.8;
const LATER = new Date('2126-01-01T00:00:00Z');
const AGENTS = 50;
/** Of the campaign that they call for: as many as load in some seconds. */
const AGENT_CONTACTS = 250_000;

interface ClaimStretch extends Stretch {
  /** Of each burst, claims a second. */
  rates: number[];
}

async function run(bench: Bench): Promise<BenchOutcome> {
  const contacts = Number(bench.option('contacts') ?? 1_000_000);
  const postgres = await startBenchPostgres(bench);
  const db = openBenchDatabase(bench, postgres.url, { max: CLAIMERS });
  const claims = openBenchDatabase(bench, postgres.url, { max: CLAIMERS, pipeline: true });
  const campaigns: CampaignSetup[] = [];
  for (let n = 0; n < Number(bench.option('campaigns') ?? CLAIMERS); n++)
    campaigns.push(await createWideCampaign(db, `bench-${n}`));
  for (let n = 0; n < campaigns.length; n++) await addEdge(db, `edge-${n}`, 1_000_000);
  await loadContacts(db, campaigns, contacts);
  await createPeer(db.pool);
  await db.pool.query('checkpoint');
  bench.say(`${contacts} contacts are loaded`);
  await holdSnapshot(bench, postgres.url);

  const rounds = Number(bench.option('rounds') ?? ROUNDS);
  const most = Math.floor((contacts * CALLABLE) / (BURST * (rounds + WARM_UPS)));
  const burstsARound = Math.max(1, Math.min(BURSTS_A_ROUND, most));
  const memories = Array.from({ length: CLAIMERS }, createClaimMemory);
  const result = await interleave({
    ours: () =>
      bursts(
        { postgresPid: postgres.pid, count: burstsARound },
        (claimer) => claimOurs(claims, campaigns, memories, claimer),
        () => endCalls(db),
      ),
    peer: () =>
      bursts({ postgresPid: postgres.pid, count: burstsARound }, (claimer) =>
        claimPeer(db, campaigns, claimer),
      ),
    rounds,
    warmUps: WARM_UPS,
    signal: bench.signal,
    until: bench.deadline - 40_000,
    onRound: ({ round, ours, peer, ratio }) =>
      bench.say(
        `round ${round}: ${median(ours.rates).toFixed(0)} and ${median(peer.rates).toFixed(0)} claims/s, ratio ${ratio.toFixed(2)}`,
      ),
  });
  const agents = await measureAgents(bench, {
    url: postgres.url,
    agents: Number(bench.option('agents') ?? AGENTS),
    contacts: Math.min(contacts, Number(bench.option('agent-contacts') ?? AGENT_CONTACTS)),
  });
  const fifths = fifthsOf(result.ours.rounds.flatMap((round) => round.rates));
  const peerFifths = fifthsOf(result.peer.rounds.flatMap((round) => round.rates));
  const [drift, peerDrift] = [driftOf(fifths), driftOf(peerFifths)];
  const shortRatio = ratioOver(result.ours.rounds, result.peer.rounds, SHORT_RUN);
  return {
    rows: [
      ...sideRows(result, 'claims', '≥ 0.8'),
      { label: 'ratio, short', value: `${shortRatio.toFixed(2)} over the first ${SHORT_RUN} rounds` },
      {
        label: 'drift',
        value: `${drift.toFixed(2)} of the rate at the end (peer ${peerDrift.toFixed(2)})`,
        target: '0.9 to 1.1',
      },
      { label: 'fifths', value: `${wholes(fifths)} claims/s (peer ${wholes(peerFifths)})` },
      {
        label: 'load',
        value: `${CLAIMERS} claimers, batches of ${BATCH}, ${campaigns.length} campaign(s), ${contacts} contacts, an old snapshot open`,
      },
      ...agents.rows,
    ],
    result: {
      ratio: result.ratio,
      spread: result.spread,
      rounds: result.rounds,
      claimsPerSecond: result.ours.perSecond,
      peerPerSecond: result.peer.perSecond,
      shortRatio,
      drift,
      peerDrift,
      fifths,
      peerFifths,
      cpuRatio: result.peer.cpuMsPerUnit / result.ours.cpuMsPerUnit,
      cpuMsPerClaim: result.ours.cpuMsPerUnit,
      peerCpuMsPerClaim: result.peer.cpuMsPerUnit,
      contacts,
      ...agents.result,
    },
  };
}

/** As a dump or a forgotten psql does: from now on no version of a row that was current may be cleaned up. */
async function holdSnapshot(bench: Bench, url: string): Promise<void> {
  const client = await connectBench(bench, url);
  await client.query('begin isolation level repeatable read');
  await client.query('select count(*) from campaigns');
}

async function claimOurs(
  db: Database,
  campaigns: readonly CampaignSetup[],
  memories: readonly ClaimMemory[],
  claimer: number,
): Promise<number> {
  const at = claimer % campaigns.length;
  const setup = campaigns[at];
  if (setup === undefined) throw new Error('no campaign');
  const memory = memories[claimer];
  const edges = [{ node: `edge-${at}`, epoch: 1 }];
  const { calls, wait } = await claimCalls(db, {
    setup,
    now: new Date(),
    closesAt: LATER,
    maxCalls: BATCH,
    edges,
    ...(memory && { memory }),
  });
  if (calls.length === 0) throw new Error(`nothing was claimed: ${wait?.reason ?? 'no reason'}`);
  return calls.length;
}

async function claimPeer(
  db: Database,
  campaigns: readonly CampaignSetup[],
  claimer: number,
): Promise<number> {
  const campaignId = campaigns[claimer % campaigns.length]?.id ?? 0;
  const ids = Array.from({ length: BATCH }, () => randomUUID());
  return claimPlain(db.pool, { campaignId, now: new Date(), ids });
}

/** Not part of the claim, so not measured: what commits do to the table of open calls. */
async function endCalls(db: Database): Promise<void> {
  await db.pool.query('delete from live_calls');
}

async function bursts(
  { postgresPid, count }: { postgresPid: number; count: number },
  claim: (claimer: number) => Promise<number>,
  between?: () => Promise<void>,
): Promise<ClaimStretch> {
  const stretch: ClaimStretch = { units: 0, ms: 0, cpuMs: 0, rates: [] };
  for (let burst = 0; burst < count; burst++) {
    const cpu = startCpuClock([postgresPid]);
    const started = performance.now();
    const claimed = await Promise.all(
      Array.from({ length: CLAIMERS }, async (_, claimer) => {
        let units = 0;
        for (let batch = 0; batch < BATCHES_A_BURST; batch++) units += await claim(claimer);
        return units;
      }),
    );
    const ms = performance.now() - started;
    const units = claimed.reduce((sum, one) => sum + one, 0);
    stretch.units += units;
    stretch.ms += ms;
    stretch.cpuMs += cpu();
    stretch.rates.push((units * 1000) / ms);
    await between?.();
  }
  return stretch;
}

/** Median rate of each fifth of the run. */
function fifthsOf(rates: readonly number[]): number[] {
  const edge = (fifth: number) => Math.round((rates.length * fifth) / 5);
  return [0, 1, 2, 3, 4].map((fifth) => median(rates.slice(edge(fifth), edge(fifth + 1))));
}

/** Of the median rates of the first rounds. */
function ratioOver(ours: readonly ClaimStretch[], peer: readonly ClaimStretch[], rounds: number): number {
  const rate = (side: readonly ClaimStretch[]) =>
    median(side.slice(0, rounds).flatMap((round) => round.rates));
  return rate(ours) / rate(peer);
}

/** The last fifth of the run to the first: 1 is flat. */
function driftOf(fifths: readonly number[]): number {
  return (fifths.at(-1) ?? 0) / (fifths[0] ?? 1);
}

function wholes(rates: readonly number[]): string {
  return rates.map((each) => each.toFixed(0)).join(', ');
}

runBench({
  name: 'claim',
  title: 'claim: next contacts by priority, window, retry and cap rules',
  options: ['contacts', 'campaigns', 'rounds', 'agents', 'agent-contacts'],
  run,
});
