/**
 * How agents work on a campaign, complete: what the campaign says, and what holds where it says nothing.
 * @module
 */
import type { CampaignDef, DeskRules } from '../contracts/model/config.ts';

type Optional = 'script' | 'outcomes' | 'holdMusic' | 'apologyPrompt';

/** Every rule has a value, but for what is a name of something. */
export type ResolvedDeskRules = Required<Omit<DeskRules, Optional>> & Pick<DeskRules, Optional>;

export const DESK_DEFAULTS: ResolvedDeskRules = {
  dialing: 'preview',
  previewSeconds: 20,
  autoNext: true,
  wrapUpSeconds: 120,
  wrapUpExtendSeconds: 60,
  wrapUpAtEnd: 'keep',
  confirmSeconds: 10,
  lateSaveHours: 12,
  deskLostSeconds: 30,
  assignment: 'any',
  callbackGraceMinutes: 30,
  manualCalls: true,
};

export function deskRules(campaign: Pick<CampaignDef, 'desk'>): ResolvedDeskRules {
  return { ...DESK_DEFAULTS, ...campaign.desk };
}

/** Contacts of this campaign are dealt out to agents at opening time. */
export function hasDailyQueues(campaign: Pick<CampaignDef, 'mode' | 'desk'>): boolean {
  return campaign.mode === 'agent' && deskRules(campaign).assignment === 'daily-queue';
}

/** How long the wrap-up of a call may take, as its workflow is told. */
export function wrapUpBounds(rules: ResolvedDeskRules): {
  seconds: number;
  extendSeconds: number;
  atEnd: 'keep' | 'save';
  confirmSeconds: number;
} {
  return {
    seconds: rules.wrapUpSeconds,
    extendSeconds: rules.wrapUpExtendSeconds,
    atEnd: rules.wrapUpAtEnd,
    confirmSeconds: rules.confirmSeconds,
  };
}

/** After the preview the desk calls by itself; what it did not call by then goes back into the queue. */
export const PREVIEW_GRACE_SECONDS = 30;
