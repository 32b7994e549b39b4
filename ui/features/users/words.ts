/**
 * What the server refuses, in words, and under which field.
 * @module
 */
import { MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS } from '../../../contracts/model/user.ts';
import type { PasswordFault } from '../../../domain/user-rules.ts';
import { ApiError, errorWords } from '../../api/problem.ts';
import type { I18n } from '../../i18n/i18n.ts';

/** Words under a field, or undefined when the error is not about it. */
export function fieldWords(i18n: I18n, error: unknown, path: string): string | undefined {
  const issues = error instanceof ApiError ? error.problem?.params['issues'] : undefined;
  if (!Array.isArray(issues)) return undefined;
  for (const issue of issues) {
    if (typeof issue !== 'object' || issue.path !== path) continue;
    const field = path === 'newPassword' ? 'password' : path;
    return i18n.tMaybe(`users.fault.${field}.${issue.message}`, i18n.t('users.fault.name.form'), LENGTHS);
  }
  return undefined;
}

/** Words for the whole request; undefined when a field has them. */
export function refusalWords(i18n: I18n, error: unknown, fields: readonly string[] = []): string | undefined {
  if (error === undefined || fields.some((path) => fieldWords(i18n, error, path) !== undefined))
    return undefined;
  const reason = error instanceof ApiError ? error.problem?.params['reason'] : undefined;
  const words = errorWords(i18n, error);
  return typeof reason === 'string' ? i18n.tMaybe(`users.refused.${reason}`, words) : words;
}

export function passwordWords(i18n: I18n, fault: PasswordFault | undefined): string | undefined {
  return fault && i18n.t(`users.fault.password.${fault}`, LENGTHS);
}

const LENGTHS = { min: MIN_PASSWORD_CHARS, max: MAX_PASSWORD_CHARS };
