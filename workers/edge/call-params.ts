/**
 * What telephony is told of a call, out of its row and its campaign.
 * @module
 */
import type { EdgeRef } from '../../contracts/model/call.ts';
import type { TrunkDef } from '../../contracts/model/config.ts';
import { deskRules } from '../../domain/desk-rules.ts';
import type { OpenedLeg } from '../../db/open-leg.ts';
import { decryptSecret, isEncrypted } from '../../platform/secrets.ts';
import type { AgentCallParams } from '../../telephony/agent-call.ts';
import type { CallParams } from '../../telephony/call-part.ts';
import type { DeskSounds } from '../../telephony/desk-sounds.ts';
import type { Prompt } from '../../telephony/play-prompt.ts';
import type { RobotCallParams } from '../../telephony/robot-call.ts';

/** An unanswered customer must have the time to reach the phone, whatever a campaign says. */
const MIN_RING_SECONDS = 15;

export interface ParamsDeps {
  edge: EdgeRef;
  trunkSecret: Buffer;
  sounds: DeskSounds;
}

function commonParams({ edge, trunkSecret }: ParamsDeps, callId: string, leg: OpenedLeg): CallParams {
  const { campaign } = leg;
  return {
    callId,
    edge,
    number: leg.number,
    callerId: campaign.callerId,
    trunk: withClearPassword(leg.trunk, trunkSecret),
    ringTimeoutMs: Math.max(MIN_RING_SECONDS, campaign.ringTimeoutSeconds) * 1_000,
    maxTalkMs: campaign.maxTalkSeconds * 1_000,
    recording: campaign.recording,
  };
}

/** @returns undefined when the campaign's prompt is not there */
export function robotParams(deps: ParamsDeps, callId: string, leg: OpenedLeg): RobotCallParams | undefined {
  const { menu } = leg.campaign;
  const prompt = promptOf(leg.prompt) ?? (leg.ownSound ? deps.sounds.test : undefined);
  const goodbye = promptOf(leg.goodbyePrompt);
  if (!prompt) return undefined;
  return {
    ...commonParams(deps, callId, leg),
    script: { prompt, ...(goodbye ? { goodbye } : {}), ...(menu ? { menu } : {}) },
  };
}

export function agentParams(
  deps: ParamsDeps,
  callId: string,
  leg: OpenedLeg,
): Omit<AgentCallParams, 'userId' | 'onStage' | 'onDesk'> {
  return {
    ...commonParams(deps, callId, leg),
    deskLostMs: deskRules(leg.campaign).deskLostSeconds * 1_000,
    music: promptOf(leg.desk?.holdMusic) ?? deps.sounds.music,
    apology: promptOf(leg.desk?.apologyPrompt) ?? deps.sounds.apology,
    ringback: deps.sounds.ringback,
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
