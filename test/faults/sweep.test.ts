/**
 * kill -9 of every part at every stage of a robot's call, with one call and with fifty in flight, and of an agent's call, with
 * one desk and with eight. `./apel test` runs a seeded sample, `./apel test --full` all; `APEL_SEED` replays.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importNumbers, newNumbers } from '../e2e/robot-world.ts';
import { until } from '../e2e/site.ts';
import type { SteadyAgent } from '../e2e/steady-agent.ts';
import { seatAgents, type AgentFloor } from './support/agent-floor.ts';
import { AGENT_STAGES, agentTrapFor, type AgentStage } from './support/agent-stages.ts';
import {
  dialed,
  judge,
  startFaultSite,
  stillToDo,
  untilDialedOut,
  type FaultSite,
} from './support/fault-site.ts';
import { isReady, PARTS, signalPart, type Part } from './support/processes.ts';
import { createRandom, seedFromEnvironment, type Random } from './support/random.ts';
import { report } from './support/report.ts';
import { STAGES, threshold, trapFor, type Stage, type StageTrap } from './support/stages.ts';

const IN_FLIGHT = [1, 50] as const;
const DESKS = [1, 8] as const;
/** Cases of the normal run, of robots and of agents: at most one for each part; the first of each with many calls. */
const SAMPLE = 2;
/** A busy machine takes its time for fifty calls. */
const REACH_MS = 40_000;
/** Dialing out, the part's return, orphans' half minute. */
const CASE_MS = 300_000;
/** Parts that hold neither a dialog nor media: whoever talks goes on talking. */
const SPARES_TALK: readonly Part[] = ['orchestration-1', 'orchestration', 'temporal', 'postgres', 'api'];

interface Case {
  part: Part;
  stage: Stage;
  inFlight: number;
}

interface AgentCase {
  part: Part;
  stage: AgentStage;
  inFlight: number;
}

const SEED = seedFromEnvironment();
const random = createRandom(SEED);
const parts = random.shuffled(PARTS);
const FULL = Boolean(process.env['APEL_TEST_FULL']);
const cases: Case[] = FULL ? all(STAGES, IN_FLIGHT) : sample(parts.slice(0, SAMPLE), STAGES, IN_FLIGHT);
const agentCases: AgentCase[] = FULL
  ? all(AGENT_STAGES, DESKS)
  : sample(parts.slice(SAMPLE, 2 * SAMPLE), AGENT_STAGES, DESKS);

let site: FaultSite;
beforeAll(async () => {
  site = await startFaultSite();
});
afterAll(() => site?.stop());

describe(`kill -9, seed ${SEED}`, () => {
  it.each(cases)(
    '$part while $inFlight calls are $stage',
    async ({ part, stage, inFlight }) => {
      const own = randomOf({ part, stage: STAGES.indexOf(stage), inFlight });
      const numbers = newNumbers(inFlight);
      const killedAt = await strike({ part, stage, numbers }, own);
      await untilDialedOut(site, 150_000);
      await judgeCase({ test: 'sweep', part, stage, numbers, recoveredMs: Date.now() - killedAt });
    },
    CASE_MS,
  );
});

describe(`kill -9 under agents, seed ${SEED}`, () => {
  let floor: AgentFloor;
  beforeAll(async () => {
    floor = await seatAgents(site, Math.max(...agentCases.map(({ inFlight }) => inFlight)));
  });
  afterAll(() => floor?.close());

  it.each(agentCases)(
    '$part while $inFlight agents are $stage',
    async ({ part, stage, inFlight }) => {
      const own = randomOf({ part, stage: STAGES.length + AGENT_STAGES.indexOf(stage), inFlight });
      const numbers = newNumbers(inFlight);
      const agents = floor.agents.slice(0, inFlight);
      const killedAt = await strikeAgents({ part, stage, numbers, agents }, own);
      await Promise.all(agents.map((agent) => agent.finish()));
      await callTheRest(agents);
      const recoveredMs = Date.now() - killedAt;
      await untilDialedOut(site, 60_000);
      await judgeCase({ test: 'agent-sweep', part, stage, numbers, recoveredMs });
      const { rows } = await site.db.query(
        `select id from calls where answered_at is not null and (wrap_up_id is null or id = any($1::uuid[]))
           and agent_id is not null`,
        [floor.refused()],
      );
      expect(rows).toEqual([]);
    },
    CASE_MS,
  );

  /** Whose call was never dialed comes again: after seconds, by a click. */
  async function callTheRest(agents: readonly SteadyAgent[]): Promise<void> {
    for (let turn = 0; (await stillToDo(site)).due > 0; turn += 1) {
      const agent = agents[turn % agents.length];
      await agent?.take();
      await agent?.finish();
    }
  }

  /** As `strike`: each agent asks for a number and does what brings their call to the stage. */
  async function strikeAgents(
    { part, stage, numbers, agents }: Omit<AgentCase, 'inFlight'> & Strike & { agents: SteadyAgent[] },
    own: Random,
  ): Promise<number> {
    const trap = agentTrapFor(stage);
    let bringing: Promise<unknown> | undefined;
    const start = async (): Promise<void> => {
      await importNumbers(site, floor.campaign, numbers);
      bringing = Promise.all(agents.map((agent) => agent.take().then(() => trap.bring(agent))));
      // Looked at when the part is dead.
      bringing.catch(() => undefined);
    };
    const killedAt = await spring(
      { part, numbers, trap, start, wanted: threshold(numbers.length, stage, own) },
      own,
    );
    await bringing;
    return killedAt;
  }
});

