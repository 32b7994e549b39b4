/**
 * The kinds of config objects in the order of the overview, with their icons and who may edit them.
 * @module
 */
import { CONFIG_KINDS, type ConfigKind } from '../../../contracts/model/config.ts';
import { WALL_THRESHOLDS } from '../../../contracts/model/thresholds.ts';
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

export const SHOWN_KINDS = Object.keys(ICONS) as readonly ConfigKind[];

/** Where a kind is edited: there is one set of thresholds, that of the wall. */
export function kindPath(kind: ConfigKind): string {
  return kind === 'thresholds' ? objectPath(kind, WALL_THRESHOLDS) : `/configurare/${kind}`;
}

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
