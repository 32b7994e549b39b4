/**
 * The kinds of config objects in the order of the overview, with their icons and who may edit them.
 * @module
 */
import { CONFIG_KINDS, type ConfigKind } from '../../../contracts/model/config.ts';
import type { Action } from '../../../domain/permissions.ts';
import type { IconName } from '../../design/icons.tsx';

const ICONS: Readonly<Record<ConfigKind, IconName>> = {
  campaign: 'megaphone',
  calendar: 'calendar',
  script: 'file',
  prompt: 'volume',
  status: 'check',
  'retry-rules': 'refresh',
  caps: 'gauge',
  'pause-reason': 'pause',
  trunk: 'trunk',
  thresholds: 'bars',
};

/** The thresholds of the wall are edited on the wall. */
export const SHOWN_KINDS: readonly ConfigKind[] = (Object.keys(ICONS) as ConfigKind[]).filter(
  (kind) => kind !== 'thresholds',
);

export function iconOf(kind: ConfigKind): IconName {
  return ICONS[kind];
}

export function kindOf(text: string | undefined): ConfigKind | undefined {
  return CONFIG_KINDS.find((kind) => kind === text);
}

export function editAction(kind: ConfigKind): Action {
  if (kind === 'trunk') return 'trunk.edit';
  return kind === 'thresholds' ? 'threshold.edit' : 'config.edit';
}

export function objectPath(kind: ConfigKind, name: string): string {
  return `/configurare/${kind}/${name}`;
}

const RETIRABLE = ['campaign', 'trunk', 'status'] as const;

/** Calls refer to it for ever: what was used is taken out of use, not removed. */
export function isRetirable(kind: ConfigKind): kind is (typeof RETIRABLE)[number] {
  return RETIRABLE.some((one) => one === kind);
}
