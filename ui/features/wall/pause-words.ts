/**
 * @module
 */
import { CONNECTION_PAUSE } from '../../../contracts/model/agent.ts';
import type { WallSections } from '../../../contracts/http/wall.ts';
import type { I18n } from '../../i18n/i18n.ts';

/** The label of a pause reason; the site's own pause has its words here. */
export function pauseWords(i18n: I18n, reasons: WallSections['pauses'] | undefined, name: string): string {
  if (name === CONNECTION_PAUSE) return i18n.t('wall.connection');
  return reasons?.find((reason) => reason.name === name)?.labels[i18n.lang.value] ?? name;
}
