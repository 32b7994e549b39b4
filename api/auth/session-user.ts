/**
 * Who is here, as every route gets it.
 * @module
 */
import type { Grant, Role } from '../../contracts/model/role.ts';

export interface SessionUser {
  tokenHash: Buffer;
  userId: number;
  name: string;
  displayName: string;
  role: Role;
  grants: readonly Grant[];
  expiresAt: Date;
  /** Of a screen on a wall, no person: it passes the gates that say so, and no other. */
  screen?: true;
}
