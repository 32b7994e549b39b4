/**
 * The five roles. What each may do is one table in `domain/permissions.ts`.
 * @module
 */
export const ROLES = ['agent', 'supervisor', 'management', 'operator', 'administrator'] as const;
export type Role = (typeof ROLES)[number];
