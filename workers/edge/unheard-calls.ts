/**
 * Calls whose `placeCall` Temporal handed to this edge and that never arrived: the server marks a task as started before
 * its answer to the poll is on the wire, and a server or a line in trouble loses that answer. Seen under load. The
 * activity has no heartbeat and would stand as started for hours; this edge is the only one who can know better.
 *
 * A call is given up in two looks: it waits for its leg, Temporal says "started", and it is not here; `HANDED_OUT_MS`
 * later it is still not here. From then on a late task gets the result that was given up with, and dials nothing.
 * @module
 */
import type { Logger } from '../../platform/logger.ts';

const LOOK_MS = 2_000;
/** A task is on its way for milliseconds, under load for a second. */
const HANDED_OUT_MS = 4_000;
/** Each is a request to Temporal. */
const MOST_AT_ONCE = 20;

export interface UnheardCall {
  callId: string;
  workflowId: string;
}

export interface UnheardCallsDeps {
  /** Started calls of this edge that have been waiting for their leg for longer than any task takes. */
  waiting(): Promise<UnheardCall[]>;
  /** Whether this process knows the call. */
  isHere(callId: string): boolean;
  /** Whether Temporal has given `placeCall` to a worker. */
  isHandedOut(workflowId: string): Promise<boolean>;
  /** Ends the call as not placed; atomic against a task that arrives now. */
  giveUp(call: UnheardCall): void;
  logger: Logger;
  /** Steady, ms. */
  now(): number;
}

export interface UnheardCalls {
  look(): Promise<void>;
  stop(): void;
}

export function watchUnheardCalls(deps: UnheardCallsDeps): UnheardCalls {
  /** When each call was first seen to be handed out and not here. */
  const missing = new Map<string, number>();
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  const look = async (): Promise<void> => {
    const waiting = await deps.waiting();
    for (const callId of missing.keys())
      if (!waiting.some((call) => call.callId === callId)) missing.delete(callId);
    for (const call of waiting.filter(({ callId }) => !deps.isHere(callId)).slice(0, MOST_AT_ONCE)) {
      const since = missing.get(call.callId);
      if (since === undefined) {
        if (await deps.isHandedOut(call.workflowId)) missing.set(call.callId, deps.now());
      } else if (deps.now() - since >= HANDED_OUT_MS && !deps.isHere(call.callId)) {
        missing.delete(call.callId);
        deps.logger.warn(
          { callId: call.callId },
          'placeCall was handed out and never arrived, giving the call up',
        );
        deps.giveUp(call);
      }
    }
  };
  const again = (): void => {
    timer = setTimeout(() => {
      look()
        .catch((error: unknown) => deps.logger.warn({ err: error }, 'unheard calls could not be looked for'))
        .finally(() => {
          if (!stopped) again();
        });
    }, LOOK_MS);
  };
  again();
  return {
    look,
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
