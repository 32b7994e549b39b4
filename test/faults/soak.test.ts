/**
 * Random faults under load for as long as one likes: `./apel test --soak MINUTES --seed S`. The seed decides the faults,
 * their times and the customers; a failing seed replays.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importNumbers, newNumbers } from '../e2e/robot-world.ts';
import { until } from '../e2e/site.ts';
import { allEnds, judge, startFaultSite, untilDialedOut, type FaultSite } from './support/fault-site.ts';
import { isReady, PARTS, signalPart, stallMachine } from './support/processes.ts';
import { createRandom, seedFromEnvironment } from './support/random.ts';
import { report } from './support/report.ts';
import { MAX_STOP_SECONDS, planCustomer, planFaults, type SoakFault } from './support/soak-plan.ts';

const MINUTES = Number(process.env['APEL_SOAK_MINUTES'] ?? 0);
const SEED = seedFromEnvironment();
/** About twenty calls in progress. */
const CONTACTS_EACH = 12;
const PAUSE_MS = 3_000;
const DRAIN_MS = 240_000;

let site: FaultSite;

describe.runIf(MINUTES > 0)(`${MINUTES} minutes of faults, seed ${SEED}`, () => {
  beforeAll(async () => {
    site = await startFaultSite();
  });
  afterAll(() => site?.stop());

  it(
    'lose, double and miscount nothing',
    async () => {
      const since = new Date();
      const over = since.getTime() + MINUTES * 60_000;
      const [imported] = await Promise.all([load(over), strikeAll(since.getTime())]);
      for (const part of PARTS) await until(`${part} is up`, 60_000, () => isReady(site, part));
      await untilDialedOut(site, DRAIN_MS);
      const findings = await judge(site, MAX_STOP_SECONDS * 1_000);
      report({
        test: 'soak',
        seed: SEED,
        minutes: MINUTES,
        imported,
        ends: await allEnds(site),
        findings,
      });
      expect(findings).toEqual([]);
      expect(imported).toBeGreaterThan(0);
    },
    MINUTES * 60_000 + 600_000,
  );
});

/** Imports contacts until the soak is over; returns how many were accepted. */
async function load(over: number): Promise<number> {
  const random = createRandom(SEED + 1);
  let accepted = 0;
  while (Date.now() < over) {
    const numbers = newNumbers(CONTACTS_EACH);
    for (const number of numbers) site.carrier.behave([number], planCustomer(random));
    // A Temporal that is away just now refuses the start, or never tells: the operator would try again with another file.
    accepted += await importNumbers(site, 'faults', numbers).then(
      (result) => result.accepted,
      () => 0,
    );
    await delay(PAUSE_MS);
  }
  return accepted;
}

async function strikeAll(startedAt: number): Promise<void> {
  for (const { at, fault } of planFaults(createRandom(SEED), MINUTES)) {
    await delay(Math.max(0, startedAt + at * 1_000 - Date.now()));
    report({ test: 'soak', seed: SEED, at: `${at} s`, fault });
    await strike(fault);
  }
}

async function strike(fault: SoakFault): Promise<void> {
  switch (fault.kind) {
    case 'kill':
      for (const part of fault.parts) trySignal(part, 'SIGKILL');
      return;
    case 'stop':
      trySignal(fault.part, 'SIGSTOP');
      await delay(fault.seconds * 1_000);
      trySignal(fault.part, 'SIGCONT');
      return;
    case 'stall':
      await stallMachine(site, [], fault.seconds * 1_000);
  }
}

/** A part that an earlier fault still keeps down cannot be hit again. */
function trySignal(...[part, signal]: [Parameters<typeof signalPart>[1], NodeJS.Signals]): void {
  try {
    signalPart(site, part, signal);
  } catch {
    report({ test: 'soak', seed: SEED, missed: part, signal });
  }
}
