/**
 * @module
 */
import type { LiveSnapshot } from '../../contracts/http/live.ts';
import { can, type Person } from '../../domain/permissions.ts';

/** Takes numbers out of (parts of) a snapshot for people who may not see them; the snapshot itself is shared. */
export function redactFor<T extends Partial<LiveSnapshot>>(person: Person, part: T): T {
  if (can(person, 'number.read') || part.calls === undefined) return part;
  return { ...part, calls: part.calls.map((call) => ({ ...call, number: null })) };
}
