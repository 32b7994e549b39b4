/**
 * What most tests of a call begin with: a campaign, somebody to be called, and the claim.
 * @module
 */
import type { EdgeRef } from '../../contracts/model/call.ts';
import type { DeskRules } from '../../contracts/model/config.ts';
import type { CampaignSetup } from '../../db/campaigns.ts';
import { claimCalls, type ClaimedCall } from '../../db/claim.ts';
import type { Database } from '../../db/client.ts';
import type { AgentCall } from '../../db/agent-claim.ts';
import { nextNumber } from '../../db/next-number.ts';
import { addAgent, type TestAgent } from './agent-fixture.ts';
import { addContacts, createCampaign, mobile, type CampaignOverrides } from './campaign-fixture.ts';

/** Contacts with a number each, `mobile(from)` and those that follow, due since ever; their ids. */
export function addPeople(db: Database, setup: CampaignSetup, from: number, count = 1): Promise<number[]> {
  const contacts = Array.from({ length: count }, (_, i) => ({ numbers: [mobile(from + i)] }));
  return addContacts(db, setup.id, contacts);
}

/** The dial loop's claim. @throws when it takes fewer */
export async function claimRobotCalls(
  db: Database,
  params: { setup: CampaignSetup; now: Date; closesAt: Date; count?: number; edges?: EdgeRef[] },
): Promise<ClaimedCall[]> {
  const { count = 1, ...claim } = params;
  const { calls, wait } = await claimCalls(db, { ...claim, maxCalls: count });
  if (calls.length < count) throw new Error(`${calls.length} of ${count} claimed: ${JSON.stringify(wait)}`);
  return calls;
}

/** A campaign of agents with one agent, available, whose phone is registered at `edge`. Nobody is to be called yet. */
export async function seatAgent(
  db: Database,
  params: { name: string; edge: EdgeRef; now: Date; desk?: DeskRules; change?: CampaignOverrides },
): Promise<{ setup: CampaignSetup; agent: TestAgent }> {
  const { name, edge, now, desk, change } = params;
  const campaign = { mode: 'agent', desk: { dialing: 'progressive', ...desk }, ...change?.campaign } as const;
  const setup = await createCampaign(db, name, { ...change, campaign, now });
  return { setup, agent: await addAgent(db, { now, edge, campaigns: [setup.name] }) };
}

/** The agent's next number. @throws when there is none */
export async function claimNext(db: Database, agent: TestAgent, now: Date): Promise<AgentCall> {
  const claim = await nextNumber(db, { userId: agent.userId, by: agent.name, now });
  if (claim.state !== 'claimed') throw new Error(JSON.stringify(claim));
  return claim.call;
}
