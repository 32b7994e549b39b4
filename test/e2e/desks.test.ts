import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DeskCall } from '../../contracts/http/desk.ts';
import { amplitudeOf } from '../../telephony/testing/tones.ts';
import { signalPart, type Part } from '../faults/support/processes.ts';
import { startCustomers, type Customer, type Customers } from './desk-customers.ts';
import { addAgents, applyDeskCampaigns, importPeople } from './desk-world.ts';
import type { Person } from './pages-browser.ts';
import { startLightAgent, type LightAgent } from './light-agent.ts';
import { startTestSite, until, type TestSite } from './site.ts';

const FULL = Boolean(process.env['APEL_TEST_FULL']);
const DESKS = FULL ? 20 : 6;
const WORK_MS = FULL ? 120_000 : 6_000;
const CAMPAIGN = 'birou';
/** For the calls in which something is killed: its customers answer at once and stay. */
const FAULTS = 'defecte';
const CUSTOMER_HZ = 400;
const AGENT_HZ = 600;
const LOUD = 3_000;
const RECOVERED_MS = 60_000;

let site: TestSite;
let customers: Customers;
const agents: LightAgent[] = [];
let lone: LightAgent;

beforeAll(async () => {
  customers = await startCustomers(CUSTOMER_HZ);
  customers.behave('13', { refuses: 486 });
  customers.behave('14', { answersAfterMs: 300, hangsUpAfterMs: 400 });
  site = await startTestSite();
  const rules = { dialing: 'progressive', autoNext: false, wrapUpSeconds: 0 } as const;
  await applyDeskCampaigns(
    site,
    [CAMPAIGN, FAULTS].map((name) => ({ name, customers, desk: rules })),
  );
  const names = Array.from({ length: DESKS + 1 }, (_, i) => `agent${i + 1}`);
  const people = await addAgents(site, names);
  const { page: url, sip = '' } = site.state().addresses;
  const begin = (person: Person, i: number): Promise<LightAgent> =>
    startLightAgent({ url, sip, person, campaigns: [i === 0 ? FAULTS : CAMPAIGN], hertz: AGENT_HZ });
  const [first, ...rest] = await Promise.all(people.map(begin));
  lone = first as LightAgent;
  agents.push(...rest);
}, 200_000);

afterAll(async () => {
  await Promise.all([lone, ...agents].map((agent) => agent?.close()));
  await site?.stop();
  await customers?.close();
}, 60_000);

it(
  `${DESKS} desks work side by side: each call is one agent's, saved once, with its answers`,
  async () => {
    await importPeople(
      site,
      CAMPAIGN,
      Array.from({ length: DESKS * 40 }, (_, i) => String(11 + (i % 4))),
    );
    const over = Date.now() + WORK_MS;
    const done = await Promise.all(agents.map((agent) => work(agent, over)));
    const calls = done.reduce((sum, n) => sum + n, 0);
    const { rows } = await site.db.query<{ committed: number; saved: number }>(
      `select count(*)::int as committed, count(wrap_up_id)::int as saved from calls where committed_at is not null`,
    );
    expect(rows[0]).toEqual({ committed: calls, saved: calls });
    process.stderr.write(`${DESKS} desks: ${calls} calls in ${WORK_MS / 1_000} s\n`);
    expect(await findings()).toEqual([]);
  },
  WORK_MS + 120_000,
);

/** Calls until the time is over. @returns how many */
async function work(agent: LightAgent, over: number): Promise<number> {
  let calls = 0;
  while (Date.now() < over) {
    await agent.next();
    const desk = await agent.until('an answer or an end', ({ call }) =>
      ['talking', 'wrap-up'].includes(call?.stage ?? ''),
    );
    if (desk.call?.stage === 'talking') {
      const hungUp = agent.until('the end', ({ call }) => call?.stage === 'wrap-up');
      if (calls % 2 === 0) await agent.command({ type: 'hang-up' }).catch(() => undefined);
      else setTimeout(() => void agent.command({ type: 'hang-up' }).catch(() => undefined), 500);
      await hungUp;
    }
    const answered = agent.desk().call?.answeredAt != null;
    await agent.save(answered ? 'success' : (agent.desk().call?.proposedOutcome ?? 'busy'));
    await agent.until('saved', ({ call }) => call === null);
    calls += 1;
  }
  return calls;
}

const KILLS: readonly (readonly [part: Part, end: string])[] = [
  ['api', 'hang-up-by-customer'],
  ['orchestration', 'hang-up-by-customer'],
  ['temporal', 'hang-up-by-customer'],
  ['postgres', 'hang-up-by-customer'],
  ['edge', 'edge-lost'],
  ['sip-server', 'sip-server-lost'],
];

it.each(KILLS)(
  '%s is killed in the middle of a talk: what is saved is committed once, the end is %s',
  async (part, end) => {
    const agent = lone;
    const [call, customer] = await talk(agent);
    await hearEachOther(agent, customer);
    signalPart(site, part, 'SIGKILL');
    if (end === 'hang-up-by-customer') {
      const killed = Date.now();
      await until('half a second', 5_000, () => Date.now() - killed > 500);
      await hearEachOther(agent, customer, killed);
      customer.hangUp();
    }
    const wrapUp = await agent.save('success');
    await agent.until(
      'saved',
      (desk) => desk.call === null && desk.agent.state === 'available',
      RECOVERED_MS,
    );
    const { rows } = await site.db.query<{ wrap_up: string | null; reason: string; code: string }>(
      `select c.wrap_up_id as wrap_up, c.reason, s.code from calls c join statuses s on s.id = c.status_id where c.id = $1`,
      [call.id],
    );
    expect(rows).toEqual([{ wrap_up: wrapUp, reason: end, code: 'success' }]);
    expect(customer.leg.count('INVITE')).toBe(1);
  },
  120_000,
);

it('left nothing that the auditor finds wrong', async () => {
  expect(await findings()).toEqual([]);
});

/** The next number, until one is talked to: what was killed before may still cost a call that was not dialed yet. */
async function talk(agent: LightAgent): Promise<[DeskCall, Customer]> {
  for (let tries = 0; tries < 5; tries += 1) {
    await importPeople(site, FAULTS, ['21']);
    const call = await agent.next();
    const desk = await agent.until(
      'talking, or not dialed',
      (now) => now.call?.stage === 'talking' || now.call === null,
    );
    const customer = customers.calls().find(({ leg }) => leg.callId === call.id);
    if (desk.call && customer) return [call, customer];
  }
  throw new Error('nobody could be called');
}

async function hearEachOther(agent: LightAgent, customer: Customer, since = 0): Promise<void> {
  const levels = (): [atCustomer: number, atAgent: number] => {
    const from = Math.max(since, Date.now() - 300);
    return [
      amplitudeOf(customer.phone.soundSince(from), AGENT_HZ),
      amplitudeOf(agent.phone.phone.soundSince(from), CUSTOMER_HZ),
    ];
  };
  await until('both hear each other', 10_000, () => Math.min(...levels()) > LOUD).catch((error: Error) => {
    throw new Error(`${error.message}; at the customer and the agent: ${levels().join(', ')}`);
  });
}

async function findings(): Promise<string[]> {
  const report = await site.audit([await customers.writeRecord(join(site.home, 'carrier.ndjson'))]);
  return Object.entries(report.invariants).flatMap(([id, { findings: found }]) =>
    found.map((one) => `${id}: ${one}`),
  );
}
