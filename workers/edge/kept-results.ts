/**
 * Results of calls until their rows are committed. The worker's own completion may be lost (Temporal restarted, the
 * worker's connection broke); then the activity is completed by its ids. When the row is gone, and nobody is left to be told, the journal goes too.
 * @module
 */
import type { PlacedCall } from '../../contracts/model/placed-call.ts';
import type { Logger } from '../../platform/logger.ts';

const LOOK_MS = 1_000;
/** The worker's own completion and the commit take far less. */
const COMPLETE_AFTER_MS = 5_000;
const MAX_COMPLETIONS_AT_ONCE = 20;

export interface KeptResults {
  get(callId: string): PlacedCall | undefined;
  /** @param call `told`: until it resolves the journal is needed, committed or not */
  keep(call: { callId: string; workflowId: string; placed: PlacedCall; told?: Promise<void> }): void;
  size(): number;
  /** Resolves when all is committed, or the signal is aborted. */
  whenEmpty(signal: AbortSignal): Promise<void>;
  stop(): void;
}

export interface KeptResultsDeps {
  /** Those of the calls that are not committed yet. */
  stillLive(callIds: readonly string[]): Promise<Set<string>>;
  /** Completes the activity by workflow id; resolves also when there is no such activity any more. */
  complete(workflowId: string, placed: PlacedCall): Promise<void>;
  forget(callId: string): Promise<void>;
  logger: Logger;
  now(): number;
}

interface Kept {
  workflowId: string;
  placed: PlacedCall;
  told?: Promise<void>;
  nextTryAt: number;
}

export function createKeptResults(deps: KeptResultsDeps): KeptResults {
  const kept = new Map<string, Kept>();
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  const look = async (): Promise<void> => {
    try {
      await lookOnce(deps, kept);
    } catch (error) {
      deps.logger.warn({ err: error, kept: kept.size }, 'kept results could not be checked');
    }
    if (!stopped) timer = setTimeout(() => void look(), LOOK_MS);
  };
  timer = setTimeout(() => void look(), LOOK_MS);

  return {
    get: (callId) => kept.get(callId)?.placed,
    keep: ({ callId, ...call }) => {
      kept.set(callId, { ...call, nextTryAt: deps.now() + COMPLETE_AFTER_MS });
    },
    size: () => kept.size,
    whenEmpty: async (signal) => {
      while (kept.size > 0 && !signal.aborted) {
        await lookOnce(deps, kept).catch(() => undefined);
        if (kept.size > 0) await new Promise((resolve) => setTimeout(resolve, 100));
      }
    },
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

async function lookOnce(deps: KeptResultsDeps, kept: Map<string, Kept>): Promise<void> {
  const asked = [...kept.keys()];
  const live = await deps.stillLive(asked);
  for (const callId of asked.filter((id) => !live.has(id))) {
    const told = kept.get(callId)?.told;
    kept.delete(callId);
    if (told) forgetLater(deps, callId, told);
    else await deps.forget(callId);
  }
  const due = [...kept].filter(([, call]) => call.nextTryAt <= deps.now()).slice(0, MAX_COMPLETIONS_AT_ONCE);
  await Promise.all(due.map(([callId, call]) => completeOne(deps, callId, call)));
}

/** Most are told long before; where the SIP server is away it takes minutes, in which this process may die. */
function forgetLater(deps: KeptResultsDeps, callId: string, told: Promise<void>): void {
  void told
    .then(() => deps.forget(callId))
    .catch((error: unknown) => deps.logger.warn({ err: error, callId }, 'journal could not be deleted'));
}

async function completeOne(deps: KeptResultsDeps, callId: string, call: Kept): Promise<void> {
  call.nextTryAt = deps.now() + COMPLETE_AFTER_MS;
  try {
    await deps.complete(call.workflowId, call.placed);
  } catch (error) {
    deps.logger.warn({ err: error, callId }, 'result could not be delivered yet');
  }
}
