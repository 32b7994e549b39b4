/**
 * What user names and passwords look like; the rule of passwords is in `domain/user-rules.ts`.
 * @module
 */

/** Letters, digits, dot, dash, underscore; a letter or a digit first. */
export const USER_NAME = /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,63}$/u;

export const MIN_PASSWORD_CHARS = 10;
/** Argon2 takes a good part of a core for longer texts as well; nobody types more. */
export const MAX_PASSWORD_CHARS = 200;

/** What became of a person's desk. `after-call`: a call goes on without them, then the shift ends. */
export const DESK_ENDS = ['none', 'logged-off', 'after-call'] as const;
export type DeskEnd = (typeof DESK_ENDS)[number];
