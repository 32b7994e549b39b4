/**
 * A supervisor changes an agent's state: the same transition as at the desk, with the reason in the audit log, in one
 * transaction. The desk is told by the trigger of `agents`.
 * @module
 */
import type { AgentState } from '../contracts/model/agent.ts';
import { changeAgent, isPauseReason, type AgentChange } from './agents.ts';
import { writeAudit } from './audit.ts';
import type { Database } from './client.ts';
import { rowsOf } from './queryable.ts';
import { inTransaction } from './transaction.ts';

export type AgentOrder = { to: 'available' } | { to: 'paused'; pause: string } | { to: 'logged-out' };

/** `later`: after the call that goes on. */
export type AgentControl =
  { state: 'changed' | 'later' | 'unchanged' } | Extract<AgentChange, { state: 'refused' }>;

interface Seen {
  state: AgentState;
  reason: string | null;
  next: unknown;
}

export async function controlAgent(
  db: Database,
  params: { userId: number; order: AgentOrder; why: string; by: string; now: Date },
): Promise<AgentControl> {
  const { userId, order, by, now } = params;
  return inTransaction(db, async (client) => {
    const read = async (): Promise<Seen | undefined> =>
      (
        await rowsOf<Seen>(
          client,
          'select state, reason, next_state as next from agents where user_id = $1 for no key update',
          [userId],
        )
      )[0];
    if (order.to === 'paused' && !(await isPauseReason(client, order.pause))) {
      return { state: 'refused', reason: 'no-such-reason' };
    }
    const before = await read();
    const change = await changeAgent(client, { userId, by, now, event: eventOf(order) });
    if (change.state === 'refused' || before === undefined) return change;
    const after = await read();
    if (change.state === 'unchanged' || after === undefined) return { state: 'unchanged' };

    await writeAudit(client, {
      actor: by,
      action: order.to === 'logged-out' ? 'agent.log-off' : 'agent.change-state',
      objectKind: 'user',
      objectId: String(userId),
      before,
      after: { ...after, why: params.why },
      at: now,
    });
    return { state: after.state === before.state && order.to === 'logged-out' ? 'later' : 'changed' };
  });
}

function eventOf(order: AgentOrder): Parameters<typeof changeAgent>[1]['event'] {
  if (order.to === 'logged-out') return { type: 'log-off' };
  if (order.to === 'available') return { type: 'make-available', by: 'supervisor' };
  return { type: 'pause', by: 'supervisor', reason: order.pause };
}