interface Strike {
  part: Part;
  /** National form. */
  numbers: readonly string[];
}

function randomOf({ part, stage, inFlight }: { part: Part; stage: number; inFlight: number }): Random {
  return createRandom(SEED * 7_919 + PARTS.indexOf(part) * 101 + stage * 11 + inFlight);
}

/** What holds after every fault: the part is back, the auditor finds nothing, everybody was called, nobody who talks is cut off. */
async function judgeCase(
  scene: Strike & { test: string; stage: string; recoveredMs: number },
): Promise<void> {
  const { part, numbers } = scene;
  await until(`${part} is up again`, 60_000, () => isReady(site, part));
  const findings = await judge(site);
  const { called, ends } = await dialed(site, numbers);
  const { test, stage, recoveredMs } = scene;
  report({ test, seed: SEED, part, stage, inFlight: numbers.length, recoveredMs, ends, findings });
  expect(findings).toEqual([]);
  expect(called).toBe(numbers.length);
  if (SPARES_TALK.includes(part))
    expect(Object.keys(ends).filter((end) => /^platform.*\*$/.test(end))).toEqual([]);
}

/** Brings calls to the stage and kills the part; returns when. */
function strike({ part, stage, numbers }: Strike & { stage: Stage }, own: Random): Promise<number> {
  const start = async (): Promise<void> => void (await importNumbers(site, 'faults', numbers));
  const wanted = threshold(numbers.length, stage, own);
  return spring({ part, numbers, trap: trapFor(stage), start, wanted }, own);
}

interface Sprung extends Strike {
  trap: StageTrap;
  start: () => Promise<void>;
  /** So many calls in the stage are enough. */
  wanted: number;
}

async function spring({ part, numbers, trap, start, wanted }: Sprung, own: Random): Promise<number> {
  // Of the fault before, nothing may be left to wait for.
  await until('an edge takes calls', 60_000, async () => (await openEdges(site)) > 0);
  site.carrier.forget();
  // Trunks differ in how they write a number.
  site.carrier.behave([...numbers, ...numbers.map((number) => `+4${number}`)], trap.behaviour);
  await trap.arm(site);
  try {
    await start();
    await untilReached(`${wanted} calls are there`, async () => (await trap.reached(site)) >= wanted);
    await new Promise((resolve) => setTimeout(resolve, own.between(...trap.delayMs)));
    signalPart(site, part, 'SIGKILL');
    return Date.now();
  } finally {
    await trap.release(site);
  }
}

async function openEdges({ db }: FaultSite): Promise<number> {
  const { rows } = await db.query<{ n: number }>(
    'select count(*)::int as n from edges where ended_at is null and draining_at is null and refusing is null',
  );
  return rows[0]?.n ?? 0;
}

/** As `until`, but fast enough to strike between two packets. */
async function untilReached(what: string, check: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + REACH_MS;
  while (!(await check())) {
    if (Date.now() > deadline) throw new Error(`not within ${REACH_MS / 1_000} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

function all<S>(
  stages: readonly S[],
  sizes: readonly number[],
): { part: Part; stage: S; inFlight: number }[] {
  return sizes.flatMap((inFlight) =>
    stages.flatMap((stage) => PARTS.map((part) => ({ part, stage, inFlight }))),
  );
}

function sample<S>(
  killed: readonly Part[],
  stages: readonly [S, ...S[]],
  sizes: readonly [few: number, many: number],
): { part: Part; stage: S; inFlight: number }[] {
  return killed.map((part, index) => ({
    part,
    stage: random.pick(stages),
    inFlight: index === 0 ? sizes[1] : random.pick(sizes),
  }));
}
