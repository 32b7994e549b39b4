/**
 * Why the server did not do it, in the words of the desk.
 * @module
 */
import { ApiError, errorWords } from '../../api/problem.ts';
import type { I18n } from '../../i18n/i18n.ts';

/** `agent-busy` says by `reason` what stands against it; a number that is none says what is wrong with it. */
export function deskErrorWords(i18n: I18n, error: unknown): string {
  const general = errorWords(i18n, error);
  if (!(error instanceof ApiError)) return general;
  const { reason, issues } = error.problem?.params ?? {};
  if (error.is('agent-busy') && typeof reason === 'string') {
    return i18n.tMaybe(`desk.busy.${reason}`, i18n.tMaybe(`desk.wait.${reason}`, general));
  }
  const number = Array.isArray(issues)
    ? issues.find((issue) => typeof issue !== 'string' && issue.path === 'number')
    : undefined;
  if (number === undefined || typeof number === 'string') return general;
  return i18n.tMaybe(`desk.badNumber.${number.message}`, i18n.t('desk.badNumber.other'));
}
