import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, expect, it, vi } from 'vitest';
import type { CallDraft } from '../../../contracts/http/desk.ts';
import { callOf } from '../../dev/desk-fixtures.ts';
import { ApiError } from '../../api/problem.ts';
import { createDraftStore, type DraftStore } from './draft-store.ts';
import { openKept, type Kept } from './kept.ts';

const NOW = Date.parse('2026-11-21T10:00:00Z');
let kept: Kept;
const stores: DraftStore[] = [];

function storeOf(put: (callId: string, draft: CallDraft) => Promise<void>, draft: CallDraft | null = null) {
  const store = createDraftStore({ call: callOf(0, NOW, { draft }), userId: 7, kept: async () => kept, put });
  stores.push(store);
  return store;
}
const draftOf = (seq: number, note: string): CallDraft => ({
  seq,
  answers: {},
  note,
  outcome: null,
  page: null,
});

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  globalThis.indexedDB = new IDBFactory();
  // fake-indexeddb schedules with setImmediate, which stays real.
  kept = await openKept();
  return () => {
    stores.splice(0).forEach((store) => store.dispose());
    vi.useRealTimers();
  };
});

it('what the contact has is filled in before anybody types', () => {
  expect(storeOf(async () => undefined).answers.value).toEqual({
    county: 'Bihor',
    locality: 'Oradea',
    name: 'Andreea Popescu',
  });
});

it('what is typed is in the browser at once, and on the server after a pause, once', async () => {
  const sent: CallDraft[] = [];
  const store = storeOf(async (_, draft) => void sent.push(draft));
  store.setNote('a');
  store.setNote('ab');
  store.setAnswer('age-group', '40-50');
  await expect.poll(async () => (await kept.draft(store.callId))?.draft.seq).toBe(3);
  expect(store.state.value).toBe('typing');
  expect(sent).toEqual([]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(sent.map(({ seq, note }) => [seq, note])).toEqual([[3, 'ab']]);
  expect(store.state.value).toBe('saved');
});

it('a server that is away is asked again; the words say where the text is', async () => {
  let up = false;
  const store = storeOf(async () => {
    if (!up) throw new ApiError('network');
  });
  store.setNote('a');
  await vi.advanceTimersByTimeAsync(1_000);
  expect(store.state.value).toBe('local');
  up = true;
  await vi.advanceTimersByTimeAsync(5_000);
  expect(store.state.value).toBe('saved');
});

it('a reload goes on with whichever is newer: this browser or the server', async () => {
  const first = storeOf(async () => undefined);
  first.setNote('here');
  first.setNote('here, newer');
  await expect.poll(async () => (await kept.draft(first.callId))?.draft.seq).toBe(2);

  const older = storeOf(async () => undefined, draftOf(1, 'server'));
  await older.load();
  expect(older.note.value).toBe('here, newer');

  const newer = storeOf(async () => undefined, draftOf(9, 'server, newer'));
  await newer.load();
  expect(newer.note.value).toBe('server, newer');
  newer.setNote('goes on');
  await expect.poll(async () => (await kept.draft(newer.callId))?.draft.seq).toBe(10);
});

it('a saved call is not typed into any more, also after a reload; a refused one is', async () => {
  const store = storeOf(async () => undefined);
  store.setNote('a');
  await store.markSaved('w1');
  store.setNote('b');
  expect(store.note.value).toBe('a');
  const again = storeOf(async () => undefined);
  await again.load();
  expect([again.saved.value, again.note.value]).toEqual(['w1', 'a']);
  await again.markSaved(null);
  again.setNote('c');
  expect(again.note.value).toBe('c');
});
