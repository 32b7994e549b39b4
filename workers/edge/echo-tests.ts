/**
 * Test calls of the desks of this edge: one for each agent, a few at once, none beside a call.
 * @module
 */
import { ECHO_SECONDS, type EchoReply } from '../../contracts/model/edge-control.ts';
import type { DeskDirectory } from '../../telephony/desk-leg.ts';
import { startEcho, type EchoCall, type EchoDeps } from '../../telephony/echo-call.ts';

/** They hold no place of the edge's capacity, but ports. */
const MAX_TESTS = 20;

export interface EchoTests {
  /** Calls the agent's desk, instead of a test that is on. @throws when Postgres cannot be asked where the desk is */
  start(userId: number): Promise<EchoReply['outcome']>;
  /** Harmless when there is none. */
  end(userId: number): void;
  endAll(): void;
}

export interface EchoTestsDeps extends EchoDeps {
  desks: Pick<DeskDirectory, 'find'>;
  /** The edge leaves, has no media, or the agent is on a call. */
  isRefused(userId: number): boolean;
  /** Default: `ECHO_SECONDS`. */
  maxMs?: number;
}

export function createEchoTests(deps: EchoTestsDeps): EchoTests {
  const running = new Map<number, EchoCall>();
  const end = (userId: number): void => {
    running.get(userId)?.end();
    running.delete(userId);
  };
  return {
    start: async (userId) => {
      const contact = await deps.desks.find(userId);
      if (!contact) return 'not-here';
      end(userId);
      if (deps.isRefused(userId) || running.size >= MAX_TESTS) return 'refused';
      const echo = startEcho(deps, { contact, maxMs: deps.maxMs ?? ECHO_SECONDS * 1_000 });
      running.set(userId, echo);
      void echo.over.then(() => (running.get(userId) === echo ? running.delete(userId) : undefined));
      return 'calling';
    },
    end,
    endAll: () => [...running.keys()].forEach(end),
  };
}
