/**
 * The disk of the recordings, measured in the background while somebody looks: the wall never waits for it.
 * @module
 */
import { statfs } from 'node:fs/promises';
import type { WallStorage } from '../../contracts/http/wall.ts';
import { readRecorded, readStored } from '../../db/wall.ts';
import { localDay, localDayBounds } from '../../domain/calendar.ts';
import type { ApiDeps } from '../deps.ts';

export interface WallStorageWatch {
  /** The last measurement; null until the first, and when there is no such folder. */
  read(): WallStorage | null;
}

const DAY_MS = 86_400_000;
const WINDOW_DAYS = 7;
/** Of the disk: a call to the system. */
const DISK_MS = 10_000;
/** Of the calls of a week: at least so long, and fifty times what it took. */
const CALLS_MS = 60_000;
const COST_FACTOR = 50;

type Deps = Pick<ApiDeps, 'db' | 'clock' | 'logger' | 'recordingsDir' | 'siteZone'>;

type Recorded = Omit<WallStorage, 'usedBytes' | 'freeBytes' | 'daysLeft'>;
const NOTHING: Recorded = {
  bytesPerDay: 0,
  freedPerDay: 0,
  wavBytes: 0,
  archiveBytes: 0,
  missing: 0,
  lostToday: 0,
  lostWeek: 0,
};

function daysLeft(freeBytes: number, bytesPerDay: number): number | null {
  return bytesPerDay > 0 ? Math.floor(freeBytes / bytesPerDay) : null;
}

export function createWallStorage(deps: Deps): WallStorageWatch {
  let last: WallStorage | null = null;
  let recorded = NOTHING;
  let measuring = false;
  let diskAt = -Infinity;
  let callsAt = -Infinity;
  let callsEveryMs = CALLS_MS;

  async function measure(): Promise<void> {
    const now = performance.now();
    diskAt = now;
    if (now - callsAt >= callsEveryMs) {
      callsAt = now;
      recorded = await readPace();
      callsEveryMs = Math.max(CALLS_MS, (performance.now() - now) * COST_FACTOR);
    }
    const disk = await statfs(deps.recordingsDir);
    const freeBytes = disk.bavail * disk.bsize;
    last = {
      usedBytes: (disk.blocks - disk.bfree) * disk.bsize,
      freeBytes,
      ...recorded,
      daysLeft: daysLeft(freeBytes, recorded.bytesPerDay - recorded.freedPerDay),
    };
  }

  async function readPace(): Promise<Recorded> {
    const now = deps.clock.now();
    const from = new Date(now.getTime() - WINDOW_DAYS * DAY_MS);
    const { from: today } = localDayBounds(deps.siteZone, localDay(deps.siteZone, now));
    const row = await readRecorded(deps.db.pool, { from, today });
    // A young site has fewer days; less than one says nothing about a day.
    const spanMs = row.first === null ? DAY_MS : now.getTime() - row.first.getTime();
    const days = Math.min(WINDOW_DAYS, Math.max(1, spanMs / DAY_MS));
    const { freedBytes, ...stored } = await readStored(deps.db.pool, { from });
    return {
      bytesPerDay: Math.round(row.bytes / days),
      freedPerDay: Math.round(freedBytes / days),
      ...stored,
      lostToday: row.lostToday,
      lostWeek: row.lost,
    };
  }

  return {
    read() {
      if (!measuring && performance.now() - diskAt >= DISK_MS) {
        measuring = true;
        measure()
          .catch((error: unknown) => deps.logger.debug({ err: error }, 'the disk could not be measured'))
          .finally(() => {
            measuring = false;
          });
      }
      return last;
    },
  };
}
