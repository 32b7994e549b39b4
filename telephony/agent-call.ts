/**
 * A call between an agent and a customer: the desk is called first, then the customer; the frame is `call.ts`, the desk's
 * side `desk-side.ts`. What the agent wants during the call comes as commands.
 * @module
 */
import type { DeskCommand, DeskCommandReply } from '../contracts/model/edge-control.ts';
import { assertNever } from './assert-never.ts';
import { placeCall } from './call.ts';
import type { CallContext, CallDeps, CallParams, CallPart, RunningCall } from './call-part.ts';
import type { DeskDirectory } from './desk-leg.ts';
import { createDeskSide, type DeskSide } from './desk-side.ts';
import { createDeskSound } from './desk-sound.ts';
import { createKeyQueue } from './key-queue.ts';
import { playPrompt, type Prompt } from './play-prompt.ts';
import { removeCapture } from './recording/captures.ts';
import type { LiveDialog } from './sip-invite.ts';

export interface AgentCallParams extends CallParams {
  userId: number;
  /** How long a customer waits for a desk that is gone. */
  deskLostMs: number;
  music: Prompt;
  apology: Prompt;
  ringback: Prompt;
  /** For the row: what changed while people talk; null: no longer. Must not throw. */
  onDesk?(change: DeskChange): void;
}

export interface DeskChange {
  heldAt?: Date | null;
  deskLostAt?: Date | null;
  recordingRefusedAt?: Date;
}

export interface AgentCall extends RunningCall {
  readonly userId: number;
  /** Never rejects. */
  command(command: DeskCommand): Promise<Exclude<DeskCommandReply['outcome'], 'not-on-edge'>>;
  /** The desk's live socket closed. */
  deskGone(): void;
}

/** Each leaves a mark in the journal; nobody presses so many buttons in one call. */
const MAX_COMMANDS = 500;

interface AgentState {
  /** Set from the answer to the end. */
  customer?: LiveDialog;
  over: boolean;
  held: boolean;
  refused: boolean;
  commands: number;
}

/** Starts the call. @throws Error with code `EEXIST` when this call was begun before */
export function placeAgentCall(
  deps: CallDeps & { desks: DeskDirectory },
  params: AgentCallParams,
): AgentCall {
  const state: AgentState = { over: false, held: false, refused: false, commands: 0 };
  let desk: DeskSide | undefined;
  const { context, ...running } = placeCall(deps, params, (call) => {
    desk = deskSideOf(call, deps.desks, params);
    return agentPart({ call, desk, params, state });
  });
  let commands: Promise<unknown> = Promise.resolve();
  return {
    ...running,
    userId: params.userId,
    command: (command) => {
      // A hang-up overtakes whatever waits for the media server.
      if (command.type === 'hang-up') return Promise.resolve(hangUp(context, state));
      const turn = commands.then(() =>
        obey({ call: context, desk: desk as DeskSide, params, state }, command),
      );
      const answer = turn.catch((error: unknown) => {
        deps.logger.warn({ err: error, callId: params.callId, command: command.type }, 'command failed');
        return 'refused' as const;
      });
      commands = answer;
      return answer;
    },
    deskGone: () => desk?.gone(),
  };
}

function deskSideOf(call: CallContext, desks: DeskDirectory, params: AgentCallParams): DeskSide {
  const { deps, media, journal } = call;
  const sound = createDeskSound({
    media,
    journal,
    promptsDir: deps.folders.promptsDir,
    music: params.music,
    ringback: params.ringback,
    logger: deps.logger,
  });
  return createDeskSide(call, {
    userId: params.userId,
    desks,
    sound,
    lostMs: params.deskLostMs,
    onLost: (since) => params.onDesk?.({ deskLostAt: since }),
  });
}

interface Agent {
  call: CallContext;
  desk: DeskSide;
  params: AgentCallParams;
  state: AgentState;
}

function agentPart({ call, desk, params, state }: Agent): CallPart {
  const quietly = (change: Promise<void>): void => void change.catch(() => undefined);
  return {
    opened: { agent: true },
    prepare: async () => {
      if (!(await desk.join())) {
        if (call.stopped.aborted) return undefined;
        call.journal.append({ kind: 'failed', why: 'desk-unreachable' });
        return { result: 'platform', reason: 'desk-unreachable' };
      }
      void desk.givenUp.then(() => (state.customer || state.over ? undefined : call.stop('desk-lost')));
      return undefined;
    },
    onRinging: () => quietly(desk.customer('ringing')),
    onEarlyMedia: () => quietly(desk.customer('early-media')),
    onAnswered: () => desk.customer('answered'),
    talk: async ({ dialog, signal }) => {
      state.customer = dialog;
      await Promise.race([desk.givenUp, new Promise((resolve) => onAbort(signal, () => resolve(undefined)))]);
      if (signal.aborted) return undefined;
      await desk.silence();
      const { media, journal, deps } = call;
      const player = { media, journal, keys: createKeyQueue(), promptsDir: deps.folders.promptsDir };
      await playPrompt(player, { role: 'apology', prompt: params.apology, accepts: () => false, signal });
      return { result: 'success', reason: 'desk-lost' };
    },
    close: async () => {
      state.over = true;
      await desk.close();
    },
  };
}

function hangUp(call: CallContext, { over }: AgentState): 'done' | 'refused' {
  if (over) return 'refused';
  if (!call.stopped.aborted) call.stop('hang-up');
  return 'done';
}

async function obey(agent: Agent, command: DeskCommand): Promise<'done' | 'refused'> {
  const { call, desk, params, state } = agent;
  state.commands += 1;
  if (state.over || state.commands > MAX_COMMANDS) return 'refused';
  switch (command.type) {
    case 'hang-up':
      return hangUp(call, state);
    case 'hold':
    case 'resume': {
      const held = command.type === 'hold';
      if (!state.customer) return 'refused';
      if (state.held === held) return 'done';
      state.held = held;
      params.onDesk?.({ heldAt: held ? call.deps.clock.now() : null });
      await desk.hold(held);
      return 'done';
    }
    case 'digits':
      return state.customer ? sendDigits(call, state.customer, command.digits) : 'refused';
    case 'mute':
      call.journal.append({ kind: 'muted', muted: command.muted });
      return 'done';
    case 'refuse-recording':
      await refuseRecording(agent);
      return 'done';
    default:
      return assertNever(command);
  }
}

/** RFC 4733 where the far end agreed to it, else INFO. */
async function sendDigits(
  { journal, media }: CallContext,
  dialog: LiveDialog,
  digits: string,
): Promise<'done'> {
  journal.append({ kind: 'digits', count: digits.length });
  const byMedia = media.takesDigits();
  for (const digit of digits) await (byMedia ? media.sendDigit(digit) : dialog.sendKey(digit));
  return 'done';
}

/** The mark comes first: whoever finishes the recording after us keeps nothing either. */
async function refuseRecording({ call, params, state }: Agent): Promise<void> {
  const { deps, journal, media } = call;
  if (state.refused) return;
  state.refused = true;
  const { at } = journal.append({ kind: 'recording-refused' });
  params.onDesk?.({ recordingRefusedAt: new Date(at) });
  if (!params.recording) return;
  await media.stopRecording();
  await removeCapture(deps.folders, { callId: params.callId, entries: journal.entries });
}

function onAbort(signal: AbortSignal, listener: () => void): void {
  if (signal.aborted) listener();
  else signal.addEventListener('abort', listener, { once: true });
}
