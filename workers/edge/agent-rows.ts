/**
 * Rows of calls with agents. Of each call the whole state is written, the newest only, until it is written: the desk shows it,
 * and the agent's own state goes with it. Postgres may be away meanwhile; people talk on.
 * @module
 */
import type { CallEnd, EdgeRef } from '../../contracts/model/call.ts';
import type { LiveDeskState } from '../../db/live-desk.ts';
import type { Logger } from '../../platform/logger.ts';
import type { DeskChange } from '../../telephony/agent-call.ts';
import type { EdgeStore } from './edge-store.ts';

const RETRY_MS = 1_000;
/** Longer than any outage that a call's workflow sits out by itself; then the commit has removed the row, or a settlement. */
const MAX_TRIES = 15 * 60;

export interface AgentRow {
  stage(stage: 'ringing' | 'talking', at: Date): void;
  desk(change: DeskChange): void;
  /** Nothing is written after it. */
  ended(end: CallEnd, at: string): void;
  /** Resolves when everything is written, or the time is over: what is missing follows. */
  written(withinMs: number): Promise<void>;
}

export interface AgentRowDeps {
  store: Pick<EdgeStore, 'saveLiveDesk' | 'endAgentCall'>;
  edge: EdgeRef;
  logger: Logger;
}

/** @param invitedAt when the leg was opened, by the clock of this machine */
export function createAgentRow(
  { store, edge, logger }: AgentRowDeps,
  { callId, invitedAt }: { callId: string; invitedAt: Date },
): AgentRow {
  let state: LiveDeskState = { callId, edge, stage: 'inviting', stageAt: invitedAt };
  let end: { end: CallEnd; at: string } | undefined;
  let dirty = false;
  let writing: Promise<void> | undefined;

  const writeOnce = async (): Promise<void> => {
    if (!end) return store.saveLiveDesk(state);
    const { answeredAt } = state;
    await store.endAgentCall({
      callId,
      endedAt: new Date(end.at),
      reason: end.end.reason,
      ...(answeredAt && { answeredAt }),
    });
  };
  const write = async (): Promise<void> => {
    for (let tries = 0; dirty && tries < MAX_TRIES; tries++) {
      dirty = false;
      try {
        await writeOnce();
      } catch (error) {
        dirty = true;
        logger.warn({ err: error, callId }, 'state of a call was not stored yet');
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS).unref());
      }
    }
    writing = undefined;
  };
  const changed = (): void => {
    dirty = true;
    writing ??= write();
  };

  return {
    stage: (stage, at) => {
      state = { ...state, stage, stageAt: at, ...(stage === 'talking' && { answeredAt: at }) };
      changed();
    },
    desk: ({ heldAt, deskLostAt, recordingRefusedAt }) => {
      const { heldAt: held, deskLostAt: lost, ...rest } = state;
      const nowHeld = heldAt === undefined ? held : heldAt;
      const nowLost = deskLostAt === undefined ? lost : deskLostAt;
      state = {
        ...rest,
        ...(nowHeld && { heldAt: nowHeld }),
        ...(nowLost && { deskLostAt: nowLost }),
        ...(recordingRefusedAt && { recordingRefusedAt }),
      };
      changed();
    },
    ended: (how, at) => {
      end = { end: how, at };
      changed();
    },
    written: async (withinMs) => {
      if (!writing) return;
      let timer: NodeJS.Timeout | undefined;
      const patience = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, withinMs);
      });
      await Promise.race([writing, patience]);
      clearTimeout(timer);
    },
  };
}
