/**
 * What a person's user name and password may be; the same for the page, the API and `apel user`.
 * @module
 */

export const MIN_PASSWORD_CHARS = 10;
/** Argon2 takes a good part of a core for longer texts as well; nobody types more. */
export const MAX_PASSWORD_CHARS = 200;
export const MAX_USER_NAME_CHARS = 64;

/** Letters, digits, dot, dash, underscore; a letter or a digit first. */
export const USER_NAME = /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,63}$/u;

export type PasswordFault = 'too-short' | 'too-long' | 'user-name' | 'one-character';

/** Why a text is no password for a person, if it is none. Length is what counts (NIST SP 800-63B §5.1.1.2). */
export function passwordFault(password: string, userName: string): PasswordFault | undefined {
  const characters = [...password];
  if (characters.length < MIN_PASSWORD_CHARS) return 'too-short';
  if (characters.length > MAX_PASSWORD_CHARS) return 'too-long';
  if (new Set(characters).size === 1) return 'one-character';
  if (password.toLowerCase() === userName.toLowerCase()) return 'user-name';
  return undefined;
}
