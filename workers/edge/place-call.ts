/**
 * The activity `placeCall`: last gates, then the call itself. A call id is dialed at most once by this process, however
 * often the activity is started.
 * @module
 */
import type { EdgeRef } from '../../contracts/model/call.ts';
import type { PlacedCall } from '../../contracts/model/placed-call.ts';
import type { DeskCommand, DeskCommandReply, EdgeReleaseReply } from '../../contracts/model/edge-control.ts';
import type { PlaceCallInput } from '../../contracts/temporal/activities.ts';
import { placeAgentCall, type AgentCall } from '../../telephony/agent-call.ts';
import type { CallDeps, RunningCall } from '../../telephony/call-part.ts';
import type { DeskDirectory } from '../../telephony/desk-leg.ts';
import type { DeskSounds } from '../../telephony/desk-sounds.ts';
import { placeRobotCall } from '../../telephony/robot-call.ts';
import type { LegRefusal, OpenedLeg } from '../../db/open-leg.ts';
import type { EdgeRefusal } from '../../contracts/model/edge-control.ts';
import { createAgentRow } from './agent-rows.ts';
import { agentParams, robotParams } from './call-params.ts';
import type { EdgeStore } from './edge-store.ts';
import type { KeptResults } from './kept-results.ts';
import type { StageWriter } from './stage-writer.ts';

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
  /** What the agent of a call wants. */
  command(callId: string, command: DeskCommand): Promise<DeskCommandReply['outcome']>;
  /** Whether the agent is on a call here. */
  isOnCall(userId: number): boolean;
  isDraining(): boolean;
  /** The live socket of an agent's desk closed. */
  deskGone(userId: number): void;
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
  desks: DeskDirectory;
  sounds: DeskSounds;
  /** An agent's desk is about to be called. */
  onAgentCall?(userId: number): void;
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
  /** The same, where an agent is in it. */
  agent?: AgentCall;
  released: boolean;
}

/** How long a result waits for its row: the workflow may begin to wait for the wrap-up, and the page shows it. */
const ROW_WITHIN_MS = 2_000;

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
        const told = handle.call?.told;
        deps.kept.keep({ callId, workflowId, placed, ...(told && { told }) });
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
    command: async (callId, command) => {
      const entry = running.get(callId);
      if (!entry) return 'not-on-edge';
      if (entry.handle.agent) return entry.handle.agent.command(command);
      if (command.type !== 'hang-up') return 'refused';
      // Its leg is being opened (nothing has left, and nothing will), or nobody's desk is in it.
      release(entry.handle);
      return 'done';
    },
    isOnCall: (userId) => [...running.values()].some(({ handle }) => handle.agent?.userId === userId),
    isDraining: () => draining,
    deskGone: (userId) => {
      for (const { handle } of running.values()) if (handle.agent?.userId === userId) handle.agent.deskGone();
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
  return opened.leg.desk
    ? placeForAgent(deps, callId, { leg: opened.leg, userId: opened.leg.desk.userId, handle })
    : placeForRobot(deps, callId, { leg: opened.leg, handle });
}

async function placeForRobot(
  deps: CallRegistryDeps,
  callId: string,
  { leg, handle }: { leg: OpenedLeg; handle: Handle },
): Promise<PlacedCall> {
  const params = robotParams(deps, callId, leg);
  if (!params) return notPlaced(deps, 'refused-by-gate', 'prompt-missing');
  handle.call = placeRobotCall(deps, {
    ...params,
    onStage: (stage, at) => deps.stages.set(callId, stage, at),
  });
  return handle.call.result;
}

async function placeForAgent(
  deps: CallRegistryDeps,
  callId: string,
  { leg, userId, handle }: { leg: OpenedLeg; userId: number; handle: Handle },
): Promise<PlacedCall> {
  deps.onAgentCall?.(userId);
  const row = createAgentRow(deps, { callId, invitedAt: deps.clock.now() });
  const call = placeAgentCall(deps, {
    ...agentParams(deps, callId, leg),
    userId,
    onStage: (stage, at) => (stage === 'ending' ? undefined : row.stage(stage, at)),
    onDesk: (change) => row.desk(change),
    // Where the customer was never called there is nothing to work on: the commit alone ends such a call.
    onEnded: ({ end, at, invited }) => (invited ? row.ended(end, at) : undefined),
  });
  handle.call = call;
  handle.agent = call;
  const placed = await call.result;
  await row.written(ROW_WITHIN_MS);
  return placed;
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
