/**
 * @module
 */
import type { LiveSnapshot } from '../../contracts/http/live.ts';
import type { Role } from '../../contracts/model/role.ts';
import { can } from '../../domain/permissions.ts';

/** Takes numbers out of (parts of) a snapshot for roles that may not see them; the snapshot itself is shared. */
export function redactFor<T extends Partial<LiveSnapshot>>(role: Role, part: T): T {
  if (can(role, 'number.read') || part.calls === undefined) return part;
  return { ...part, calls: part.calls.map((call) => ({ ...call, number: null })) };
}
