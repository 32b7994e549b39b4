/**
 * Test calls: the edge where the agent's desk is registered calls it and sends back what it hears.
 * @module
 */
import type { EchoTest } from '../../contracts/http/desk.ts';
import { ECHO_SECONDS } from '../../contracts/model/edge-control.ts';
import type { ApiDeps } from '../deps.ts';
import { ApiProblem } from '../http/problem.ts';
import { findDeskEdges, findEchoDesk } from '../queries/desk.ts';
import { agentRefused } from './refusals.ts';

export interface Echo {
  /** @throws ApiProblem agent-busy with the reason, unavailable when the edge does not answer */
  start(userId: number): Promise<EchoTest>;
  /** Harmless when there is none. */
  end(userId: number): Promise<void>;
}

const EDGE_MS = 2_000;

export function createEcho({ db, clock, edgeControl }: Pick<ApiDeps, 'db' | 'clock' | 'edgeControl'>): Echo {
  return {
    start: async (userId) => {
      const desk = await findEchoDesk(db, { userId, now: clock.now() });
      if (!desk || desk.state === 'logged-out') throw agentRefused('off-shift');
      if (desk.isOnCall) throw agentRefused('agent-busy');
      if (desk.controlUrl === null) throw agentRefused('desk-unregistered');
      const reply = await edgeControl.startEcho(desk.controlUrl, userId, EDGE_MS);
      if (!reply) throw new ApiProblem('unavailable', { part: 'edge' }, { 'retry-after': '1' });
      if (reply.outcome === 'not-here') throw agentRefused('desk-unregistered');
      if (reply.outcome === 'refused') throw agentRefused('refused');
      return { until: new Date(clock.now().getTime() + ECHO_SECONDS * 1_000).toISOString() };
    },
    end: async (userId) => {
      const urls = await findDeskEdges(db, userId);
      await Promise.all(urls.map((url) => edgeControl.endEcho(url, userId, EDGE_MS)));
    },
  };
}
