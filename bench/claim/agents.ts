/**
 * How long agents wait for "Următorul număr" when all of them click at the same moment.
 * @module
 */
import { createAgentClaims, type AgentClaims } from '../../db/next-number.ts';
import type { CampaignSetup } from '../../db/campaigns.ts';
import type { Database } from '../../db/client.ts';
import { addAgent, type TestAgent } from '../../test/support/agent-fixture.ts';
import { addEdge, createCampaign } from '../../test/support/campaign-fixture.ts';
import { openBenchDatabase } from '../support/bench-postgres.ts';
import { median, quantile } from '../support/interleave.ts';
import type { TableRow } from '../support/report.ts';
import type { Bench } from '../support/run-bench.ts';

/** As an API has. */
const CONNECTIONS = 10;
const WARM_UPS = 10;
const BURSTS = 60;
/** Then it stops, at whatever burst it is. */
const MOST_MS = 8_000;
/** Of one agent who clicks while nobody else does. */
const ALONE = 40;
const PLENTY = 1_000_000;

export interface AgentsResult {
  rows: TableRow[];
  result: {
    agents: number;
    /** Contacts of their campaign. */
    agentContacts: number;
    agentBursts: number;
    /** Of each click, from the call of `next` to its answer. */
    agentP50Ms: number;
    agentP99Ms: number;
    agentWorstMs: number;
    agentAloneP50Ms: number;
    /** Of the last fifth of the bursts to the first: 1 is flat. */
    agentDrift: number;
  };
}

/**
 * Bursts of clicks in one process over a campaign of its own, whose people are on the lists of the other campaigns as well.
 * Whatever snapshot is open stays open.
 * @param from.contacts of the agents' campaign; the other campaigns have at least as many
 * @throws when two agents got one contact, or an agent none
 */
export async function measureAgents(
  bench: Bench,
  from: { url: string; agents: number; contacts: number },
): Promise<AgentsResult> {
  const db = openBenchDatabase(bench, from.url, { max: CONNECTIONS });
  const { contacts } = from;
  const setup = await createCampaign(db, 'bench-agents', {
    campaign: { mode: 'agent', concurrency: PLENTY, desk: { dialing: 'progressive' } },
    trunk: { maxChannels: PLENTY, callsPerSecond: PLENTY },
  });
  await loadQueue(db, setup, contacts);
  const edge = await addEdge(db, 'edge-agents', PLENTY);
  const agents: TestAgent[] = [];
  for (let i = 0; i < from.agents; i++)
    agents.push(await addAgent(db, { now: new Date(), edge, campaigns: [setup.name] }));
  const claims = createAgentClaims({ db });
  for (let i = 0; i < WARM_UPS; i++) await burst(db, claims, agents);
  const bursts: number[][] = [];
  const until = Math.min(Date.now() + MOST_MS, bench.deadline - 20_000);
  while (bursts.length < BURSTS && Date.now() < until) {
    bench.signal.throwIfAborted();
    bursts.push(await burst(db, claims, agents));
  }
  const alone: number[] = [];
  for (let i = 0; i < ALONE; i++) alone.push(...(await burst(db, claims, agents.slice(0, 1))));
  const all = bursts.flat();
  const fifth = Math.max(1, Math.floor(bursts.length / 5));
  const result = {
    agents: agents.length,
    agentContacts: contacts,
    agentBursts: bursts.length,
    agentP50Ms: median(all),
    agentP99Ms: quantile(all, 0.99),
    agentWorstMs: quantile(all, 1),
    agentAloneP50Ms: median(alone),
    agentDrift: median(bursts.slice(-fifth).flat()) / median(bursts.slice(0, fifth).flat()),
  };
  const ms = (value: number) => `${value.toFixed(1)} ms`;
  return {
    rows: [
      {
        label: 'agents',
        value: `${agents.length} click at once: p50 ${ms(result.agentP50Ms)}, p99 ${ms(result.agentP99Ms)}, worst ${ms(result.agentWorstMs)}, ${bursts.length} times; one alone ${ms(result.agentAloneP50Ms)}`,
        target: 'under 50 ms each',
      },
    ],
    result,
  };
}

/** Everybody clicks; @returns milliseconds of each. Then the calls are over and committed, which is not measured. */
async function burst(db: Database, claims: AgentClaims, agents: readonly TestAgent[]): Promise<number[]> {
  const answers = await Promise.all(
    agents.map(async (agent) => {
      const started = performance.now();
      const claim = await claims.next({ userId: agent.userId, by: agent.name, now: new Date() });
      const ms = performance.now() - started;
      if (claim.state !== 'claimed') throw new Error(`an agent got no number: ${JSON.stringify(claim)}`);
      return { ms, contact: claim.call.contactId };
    }),
  );
  if (new Set(answers.map(({ contact }) => contact)).size < agents.length)
    throw new Error('two agents got one contact');
  await db.pool.query('delete from live_calls where agent_id is not null');
  await db.pool.query(`update agents set state = 'available'`);
  return answers.map(({ ms }) => ms);
}

/** People of the other campaigns, with the number they have there; without foreign-key checks, which take half of the time. */
async function loadQueue(db: Database, { id }: CampaignSetup, count: number): Promise<void> {
  await db.pool.query(`insert into lists (campaign_id, name, kind) values ($1, 'bench', 'normal')`, [id]);
  const client = await db.pool.connect();
  try {
    await client.query('set session_replication_role = replica');
    for (const statement of [
      `insert into contacts (campaign_id, list_id, row_no, last_name, first_name, locality, consent_at, consent_source)
       select ${id}, l.id, i, 'Popescu', 'Ion', 'Oradea', case when i % 100 <> 51 then date '2026-01-15' end, 'formular'
       from generate_series(1, ${count}) i, lists l where l.campaign_id = ${id}`,
      `insert into contact_numbers (contact_id, position, campaign_id, number_id)
       select c.id, 1, ${id}, n.id from contacts c join numbers n on n.e164 = '+407' || lpad(c.row_no::text, 8, '0')
       where c.campaign_id = ${id} order by c.id`,
      `insert into dial_queue (contact_id, campaign_id, list_id, rank, due_at)
       select id, campaign_id, list_id, case row_no / 10 % 10 when 0 then 0 when 1 then 1 else 2 end,
         case when row_no % 10 = 9 then now() + interval '1 day' else now() - interval '1 hour' end
       from contacts where campaign_id = ${id} order by id`,
      'analyze contacts, contact_numbers, dial_queue',
      'checkpoint',
      'reset session_replication_role',
    ])
      await client.query(statement);
    client.release();
  } catch (error) {
    client.release(true);
    throw error;
  }
}
