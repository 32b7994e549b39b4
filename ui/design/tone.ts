/**
 * How a status, a stage or a result looks: tone, icon and series colour. Colour never speaks alone.
 * @module
 */
import type { StatusView } from '../../contracts/http/statuses.ts';
import type { CallStage } from '../../contracts/model/call.ts';
import type { IconName } from './icons.tsx';

export type Tone = 'neutral' | 'positive' | 'info' | 'warning' | 'danger';

export interface Look {
  tone: Tone;
  icon: IconName;
}

const STATUS_LOOKS: Readonly<Record<string, Look>> = {
  success: { tone: 'positive', icon: 'check' },
  interested: { tone: 'positive', icon: 'check' },
  'message-heard': { tone: 'info', icon: 'volume' },
  'message-interrupted': { tone: 'info', icon: 'hangUp' },
  'not-interested': { tone: 'warning', icon: 'minus' },
  'wrong-age-group': { tone: 'warning', icon: 'users' },
  declined: { tone: 'warning', icon: 'phoneOff' },
  'opted-out': { tone: 'danger', icon: 'ban' },
  'no-answer': { tone: 'neutral', icon: 'ring' },
  busy: { tone: 'neutral', icon: 'phone' },
  voicemail: { tone: 'neutral', icon: 'voicemail' },
  nonexistent: { tone: 'neutral', icon: 'help' },
  callback: { tone: 'info', icon: 'clock' },
  'no-outcome': { tone: 'warning', icon: 'help' },
  'technical-failure': { tone: 'danger', icon: 'alert' },
};

/** Statuses that a site added get their look from their flags. */
export function statusLook(status: Pick<StatusView, 'code' | 'positive' | 'reachedPerson'>): Look {
  const known = STATUS_LOOKS[status.code];
  if (known) return known;
  if (status.positive) return { tone: 'positive', icon: 'check' };
  return status.reachedPerson ? { tone: 'warning', icon: 'minus' } : { tone: 'neutral', icon: 'phone' };
}

/** CSS colour of a status in charts and swatches. */
export function statusColour(code: string, index = 0): string {
  return code in STATUS_LOOKS ? `var(--series-${code})` : `var(--series-other-${(index % 3) + 1})`;
}

export const STAGE_LOOKS: Readonly<Record<CallStage, Look>> = {
  claimed: { tone: 'neutral', icon: 'hourglass' },
  inviting: { tone: 'neutral', icon: 'phone' },
  ringing: { tone: 'warning', icon: 'ring' },
  talking: { tone: 'positive', icon: 'volume' },
  ending: { tone: 'info', icon: 'hangUp' },
  'wrap-up': { tone: 'info', icon: 'file' },
  committing: { tone: 'info', icon: 'download' },
};
