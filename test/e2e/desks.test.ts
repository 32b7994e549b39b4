/**
 * Twenty desks side by side while parts are killed under them: every call is one agent's, what was saved is committed once, and
 * every desk is back by itself. In full two of them are Chromium. `APEL_SEED` chooses the order of the kills.
 */
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AcknowledgedWrapUp } from '../auditor/audit-context.ts';
import { newFindings } from '../faults/support/judge.ts';
import { isReady, PARTS, signalPart, type Part } from '../faults/support/processes.ts';
import { createRandom, seedFromEnvironment, type Random } from '../faults/support/random.ts';
import { report } from '../faults/support/report.ts';
import { workInBrowser } from './browser-agent.ts';
import { beginShift, launchDeskBrowser, openDesk, type DeskPage } from './desk-browser.ts';
import { startCustomers, type Customers } from './desk-customers.ts';
import { addAgents, applyDeskCampaigns, importPeople } from './desk-world.ts';
import type { Person } from './pages-browser.ts';
import { startLightAgent } from './light-agent.ts';
import { startTestSite, until, type TestSite } from './site.ts';
import { createSteadyAgent, type SteadyAgent } from './steady-agent.ts';

const FULL = Boolean(process.env['APEL_TEST_FULL']);
const DESKS = 20;
const BROWSERS = FULL ? 2 : 0;
/** In the normal run each part is killed once, which takes about 25 s; in full all, again and again. */
const WORK_MS = FULL ? 120_000 : 0;
const KILLED: readonly Part[] = FULL ? PARTS : ['api', 'temporal', 'postgres', 'edge', 'sip-server'];
const CALM_MS = 4_000;
/** A customer's BYE that finds the SIP server dead is repeated after 0.5, 1.5 and 3.5 s (RFC 3261 §17.1.2.1): the talk ends when it is heard. */
const LATE_BYE_MS = 4_000;
/** How long people talk: some are in a call whenever a part dies. */
const TALK_MS = [300, 2_500] as const;
const CAMPAIGN = 'birou';
const CUSTOMER_HZ = 400;
const AGENT_HZ = 600;
/** More than so many desks can call. */
const PEOPLE = FULL ? 4_000 : 1_000;
/** Of the numbers: two kinds that talk, one is busy, one hangs up, one rings for a while. */
const ENDINGS = ['11', '12', '13', '14', '15'];
const SEED = seedFromEnvironment();

let site: TestSite;
let customers: Customers;
const agents: SteadyAgent[] = [];
const acknowledged: AcknowledgedWrapUp[] = [];
const browsers: Browser[] = [];
const desks: DeskPage[] = [];
/** Exceptions of their pages. */
const errors: string[] = [];

beforeAll(async () => {
  customers = await startCustomers(CUSTOMER_HZ);
  customers.behave('13', { refuses: 486 });
  customers.behave('14', { answersAfterMs: 300, hangsUpAfterMs: 400 });
  customers.behave('15', { answersAfterMs: 1_500 });
  site = await startTestSite();
  const desk = { dialing: 'progressive', autoNext: false, wrapUpSeconds: 0, confirmSeconds: 120 } as const;
  await applyDeskCampaigns(site, [{ name: CAMPAIGN, customers, desk }]);
  const names = Array.from({ length: DESKS }, (_, i) => `agent${i + 1}`);
  const endings = Array.from({ length: PEOPLE }, (_, i) => ENDINGS[i % ENDINGS.length] ?? '');
  const [people] = await Promise.all([addAgents(site, names), importPeople(site, CAMPAIGN, endings)]);
  const { page: url, sip = '' } = site.state().addresses;
  const sitDown = async (person: Person): Promise<SteadyAgent> => {
    const light = await startLightAgent({ url, sip, person, campaigns: [CAMPAIGN], hertz: AGENT_HZ });
    return createSteadyAgent(light, (saved) => acknowledged.push(saved));
  };
  agents.push(...(await Promise.all(people.slice(BROWSERS).map(sitDown))));
  for (const person of people.slice(0, BROWSERS)) desks.push(await openBrowser(url, person));
}, 400_000);

