/**
 * Writes stages of calls in the background: the page may lag, a call may not wait. Only the newest stage of a call is
 * kept, so that the queue is bounded by the calls in progress.
 * @module
 */
import type { CallStage, EdgeRef } from '../../contracts/model/call.ts';
import type { Logger } from '../../platform/logger.ts';
import type { EdgeStore } from './edge-store.ts';

export interface StageWriter {
  set(callId: string, stage: CallStage, at: Date): void;
}

export function createStageWriter(deps: { store: EdgeStore; edge: EdgeRef; logger: Logger }): StageWriter {
  const waiting = new Map<string, { stage: CallStage; at: Date }>();
  let writing = false;
  const drain = async (): Promise<void> => {
    writing = true;
    for (const [callId, change] of waiting) {
      waiting.delete(callId);
      try {
        await deps.store.setStage({ callId, edge: deps.edge, ...change });
      } catch (error) {
        // The commit does not depend on it; a stage that is not shown is all that is lost.
        deps.logger.warn({ err: error, callId, stage: change.stage }, 'stage was not stored');
      }
    }
    writing = false;
  };
  return {
    set: (callId, stage, at) => {
      waiting.set(callId, { stage, at });
      if (!writing) void drain();
    },
  };
}
