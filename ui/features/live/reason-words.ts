/**
 * Codes of reasons inside a sentence, in words.
 * @module
 */
import type { Params } from '../../i18n/entry.ts';
import type { I18n } from '../../i18n/i18n.ts';

/** `reason` is a code of `EDGE_REFUSALS` or `END_REASONS`; one of a newer server is shown as it is. */
export function withReasonWords(i18n: I18n, params: Params): Params {
  const { reason } = params;
  return typeof reason === 'string' ? { ...params, reason: reasonWords(i18n, reason) } : params;
}

/** Begins small, because it stands after a colon. */
export function reasonWords(i18n: I18n, code: string): string {
  const words =
    code === ''
      ? i18n.t('reason.unknown')
      : i18n.tMaybe(`refusing.${code}`, i18n.tMaybe(`reason.${code}`, code));
  return words.charAt(0).toLocaleLowerCase(i18n.lang.value) + words.slice(1);
}
