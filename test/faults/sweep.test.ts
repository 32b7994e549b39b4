/**
 * kill -9 of every part at every stage of a robot call, with one call and with fifty in flight. `./apel test` runs a seeded
 * sample, `./apel test --full` all; `APEL_SEED` replays.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importNumbers, newNumbers } from '../e2e/robot-world.ts';
import { until } from '../e2e/site.ts';
import { dialed, judge, startFaultSite, untilDialedOut, type FaultSite } from './support/fault-site.ts';
import { isReady, PARTS, signalPart, type Part } from './support/processes.ts';
import { createRandom, seedFromEnvironment, type Random } from './support/random.ts';
import { report } from './support/report.ts';
import { STAGES, threshold, trapFor, type Stage } from './support/stages.ts';

const IN_FLIGHT = [1, 50] as const;
/** Cases of the normal run, at most one for each part; the first with many calls. */
const SAMPLE = 4;
const REACH_MS = 20_000;
/** Dialing out, the part's return, orphans' half minute. */
const CASE_MS = 300_000;
/** Parts that hold neither a dialog nor media: whoever talks goes on talking. */
const SPARES_TALK: readonly Part[] = ['orchestration-1', 'orchestration', 'temporal', 'postgres', 'api'];

interface Case {
  part: Part;
  stage: Stage;
  inFlight: number;
}

const SEED = seedFromEnvironment();
const random = createRandom(SEED);
const cases = process.env['APEL_TEST_FULL'] ? allCases() : sampleOf(random);

let site: FaultSite;
beforeAll(async () => {
  site = await startFaultSite();
});
afterAll(() => site?.stop());

describe(`kill -9, seed ${SEED}`, () => {
  it.each(cases)(
    '$part while $inFlight calls are $stage',
    async ({ part, stage, inFlight }) => {
      const own = createRandom(
        SEED * 7_919 + PARTS.indexOf(part) * 101 + STAGES.indexOf(stage) * 11 + inFlight,
      );
      const numbers = newNumbers(inFlight);
      const killedAt = await strike({ part, stage, numbers }, own);
      await untilDialedOut(site, 150_000);
      const recoveredMs = Date.now() - killedAt;
      await until(`${part} is up again`, 60_000, () => isReady(site, part));
      const findings = await judge(site);
      const { called, ends } = await dialed(site, numbers);
      report({ test: 'sweep', seed: SEED, part, stage, inFlight, recoveredMs, ends, findings });
      expect(findings).toEqual([]);
      expect(called).toBe(inFlight);
      if (SPARES_TALK.includes(part))
        expect(Object.keys(ends).filter((end) => /^platform.*\*$/.test(end))).toEqual([]);
    },
    CASE_MS,
  );
});

/** Brings calls to the stage and kills the part; returns when. */
async function strike(
  { part, stage, numbers }: Omit<Case, 'inFlight'> & { numbers: readonly string[] },
  own: Random,
): Promise<number> {
  const trap = trapFor(stage);
  site.carrier.forget();
  site.carrier.behave(numbers, trap.behaviour);
  await trap.arm(site);
  try {
    await importNumbers(site, 'faults', numbers);
    const wanted = threshold(numbers.length, stage, own);
    await untilReached(`${wanted} calls are ${stage}`, async () => (await trap.reached(site)) >= wanted);
    await new Promise((resolve) => setTimeout(resolve, own.between(...trap.delayMs)));
    signalPart(site, part, 'SIGKILL');
    return Date.now();
  } finally {
    await trap.release(site);
  }
}

/** As `until`, but fast enough to strike between two packets. */
async function untilReached(what: string, check: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + REACH_MS;
  while (!(await check())) {
    if (Date.now() > deadline) throw new Error(`not within ${REACH_MS / 1_000} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

function allCases(): Case[] {
  return IN_FLIGHT.flatMap((inFlight) =>
    STAGES.flatMap((stage) => PARTS.map((part) => ({ part, stage, inFlight }))),
  );
}

function sampleOf(seeded: Random): Case[] {
  return seeded
    .shuffled(PARTS)
    .slice(0, SAMPLE)
    .map((part, index) => ({
      part,
      stage: seeded.pick(STAGES),
      inFlight: index === 0 ? IN_FLIGHT[1] : seeded.pick(IN_FLIGHT),
    }));
}
