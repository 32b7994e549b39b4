import { expect, it } from 'vitest';
import type { WallStorage } from '../../contracts/http/wall.ts';
import { recordingsHealth } from './wall-recordings.ts';

const well: WallStorage = {
  usedBytes: 1,
  freeBytes: 1,
  bytesPerDay: 1,
  freedPerDay: 0,
  daysLeft: 400,
  wavBytes: 0,
  archiveBytes: 0,
  missing: 0,
  lostToday: 0,
  lostWeek: 0,
};

it.each<[string, Partial<WallStorage>, string, string | undefined]>([
  ['nothing', {}, 'ok', undefined],
  ['a recording of today that cannot be rebuilt', { lostToday: 1 }, 'amber', 'recordings-lost'],
  ['many of them', { lostToday: 10, missing: 3, daysLeft: 0 }, 'red', 'recordings-lost'],
  [
    'a file that is gone, before one that was lost',
    { lostToday: 1, missing: 1 },
    'red',
    'recordings-missing',
  ],
  [
    'a disk that is full soon, before a file that was lost',
    { lostToday: 1, daysLeft: 0 },
    'red',
    'disk-days',
  ],
  ['losses of the days before', { lostWeek: 7 }, 'ok', undefined],
  ['a disk that does not fill up', { daysLeft: null }, 'ok', undefined],
])('tells of %s', (_, wrong, level, code) => {
  const health = recordingsHealth({ ...well, ...wrong }, {});
  expect([health.level, health.message?.code]).toEqual([level, code]);
});
