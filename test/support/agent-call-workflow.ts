/**
 * Inputs of `outboundCall` and what an agent saves, for workflow tests.
 * @module
 */
import type { PlacedCall } from '../../contracts/model/placed-call.ts';
import type { WrapUpDetails, WrapUpMeta } from '../../contracts/model/wrap-up.ts';
import type { CommitCallInput } from '../../contracts/temporal/activities.ts';
import { sensitive, type Sensitive } from '../../contracts/temporal/sensitive.ts';
import type { WrapUpBounds } from '../../contracts/temporal/workflow-types.ts';
import type { AgentCallToStart } from '../../temporal-config/start-call.ts';
import { answeredCall, testCall } from './temporal-calls.ts';

export function testAgentCall(bounds: Partial<WrapUpBounds> = {}): AgentCallToStart {
  const wrapUp = { seconds: 120, extendSeconds: 60, atEnd: 'keep', confirmSeconds: 10, ...bounds } as const;
  return { ...testCall({ kind: 'outbound' }), agentId: 7, wrapUp };
}

/** Talked with an agent, then hung up. */
export function talkedCall(call: AgentCallToStart): PlacedCall {
  const { robot: _, ...placed } = answeredCall(call.edge);
  return {
    ...placed,
    end: { result: 'success', reason: 'hang-up-by-customer' },
    desk: { holdMs: 0, lostMs: 0 },
  };
}

export function busyCall(call: AgentCallToStart): PlacedCall {
  const { answeredAt: _, desk: __, ...placed } = talkedCall(call);
  return { ...placed, end: { result: 'customer', reason: 'busy', sipStatus: 486 }, talkMs: 0 };
}

/** The second digit group makes ids distinct and equal for equal numbers. */
export function wrapUp(n: number, outcome = 'success'): [WrapUpMeta, Sensitive<WrapUpDetails>] {
  const id = `00000000-0000-4000-9000-${String(n).padStart(12, '0')}`;
  const meta = { id, outcome, by: 7, savedAt: '2026-11-23T08:01:00.000Z' };
  return [meta, sensitive({ answers: { locality: 'Oradea' }, note: 'a zis da' })];
}

/** What a commit says of the agent's side, in one line. */
export function toldBy({ wrapUp: saved, wrapUpOver, statusOverride }: CommitCallInput): string {
  const by = statusOverride && `operator ${statusOverride.status}`;
  return [by, saved && `saved ${saved.meta.outcome}`, wrapUpOver === true && 'over']
    .filter(Boolean)
    .join(', ');
}
