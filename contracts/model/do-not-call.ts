/**
 * How a person said that they do not want to be called.
 * @module
 */

export const DO_NOT_CALL_SOURCES = [
  'call',
  'phone',
  'e-mail',
  'letter',
  'register',
  'import',
  'other',
] as const;
export type DoNotCallSource = (typeof DO_NOT_CALL_SOURCES)[number];
