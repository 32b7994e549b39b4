/**
 * The activity `placeCall`: last gates, then the call itself. A call id is dialed at most once by this process, however
 * often the activity is started.
 * @module
 */
import type { EdgeRef } from '../../contracts/model/call.ts';
import type { PlacedCall } from '../../contracts/model/placed-call.ts';
import type { EdgeReleaseReply } from '../../contracts/model/edge-control.ts';
import type { TrunkDef } from '../../contracts/model/config.ts';
import type { PlaceCallInput } from '../../contracts/temporal/activities.ts';
import { decryptSecret, isEncrypted } from '../../platform/secrets.ts';
import type { Prompt } from '../../telephony/robot-script.ts';
import type { CallDeps, RunningCall } from '../../telephony/call-part.ts';
import { placeRobotCall, type RobotCallParams } from '../../telephony/robot-call.ts';
import type { LegRefusal, OpenedLeg } from '../../db/open-leg.ts';
import type { EdgeRefusal } from '../../contracts/model/edge-control.ts';
import type { EdgeStore } from './edge-store.ts';
import type { KeptResults } from './kept-results.ts';
import type { StageWriter } from './stage-writer.ts';

/** An unanswered customer must have the time to reach the phone, whatever a campaign says. */
const MIN_RING_SECONDS = 15;

/** Refusals that waiting does not cure: a rule's doing, or a configuration that is not there. The others are circumstances of the moment. */
const REFUSED_BY_GATE: ReadonlySet<LegRefusal> = new Set(['do-not-call', 'trunk-bound', 'config-missing']);

export interface CallRegistry {
  /** Runs the call, or joins the one that runs already. Never rejects. */
  place(input: PlaceCallInput, workflowId: string): Promise<PlacedCall>;
  /** In progress, or its result is kept. */
  has(callId: string): boolean;
  /** Ends a call that never arrived as not placed: whoever asks for it later gets that result. */
  giveUp(call: { callId: string; workflowId: string }): void;
  release(callId: string): EdgeReleaseReply['outcome'];
  releaseAll(): void;
  /** Takes no further calls. */
  drain(): void;
  size(): number;
  /** Resolves when no call is in progress, or the time is over. */
  whenIdle(timeoutMs: number): Promise<boolean>;
}

export interface CallRegistryDeps extends CallDeps {
  edge: EdgeRef;
  store: EdgeStore;
  stages: StageWriter;
  kept: KeptResults;
  refusing(): EdgeRefusal | null;
  trunkSecret: Buffer;
  /** For metrics: each call once, at its end. */
  onPlaced?(placed: PlacedCall): void;
}

interface Running {
  result: Promise<PlacedCall>;
  handle: Handle;
}

interface Handle {
  /** Set once the INVITE may go out. */
  call?: RunningCall;
  released: boolean;
}

