/**
 * @module
 */
import type { Desk } from '../../contracts/http/desk.ts';
import { readDesk } from '../../db/desk-view.ts';
import { localDay, localDayBounds } from '../../domain/calendar.ts';
import type { SessionUser } from '../auth/sessions.ts';
import type { ApiDeps } from '../deps.ts';
import { ApiProblem } from '../http/problem.ts';
import { toDesk } from './desk-picture.ts';

/** The whole desk of a signed-in user, as it is now. */
export type ReadDesk = (of: Pick<SessionUser, 'userId' | 'role'>) => Promise<Desk>;

export function createDeskReader({
  db,
  clock,
  siteZone,
}: Pick<ApiDeps, 'db' | 'clock' | 'siteZone'>): ReadDesk {
  return async ({ userId, role }) => {
    const now = clock.now();
    const { from: dayFrom } = localDayBounds(siteZone, localDay(siteZone, now));
    const view = await readDesk(db.pool, { userId, now, dayFrom });
    if (view === undefined) throw new ApiProblem('not-found');
    return toDesk(view, { now, role });
  };
}
