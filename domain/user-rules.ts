/**
 * What a password may be; the same for the page, the API and `apel user`.
 * @module
 */
import { MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS } from '../contracts/model/user.ts';

export type PasswordFault = 'too-short' | 'too-long' | 'user-name' | 'one-character';

/** Why a text is no password for a person, if it is none. Length is what counts (NIST SP 800-63B §5.1.1.2). */
export function passwordFault(password: string, userName: string): PasswordFault | undefined {
  const characters = Array.from(password);
  if (characters.length < MIN_PASSWORD_CHARS) return 'too-short';
  if (characters.length > MAX_PASSWORD_CHARS) return 'too-long';
  if (new Set(characters).size === 1) return 'one-character';
  if (password.toLowerCase() === userName.toLowerCase()) return 'user-name';
  return undefined;
}
