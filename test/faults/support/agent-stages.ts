/**
 * The stages of an agent's call at which a fault strikes: how customer and agent behave so that the stage lasts, and how the
 * test sees that it has begun.
 * @module
 */
import type { SteadyAgent } from '../../e2e/steady-agent.ts';
import type { FaultSite } from './fault-site.ts';
import { trapFor, type StageTrap } from './stages.ts';

export const AGENT_STAGES = ['ringing', 'talking', 'held', 'wrap-up', 'committing'] as const;
export type AgentStage = (typeof AGENT_STAGES)[number];

export interface AgentTrap extends StageTrap {
  /** What the agent does, once they have a call, to bring it to the stage. */
  bring(agent: SteadyAgent): Promise<unknown>;
}

const nothing = async (): Promise<void> => {};
/** Customers who stay until somebody hangs up. */
const { behaviour: STAYS } = trapFor('talking');
const HANGS_UP = { ...STAYS, hangUpAfterMs: 300 };

const TRAPS: Record<AgentStage, () => AgentTrap> = {
  ringing: () => ({ ...trapFor('ringing'), bring: nothing }),
  talking: () => ({ ...trapFor('talking'), bring: nothing }),
  held: () => ({
    ...trapFor('talking'),
    bring: async (agent) => {
      await agent.reaches('talking');
      await agent.command({ type: 'hold' });
    },
    reached: (site) => count(site, 'held_at is not null'),
  }),
  'wrap-up': () => ({
    ...trapFor('talking'),
    behaviour: HANGS_UP,
    bring: nothing,
    reached: (site) => count(site, `stage = 'wrap-up'`),
    delayMs: [0, 500],
  }),
  // Saved as soon as the customer is gone; the commit waits for the lock.
  committing: () => ({ ...trapFor('committing'), bring: (agent) => agent.finish() }),
};

export function agentTrapFor(stage: AgentStage): AgentTrap {
  return TRAPS[stage]();
}

async function count({ db }: FaultSite, which: string): Promise<number> {
  const { rows } = await db.query<{ n: number }>(
    `select count(*)::int as n from live_calls where agent_id is not null and ${which}`,
  );
  return rows[0]?.n ?? 0;
}