export function createCallRegistry(deps: CallRegistryDeps): CallRegistry {
  const running = new Map<string, Running>();
  let draining = false;

  const has = (callId: string): boolean => running.has(callId) || deps.kept.get(callId) !== undefined;
  const start = (callId: string, workflowId: string): Promise<PlacedCall> => {
    const handle: Handle = { released: false };
    const result = placeOne(deps, callId, handle)
      .catch((error: unknown) => {
        deps.logger.error({ err: error, callId }, 'call could not be placed');
        return notPlaced(deps, 'not-placed', 'internal');
      })
      .then((placed) => {
        deps.kept.keep({ callId, workflowId, placed });
        running.delete(callId);
        deps.onPlaced?.(placed);
        return placed;
      });
    running.set(callId, { result, handle });
    return result;
  };

  return {
    place: async ({ callId, edge }, workflowId) => {
      if (edge.node !== deps.edge.node || edge.epoch !== deps.edge.epoch) {
        return notPlaced(deps, 'not-placed', 'another-epoch');
      }
      const known = running.get(callId)?.result ?? deps.kept.get(callId);
      if (known) return known;
      if (draining) return notPlaced(deps, 'not-placed', 'draining');
      return start(callId, workflowId);
    },
    has,
    giveUp: ({ callId, workflowId }) => {
      if (has(callId)) return;
      const placed = notPlaced(deps, 'not-placed', 'never-arrived');
      deps.kept.keep({ callId, workflowId, placed });
      deps.onPlaced?.(placed);
    },
    release: (callId) => {
      const entry = running.get(callId);
      if (!entry) return 'not-on-edge';
      release(entry.handle);
      return 'hanging-up';
    },
    releaseAll: () => {
      for (const { handle } of running.values()) release(handle);
    },
    drain: () => {
      draining = true;
    },
    size: () => running.size,
    whenIdle: async (timeoutMs) => {
      const deadline = Date.now() + timeoutMs;
      while (running.size > 0 && Date.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
      return running.size === 0;
    },
  };
}

function release(handle: Handle): void {
  handle.released = true;
  handle.call?.release();
}

async function placeOne(deps: CallRegistryDeps, callId: string, handle: Handle): Promise<PlacedCall> {
  const why = deps.refusing();
  if (why !== null && why !== 'disk-full') return notPlaced(deps, 'not-placed', why);
  const opened = await deps.store.openLeg({ callId, edge: deps.edge });
  if (opened.state === 'refused') {
    deps.logger.warn({ callId, reason: opened.reason }, 'last gate refused the call');
    return notPlaced(
      deps,
      REFUSED_BY_GATE.has(opened.reason) ? 'refused-by-gate' : 'not-placed',
      opened.reason,
    );
  }
  if (why === 'disk-full' && opened.leg.campaign.recording) return notPlaced(deps, 'not-placed', why);
  // Asked to end while the leg was opened: nothing has left.
  if (handle.released) return notPlaced(deps, 'released', 'released');
  const params = paramsOf(deps, callId, opened.leg);
  if (!params) return notPlaced(deps, 'refused-by-gate', 'prompt-missing');
  handle.call = placeRobotCall(deps, params);
  return handle.call.result;
}

function paramsOf(deps: CallRegistryDeps, callId: string, leg: OpenedLeg): RobotCallParams | undefined {
  const { campaign } = leg;
  const prompt = promptOf(leg.prompt);
  const goodbye = promptOf(leg.goodbyePrompt);
  if (!prompt) return undefined;
  return {
    callId,
    edge: deps.edge,
    number: leg.number,
    callerId: campaign.callerId,
    trunk: withClearPassword(leg.trunk, deps.trunkSecret),
    ringTimeoutMs: Math.max(MIN_RING_SECONDS, campaign.ringTimeoutSeconds) * 1_000,
    maxTalkMs: campaign.maxTalkSeconds * 1_000,
    recording: campaign.recording,
    script: { prompt, ...(goodbye ? { goodbye } : {}), ...(campaign.menu ? { menu: campaign.menu } : {}) },
    onStage: (stage, at) => deps.stages.set(callId, stage, at),
  };
}

function promptOf(def: OpenedLeg['prompt']): Prompt | undefined {
  if (!def?.sha256 || !def.durationMs) return undefined;
  return { sha256: def.sha256, durationMs: def.durationMs };
}

/** @throws Error without the secret when it was encrypted under another key */
export function withClearPassword(trunk: TrunkDef, key: Buffer): TrunkDef {
  const { credentials } = trunk;
  if (!credentials || !isEncrypted(credentials.password)) return trunk;
  return { ...trunk, credentials: { ...credentials, password: decryptSecret(credentials.password, key) } };
}

/** A call for which no INVITE has left, and why. */
function notPlaced(
  deps: Pick<CallRegistryDeps, 'edge' | 'clock'>,
  reason: 'not-placed' | 'refused-by-gate' | 'released',
  detail: string,
): PlacedCall {
  const endedAt = deps.clock.now().toISOString();
  return {
    end: { result: 'platform', reason },
    edge: deps.edge,
    endedAt,
    talkMs: 0,
    recording: { state: 'none', reason: 'not-answered' },
    timeline: [{ at: endedAt, kind: 'failed', detail }],
  };
}
