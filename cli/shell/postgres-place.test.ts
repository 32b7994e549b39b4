import { expect, it } from 'vitest';
import { postgresPlace, type PlaceFacts } from './postgres-place.ts';

const OPEN = 0o755;
const CLOSED = 0o700;

function facts(uid: number, modes: Record<string, number>): PlaceFacts {
  return { uid, modeOf: (path) => modes[path] };
}

it('lies in the state folder when others may enter every folder above it', () => {
  const modes = { '/': OPEN, '/srv': OPEN, '/srv/site': 0o711 };
  expect(postgresPlace('/srv/site/.apel', facts(0, modes))).toEqual({ data: '/srv/site/.apel/postgres' });
});

it('lies under /var/lib when root works in a folder that others may not enter', () => {
  const modes = { '/': OPEN, '/root': CLOSED, '/root/apel': OPEN };
  const place = postgresPlace('/root/apel/.apel', facts(0, modes));
  expect(place.outside).toMatch(/^\/var\/lib\/apel\/apel-[0-9a-f]{10}$/);
  expect(place.data).toBe(`${place.outside}/postgres`);
  // The same for the same path, another for another one.
  expect(postgresPlace('/root/apel/.apel', facts(0, modes))).toEqual(place);
  expect(postgresPlace('/root/old/apel/.apel', facts(0, modes)).data).not.toBe(place.data);
});

it('a closed state folder itself counts, and so does a name that is no good file name', () => {
  const modes = { '/': OPEN, '/srv': OPEN, '/srv/ă é': CLOSED };
  expect(postgresPlace('/srv/ă é', facts(0, modes)).data).toMatch(/^\/var\/lib\/apel\/site-\w+\/postgres$/);
});

it('an ordinary user is Postgres’s own user: always in the state folder', () => {
  const modes = { '/': OPEN, '/home': OPEN, '/home/ana': CLOSED };
  expect(postgresPlace('/home/ana/.apel', facts(1000, modes)).data).toBe('/home/ana/.apel/postgres');
});

it('data stay where they were made when permissions change', () => {
  const closed = { '/': OPEN, '/root': CLOSED };
  const outside = postgresPlace('/root/.apel', facts(0, closed));
  const opened = { '/': OPEN, '/root': OPEN, [`${outside.data}/PG_VERSION`]: 0o600 };
  expect(postgresPlace('/root/.apel', facts(0, opened))).toEqual(outside);
  const inside = { ...closed, '/root/.apel/postgres/PG_VERSION': 0o600 };
  expect(postgresPlace('/root/.apel', facts(0, inside))).toEqual({ data: '/root/.apel/postgres' });
});
