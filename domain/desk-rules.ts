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
  deskLostSeconds: 30,
  assignment: 'any',
  callbackGraceMinutes: 30,
  manualCalls: true,
};

export function deskRules(campaign: Pick<CampaignDef, 'desk'>): ResolvedDeskRules {
  return { ...DESK_DEFAULTS, ...campaign.desk };
}
