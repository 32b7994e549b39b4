/**
 * Twenty desks side by side while parts are killed under them: every call is one agent's, what was saved is committed once, and
 * every desk is back by itself. `APEL_SEED` chooses the order of the kills.
 */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AcknowledgedWrapUp } from '../auditor/audit-context.ts';
import { newFindings } from '../faults/support/judge.ts';
import { isReady, PARTS, signalPart, type Part } from '../faults/support/processes.ts';
import { createRandom, seedFromEnvironment, type Random } from '../faults/support/random.ts';
import { report } from '../faults/support/report.ts';
import { startCustomers, type Customers } from './desk-customers.ts';
import { addAgents, applyDeskCampaigns, importPeople } from './desk-world.ts';
import type { Person } from './pages-browser.ts';
import { startLightAgent } from './light-agent.ts';
import { startTestSite, until, type TestSite } from './site.ts';
import { createSteadyAgent, type SteadyAgent } from './steady-agent.ts';

const FULL = Boolean(process.env['APEL_TEST_FULL']);
const DESKS = 20;
const WORK_MS = FULL ? 120_000 : 25_000;
/** In the normal run each once; in full all, again and again. */
const KILLED: readonly Part[] = FULL ? PARTS : ['api', 'temporal', 'postgres', 'edge', 'sip-server'];
const KILL_EVERY_MS = 4_000;
/** How long people talk: some are in a call whenever a part dies. */
const TALK_MS = [300, 2_500] as const;
const CAMPAIGN = 'birou';
const CUSTOMER_HZ = 400;
const AGENT_HZ = 600;
/** Of the numbers: two kinds that talk, one is busy, one hangs up, one rings for a while. */
const ENDINGS = ['11', '12', '13', '14', '15'];
const SEED = seedFromEnvironment();

let site: TestSite;
let customers: Customers;
const agents: SteadyAgent[] = [];
const acknowledged: AcknowledgedWrapUp[] = [];

beforeAll(async () => {
  customers = await startCustomers(CUSTOMER_HZ);
  customers.behave('13', { refuses: 486 });
  customers.behave('14', { answersAfterMs: 300, hangsUpAfterMs: 400 });
  customers.behave('15', { answersAfterMs: 1_500 });
  site = await startTestSite();
  const desk = { dialing: 'progressive', autoNext: false, wrapUpSeconds: 0, confirmSeconds: 120 } as const;
  await applyDeskCampaigns(site, [{ name: CAMPAIGN, customers, desk }]);
  const [people] = await Promise.all([
    addAgents(
      site,
      Array.from({ length: DESKS }, (_, i) => `agent${i + 1}`),
    ),
    importPeople(
      site,
      CAMPAIGN,
      Array.from({ length: WORK_MS / 25 }, (_, i) => ENDINGS[i % ENDINGS.length] ?? ''),
    ),
  ]);
  const { page: url, sip = '' } = site.state().addresses;
  const sitDown = async (person: Person): Promise<SteadyAgent> => {
    const light = await startLightAgent({ url, sip, person, campaigns: [CAMPAIGN], hertz: AGENT_HZ });
    return createSteadyAgent(light, (saved) => acknowledged.push(saved));
  };
  agents.push(...(await Promise.all(people.map(sitDown))));
}, 200_000);

afterAll(async () => {
  await Promise.all(agents.map(({ light }) => light.close()));
  await site?.stop();
  await customers?.close();
}, 60_000);

it(
  `${DESKS} desks work while parts are killed, seed ${SEED}`,
  async () => {
    const random = createRandom(SEED);
    const over = Date.now() + WORK_MS;
    const killed = killInTurn(random, over);
    const done = await Promise.all(agents.map((agent) => work(agent, createRandom(random.next()), over)));
    const calls = done.reduce((sum, n) => sum + n, 0);
    const parts = await killed;
    await until('all parts are up', 60_000, () => parts.every((part) => isReady(site, part)));

    const record = await customers.writeRecord(join(site.home, 'carrier.ndjson'));
    const findings = await newFindings((now) => site.audit([record], { now, acknowledged }), new Set());
    const { rows } = await site.db.query<{ ending: string; answered: boolean; saved: boolean; n: number }>(
      `select result || '/' || reason as ending, answered_at is not null as answered, wrap_up_id is not null as saved,
         count(*)::int as n
       from calls where committed_at is not null group by 1, 2, 3 order by 4 desc`,
    );
    const ends = Object.fromEntries(
      rows.map(({ ending, answered, n }) => [answered ? `${ending}*` : ending, n]),
    );
    report({
      test: 'desks',
      seed: SEED,
      desks: DESKS,
      seconds: WORK_MS / 1_000,
      killed: parts,
      calls,
      ends,
      findings,
    });
    expect(findings).toEqual([]);
    // Whoever was talked to was saved, once; only a call that never got so far may have ended without its agent.
    expect(rows.filter(({ answered, saved }) => answered && !saved)).toEqual([]);
    const saved = rows.filter((row) => row.saved).reduce((sum, { n }) => sum + n, 0);
    expect(saved).toBe(acknowledged.length);
    expect(calls).toBeGreaterThan(DESKS);
  },
  WORK_MS + 180_000,
);

/** Calls until the time is over. @returns how many */
async function work(agent: SteadyAgent, random: Random, over: number): Promise<number> {
  let calls = 0;
  while (Date.now() < over) {
    await agent.take();
    await agent.talk(random.between(...TALK_MS));
    calls += 1;
  }
  return calls;
}

/** One part after the other, each when the one before is up again. @returns those that were killed */
async function killInTurn(random: Random, over: number): Promise<Part[]> {
  const killed: Part[] = [];
  let turn: Part[] = [];
  for (;;) {
    if (turn.length === 0) turn = killed.length > 0 && !FULL ? [] : random.shuffled(KILLED);
    const part = turn.shift();
    const since = Date.now();
    await until('it is time to kill', KILL_EVERY_MS * 2, () => Date.now() - since > KILL_EVERY_MS);
    if (part === undefined || Date.now() > over) return killed;
    signalPart(site, part, 'SIGKILL');
    killed.push(part);
    await until(`${part} is up again`, 60_000, () => isReady(site, part));
  }
}