afterAll(async () => {
  await Promise.all([...agents.map(({ light }) => light.close()), ...browsers.map((one) => one.close())]);
  await site?.stop();
  await customers?.close();
}, 60_000);

it(
  `${DESKS} desks work while parts are killed, seed ${SEED}`,
  async () => {
    const random = createRandom(SEED);
    let over = false;
    const killing = killInTurn(random).finally(() => (over = true));
    const working = [
      ...agents.map((agent) => work(agent, createRandom(random.between(0, 1e9)), () => over)),
      ...desks.map((desk) => workInBrowser(desk, () => over)),
    ];
    const calls = (await Promise.all(working)).reduce((sum, n) => sum + n, 0);
    const killed = await killing;
    await until('all parts are up', 60_000, () => killed.every((part) => isReady(site, part)));

    const record = await customers.writeRecord(join(site.home, 'carrier.ndjson'));
    const findings = await newFindings(
      (now) => site.audit([record], { now, acknowledged, stalledMs: LATE_BYE_MS }),
      new Set(),
    );
    const ended = await readEnds();
    const ends: Record<string, number> = {};
    for (const { ending, n } of ended) ends[ending] = (ends[ending] ?? 0) + n;
    report({ test: 'desks', seed: SEED, desks: DESKS, killed, calls, ends, findings });
    expect(findings).toEqual([]);
    // Whoever was talked to was saved; only a call that never got so far may have ended without its agent.
    expect(ended.filter(({ ending, saved }) => ending.endsWith('*') && !saved)).toEqual([]);
    const saved = ended.filter((row) => row.saved).reduce((sum, { n }) => sum + n, 0);
    expect(acknowledged.length).toBeGreaterThan(0);
    if (BROWSERS === 0) expect(saved).toBe(acknowledged.length);
    expect(errors).toEqual([]);
  },
  WORK_MS + 240_000,
);

async function openBrowser(url: string, person: Person): Promise<DeskPage> {
  const browser = await launchDeskBrowser(site.home, AGENT_HZ);
  browsers.push(browser);
  const desk = await openDesk({ browser, url, person });
  desk.page.on('pageerror', (error) => errors.push(error.message));
  await beginShift(desk, `Campania ${CAMPAIGN}`);
  return desk;
}

/** @returns how many calls */
async function work(agent: SteadyAgent, random: Random, isOver: () => boolean): Promise<number> {
  let calls = 0;
  while (!isOver()) {
    await agent.take();
    await agent.talk(random.between(...TALK_MS));
    calls += 1;
  }
  return calls;
}

/** One part after the other, each when the one before is up again; in full until the time is over. @returns what was killed */
async function killInTurn(random: Random): Promise<Part[]> {
  const end = Date.now() + WORK_MS;
  const killed: Part[] = [];
  do {
    for (const part of random.shuffled(KILLED)) {
      await quiet();
      signalPart(site, part, 'SIGKILL');
      killed.push(part);
      await until(`${part} is up again`, 60_000, () => isReady(site, part));
    }
  } while (Date.now() < end);
  await quiet();
  return killed;
}

async function quiet(): Promise<void> {
  const since = Date.now();
  await until('time for some calls', 2 * CALM_MS, () => Date.now() - since > CALM_MS);
}

/** Of committed calls: `result/reason`, with `*` when somebody had answered. */
async function readEnds(): Promise<{ ending: string; saved: boolean; n: number }[]> {
  const { rows } = await site.db.query<{ ending: string; saved: boolean; n: number }>(
    `select result || '/' || reason || case when answered_at is null then '' else '*' end as ending,
       wrap_up_id is not null as saved, count(*)::int as n
     from calls where committed_at is not null group by 1, 2 order by 3 desc`,
  );
  return rows;
}
