/**
 * Writes stages of calls in the background: the page may lag, a call may not wait. All that changed within a moment goes
 * in one statement, and of each call only the newest, so that the queue is bounded by the calls in progress.
 * @module
 */
import type { CallStage, EdgeRef } from '../../contracts/model/call.ts';
import type { Logger } from '../../platform/logger.ts';
import type { EdgeStore, StageChange } from './edge-store.ts';

/** The page is within 2 s; each statement costs a flush of the database's log, and most calls of a moment share one. */
const GATHER_MS = 250;

export interface StageWriter {
  set(callId: string, stage: CallStage, at: Date): void;
}

export interface StageWriterDeps {
  store: Pick<EdgeStore, 'setStages'>;
  edge: EdgeRef;
  logger: Logger;
}

export function createStageWriter({ store, edge, logger }: StageWriterDeps): StageWriter {
  const waiting = new Map<string, StageChange>();
  let gathering = false;
  const write = async (): Promise<void> => {
    const changes = [...waiting.values()];
    waiting.clear();
    try {
      await store.setStages(edge, changes);
    } catch (error) {
      // The commit does not depend on it; stages that are not shown are all that is lost.
      logger.warn({ err: error, calls: changes.length }, 'stages were not stored');
    }
    gathering = false;
    if (waiting.size > 0) gather();
  };
  const gather = (): void => {
    gathering = true;
    setTimeout(() => void write(), GATHER_MS);
  };
  return {
    set: (callId, stage, at) => {
      const answeredAt = stage === 'talking' ? at : waiting.get(callId)?.answeredAt;
      waiting.set(callId, { callId, stage, at, ...(answeredAt && { answeredAt }) });
      if (!gathering) gather();
    },
  };
}
