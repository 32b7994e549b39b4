import { expect, it } from 'vitest';
import type { Queued } from '../../../contracts/http/queues.ts';
import { movedWithin } from './moves.ts';

const one = (id: number, kind: Queued['kind'], onCall = false): Queued => ({
  id,
  kind,
  onCall,
  name: null,
  locality: null,
  number: null,
  list: 'l',
  dueAt: '2026-11-21T10:00:00Z',
  attempts: 0,
});
const QUEUE = [one(1, 'callback'), one(2, 'priority'), one(3, 'new'), one(4, 'new', true), one(5, 'new')];

it('moves within its kind, past one that is on a call, and never past another kind', () => {
  expect(movedWithin(QUEUE, 5, -1)).toEqual([5, 3]);
  expect(movedWithin(QUEUE, 3, 1)).toEqual([5, 3]);
  expect(movedWithin(QUEUE, 3, -1)).toBeUndefined();
  expect(movedWithin(QUEUE, 5, 1)).toBeUndefined();
  expect(movedWithin(QUEUE, 1, 1)).toBeUndefined();
  expect(movedWithin(QUEUE, 4, 1)).toBeUndefined();
});
