/**
 * The five roles. What each may do is one table in `domain/permissions.ts`.
 * @module
 */
export const ROLES = ['agent', 'supervisor', 'management', 'operator', 'administrator'] as const;
export type Role = (typeof ROLES)[number];

/** Actions that an administrator may grant to one person; which role may be granted which is in the same table. */
export const GRANTS = [
  'number.read',
  'name.read',
  'agent.read',
  'recording.play',
  'recording.download',
  'audit.read',
] as const;
export type Grant = (typeof GRANTS)[number];
