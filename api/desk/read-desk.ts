/**
 * The desk as it is, and as it was last read: what was done stays done when Postgres goes away right after it, and a call goes
 * on without it.
 * @module
 */
import type { Desk } from '../../contracts/http/desk.ts';
import { agentCallWorkflowId } from '../../contracts/temporal/ids.ts';
import { readDesk, type DeskCallView } from '../../db/desk-view.ts';
import { localDay, localDayBounds } from '../../domain/calendar.ts';
import type { SessionUser } from '../auth/session-user.ts';
import type { ApiDeps } from '../deps.ts';
import { isPostgresAway } from '../http/postgres-away.ts';
import { ApiProblem } from '../http/problem.ts';
import { toDesk } from './desk-picture.ts';

type DeskOwner = Pick<SessionUser, 'userId' | 'role' | 'grants'>;

/** The whole desk of a signed-in user, as it is now. */
export type ReadDesk = (of: DeskOwner) => Promise<Desk>;

export interface KnownDesk {
  desk: Desk;
  /** How to reach what holds the desk's call; null when it has none. */
  reach: CallReach | null;
}

export interface CallReach {
  workflowId: string;
  /** Of the edge's control socket; null when its epoch has ended. */
  controlUrl: string | null;
}

export interface DeskReader {
  read: ReadDesk;
  /** As `read`, for the answer to something that is done: Postgres having gone away, the desk as it was last read. */
  readDone: ReadDesk;
  /** As last read, not longer than 15 minutes ago. */
  known(userId: number): KnownDesk | undefined;
}

const KNOWN_MS = 15 * 60_000;
/** Each is some 20 KB, and personal data. */
const MAX_KNOWN = 1_000;

export function createDeskReader({
  db,
  clock,
  siteZone,
}: Pick<ApiDeps, 'db' | 'clock' | 'siteZone'>): DeskReader {
  /** Least recently read first. */
  const all = new Map<number, KnownDesk & { order: number; readAt: number }>();
  let reads = 0;

  const read: ReadDesk = async (person) => {
    const { userId } = person;
    reads += 1;
    const order = reads;
    const now = clock.now();
    const { from: dayFrom } = localDayBounds(siteZone, localDay(siteZone, now));
    const view = await readDesk(db.pool, { userId, now, dayFrom });
    if (view === undefined) throw new ApiProblem('not-found');
    const desk = toDesk(view, { now, person });
    // Two reads at once may end in another order than they began.
    if ((all.get(userId)?.order ?? 0) < order) {
      all.delete(userId);
      all.set(userId, { desk, reach: view.call && reachOf(view.call), order, readAt: performance.now() });
      forgetOld();
    }
    return desk;
  };

  function forgetOld(): void {
    for (const [userId, { readAt }] of all) {
      if (all.size <= MAX_KNOWN && performance.now() - readAt <= KNOWN_MS) return;
      all.delete(userId);
    }
  }

  function known(userId: number): KnownDesk | undefined {
    const found = all.get(userId);
    return found && performance.now() - found.readAt <= KNOWN_MS ? found : undefined;
  }

  return {
    read,
    known,
    readDone: async (of) => {
      try {
        return await read(of);
      } catch (error) {
        const last = isPostgresAway(error) ? known(of.userId) : undefined;
        if (last === undefined) throw error;
        return last.desk;
      }
    },
  };
}

function reachOf({ id, contactId, attempt, controlUrl }: DeskCallView): CallReach {
  const workflowId = agentCallWorkflowId({
    callId: id,
    attempt,
    ...(contactId !== null && { contactId }),
  });
  return { workflowId, controlUrl };
}
