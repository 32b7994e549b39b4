import { expect, it } from 'vitest';
import type { Queued } from '../../../contracts/http/queues.ts';
import { movedWithin, type Move } from './moves.ts';

const one = (id: number, kind: Queued['kind'], onCall = false, dueAt = '2026-11-21T10:00:00Z'): Queued => ({
  id,
  kind,
  onCall,
  name: null,
  locality: null,
  number: null,
  list: 'l',
  dueAt,
  attempts: 0,
});
const QUEUE = [one(1, 'callback'), one(2, 'priority'), one(3, 'new'), one(4, 'new', true), one(5, 'new')];

const NOW = Date.parse('2026-11-21T10:00:00Z');
const moved = (id: number, move: Move, queue = QUEUE) => movedWithin(queue, id, move, NOW);

it('moves within its kind, past one that is on a call, and never past another kind', () => {
  expect(moved(5, 'up')).toEqual([5, 3]);
  expect(moved(3, 'down')).toEqual([5, 3]);
  expect(moved(3, 'up')).toBeUndefined();
  expect(moved(5, 'down')).toBeUndefined();
  expect(moved(1, 'down')).toBeUndefined();
  expect(moved(4, 'down')).toBeUndefined();
});

it('goes to the top of its kind at once, and what stood before it keeps its order', () => {
  const queue = [...QUEUE, one(6, 'new'), one(7, 'new')];
  expect(moved(7, 'top', queue)).toEqual([7, 3, 5, 6]);
  expect(moved(6, 'top', queue)).toEqual([6, 3, 5]);
  expect(moved(3, 'top', queue)).toBeUndefined();
  expect(moved(2, 'top', queue)).toBeUndefined();
});

it('what is not due yet gives and takes no place', () => {
  const queue = [...QUEUE, one(8, 'new', false, '2026-11-21T10:00:01Z')];
  expect(moved(8, 'up', queue)).toBeUndefined();
  expect(moved(8, 'top', queue)).toBeUndefined();
  expect(moved(5, 'down', queue)).toBeUndefined();
});
