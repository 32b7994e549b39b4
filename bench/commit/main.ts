/**
 * How fast results are made true: the whole commit statement against the insert of one row.
 * @module
 */
import type { PlacedCall } from '../../contracts/model/placed-call.ts';
import type { CampaignSetup } from '../../db/campaigns.ts';
import { claimCalls } from '../../db/claim.ts';
import type { Database } from '../../db/client.ts';
import { readCommitFacts } from '../../db/commit-facts.ts';
import { createCommitGroup } from '../../db/commit-group.ts';
import type { CommitDecision } from '../../domain/commit-facts.ts';
import { decideCommit } from '../../domain/decide-commit.ts';
import { addEdge } from '../../test/support/campaign-fixture.ts';
import { openBenchDatabase, startBenchPostgres } from '../support/bench-postgres.ts';
import { createWideCampaign, loadContacts } from '../support/contacts.ts';
import { interleave, rate, type Stretch } from '../support/interleave.ts';
import { startCpuClock } from '../support/process-cpu.ts';
import { sideRows } from '../support/report.ts';
import { runBench, type Bench, type BenchOutcome } from '../support/run-bench.ts';
import { createPeers, peerInsert, PEERS, type PeerKind } from './peer.ts';

const ROUNDS = 12;
/** Each connection plans each of some ten texts five times before it keeps a plan. */
const WARM_UPS = 3;
const CONTACTS = 60_000;
/** Two workers with local activities of forty calls share the pools' connections; in a busy second some eight commits meet. */
const CLIENTS = 8;
const LATER = new Date('2126-01-01T00:00:00Z');

async function run(bench: Bench): Promise<BenchOutcome> {
  const clients = Number(bench.option('clients') ?? CLIENTS);
  const perRound = Number(bench.option('commits') ?? 1_000);
  const peer = (bench.option('peer') ?? 'record') as PeerKind;
  if (!PEERS.includes(peer)) throw new Error(`--peer is one of ${PEERS.join(', ')}`);
  const postgres = await startBenchPostgres(bench);
  const db = openBenchDatabase(bench, postgres.url, { max: clients });
  const setup = await createWideCampaign(db, 'bench');
  await addEdge(db, 'edge-0', 1_000_000);
  await loadContacts(db, [setup], CONTACTS);
  await createPeers(db);
  // As the activity has it: commits that meet go together.
  const group = createCommitGroup({
    pool: db.pool,
    onSplit: (error) => bench.say(`refused: ${error.message}`),
  });
  let inserted = 0;
  bench.say(`${CONTACTS} contacts are loaded`);

  const stretch = async (works: (() => Promise<unknown>)[]): Promise<Stretch> => {
    const cpu = startCpuClock([postgres.pid]);
    const started = performance.now();
    await inTurns(works, clients);
    return { units: works.length, ms: performance.now() - started, cpuMs: cpu() };
  };
  const result = await interleave({
    // Claimed, called and decided before the clock starts: the commit alone is measured.
    ours: async () => {
      const decisions = await endedCalls(db, setup, perRound);
      return stretch(decisions.map((decision) => () => group.commit(decision)));
    },
    peer: () => {
      const inserts = Array.from({ length: perRound }, () =>
        peerInsert(peer, ++inserted, (callId) => placedCall(inserted, callId)),
      );
      return stretch(inserts.map((insert) => () => db.pool.query(insert)));
    },
    rounds: Number(bench.option('rounds') ?? ROUNDS),
    warmUps: WARM_UPS,
    signal: bench.signal,
    until: bench.deadline - 40_000,
    onRound: ({ round, ours, peer: other, ratio }) =>
      bench.say(
        `round ${round}: ${rate(ours).toFixed(0)} and ${rate(other).toFixed(0)} a second, ratio ${ratio.toFixed(2)}`,
      ),
  });
  return {
    rows: [
      ...sideRows(result, 'commits', '≥ 0.7'),
      {
        label: 'load',
        value: `${clients} connection(s), ${perRound} commits a round; peer: ${peer === 'record' ? 'one row of calls, complete' : 'one small row by its key'}`,
      },
    ],
    result: {
      ratio: result.ratio,
      spread: result.spread,
      rounds: result.rounds,
      commitsPerSecond: result.ours.perSecond,
      peerPerSecond: result.peer.perSecond,
      cpuMsPerCommit: result.ours.cpuMsPerUnit,
      peerCpuMsPerCommit: result.peer.cpuMsPerUnit,
      cpuRatio: result.peer.cpuMsPerUnit / result.ours.cpuMsPerUnit,
      clients,
      peer,
    },
  };
}

async function endedCalls(db: Database, setup: CampaignSetup, count: number): Promise<CommitDecision[]> {
  const decisions: CommitDecision[] = [];
  while (decisions.length < count) {
    const maxCalls = Math.min(100, count - decisions.length);
    const { calls, wait } = await claimCalls(db, { setup, now: new Date(), closesAt: LATER, maxCalls });
    if (calls.length === 0) throw new Error(`nothing was claimed: ${wait?.reason ?? 'no reason'}`);
    for (const { callId } of calls) {
      const facts = await readCommitFacts(db.pool, callId);
      if (facts === undefined) throw new Error(`call ${callId} has no row`);
      const placed = placedCall(decisions.length, callId);
      decisions.push(decideCommit({ facts, placed, now: new Date() }));
    }
  }
  return decisions;
}

/** Of ten calls four are answered, five ring out, one is busy. */
function placedCall(n: number, callId: string): PlacedCall {
  const at = (seconds: number) => new Date(Date.now() - 60_000 + seconds * 1000).toISOString();
  const base = {
    edge: { node: 'edge-0', epoch: 1 },
    invitedAt: at(0),
    timeline: [{ at: at(0), kind: 'invite' as const }],
  };
  const none = { recording: { state: 'none' as const, reason: 'not-answered' as const }, talkMs: 0 };
  if (n % 10 === 9)
    return { ...base, ...none, end: { result: 'customer', reason: 'busy', sipStatus: 486 }, endedAt: at(1) };
  if (n % 10 >= 4)
    return {
      ...base,
      ...none,
      end: { result: 'customer', reason: 'no-answer' },
      ringingAt: at(1),
      endedAt: at(21),
    };
  return {
    ...base,
    end: { result: 'success', reason: 'hang-up-by-us', sipStatus: 200 },
    ringingAt: at(1),
    answeredAt: at(5),
    endedAt: at(25),
    talkMs: 20_000,
    robot: { promptMs: 18_000, heardMs: 18_000, heardInFull: true },
    recording: {
      state: 'ready',
      path: `2026/11/23/${callId}.wav`,
      sha256: '0'.repeat(64),
      durationMs: 20_000,
      bytes: 320_058,
    },
  };
}

/** Each of `clients` takes the next piece of work when it is done with one. */
async function inTurns(works: readonly (() => Promise<unknown>)[], clients: number): Promise<void> {
  let next = 0;
  const client = async (): Promise<void> => {
    for (let work = works[next++]; work !== undefined; work = works[next++]) await work();
  };
  await Promise.all(Array.from({ length: clients }, client));
}

runBench({
  name: 'commit',
  title: 'commit: outcome, lease, contact, caps, stops, rollup delta and trunk health in one statement',
  options: ['clients', 'commits', 'rounds', 'peer'],
  run,
});
