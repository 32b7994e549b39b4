/**
 * Agents on a fault site: a campaign of theirs towards the same carrier, and desks that go on as people do.
 * @module
 */
import { addAgents, applyDeskCampaigns } from '../../e2e/desk-world.ts';
import { startLightAgent } from '../../e2e/light-agent.ts';
import { createSteadyAgent, type SteadyAgent } from '../../e2e/steady-agent.ts';
import type { FaultSite } from './fault-site.ts';

const CAMPAIGN = 'agents';
const TONE_HZ = 600;

export interface AgentFloor {
  /** Of the campaign: whom to import into. */
  campaign: string;
  agents: readonly SteadyAgent[];
  /** Wrap-ups that were refused because their calls had been committed without them. */
  refused(): string[];
  close(): Promise<void>;
}

/** What agents are told to be stored goes to the site's judge. */
export async function seatAgents(site: FaultSite, count: number): Promise<AgentFloor> {
  const desk = { dialing: 'progressive', autoNext: false, wrapUpSeconds: 0, confirmSeconds: 120 } as const;
  await applyDeskCampaigns(site, [{ name: CAMPAIGN, customers: site.carrier, desk }]);
  const people = await addAgents(
    site,
    Array.from({ length: count }, (_, i) => `agent${i + 1}`),
  );
  const { page: url, sip = '' } = site.state().addresses;
  const agents = await Promise.all(
    people.map(async (person) => {
      const light = await startLightAgent({ url, sip, person, campaigns: [CAMPAIGN], hertz: TONE_HZ });
      return createSteadyAgent(light, (saved) => site.acknowledged.push(saved));
    }),
  );
  return {
    campaign: CAMPAIGN,
    agents,
    refused: () => agents.flatMap(({ refused }) => refused),
    close: async () => {
      await Promise.all(agents.map(({ light }) => light.close()));
    },
  };
}
