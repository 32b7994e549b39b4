import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, describe, expect, it } from 'vitest';
import type { WrapUp, WrapUpReply } from '../../../contracts/http/desk.ts';
import { ApiError } from '../../api/problem.ts';
import { memoryKept, openKept, type Kept, type QueuedWrapUp } from './kept.ts';
import { createOutbox, type Outbox } from './outbox.ts';

const item = (id: string, userId = 7, at = 1): QueuedWrapUp => ({
  id,
  callId: `call-${id}`,
  userId,
  at,
  label: id,
  wrapUp: { id, outcome: 'success', answers: {}, note: '', savedAt: '2026-11-21T10:00:00Z' },
});
const refused = (status: number, code: 'invalid-request' | 'not-found', issues: object[] = []) =>
  new ApiError('problem', status, {
    type: '', title: code, status, code, requestId: 'r', params: { issues: issues as never },
  }); // prettier-ignore

let kept: Kept;
const open: Outbox[] = [];
function outboxOf(send: (callId: string, wrapUp: WrapUp) => Promise<WrapUpReply>): Outbox {
  const made = createOutbox({ kept, userId: 7, send });
  open.push(made);
  return made;
}

beforeEach(async () => {
  globalThis.indexedDB = new IDBFactory();
  kept = await openKept();
  return () => open.splice(0).forEach((one) => one.dispose());
});

describe('the outbox', () => {
  it('an entry stays until the server has it, and goes then', async () => {
    let up = false;
    const outbox = outboxOf(async () => {
      if (!up) throw new ApiError('network');
      return { state: 'stored' };
    });
    await outbox.add(item('a'));
    await outbox.flush();
    expect(outbox.pending.value).toBe(1);
    // Another page of the same computer finds it.
    expect((await (await openKept()).queued(7)).map(({ id }) => id)).toEqual(['a']);
    up = true;
    await outbox.flush();
    expect(outbox.pending.value).toBe(0);
    expect(await kept.queued(7)).toEqual([]);
  });

  it('503 keeps it: the server is up, Temporal is not', async () => {
    const outbox = outboxOf(async () => {
      throw new ApiError('problem', 503);
    });
    await outbox.add(item('a'));
    await outbox.flush();
    expect([outbox.pending.value, outbox.refusal.value]).toEqual([1, null]);
  });

  it('what the server refuses is kept, named, and holds up nobody behind it', async () => {
    const sent: string[] = [];
    const outbox = outboxOf(async (callId) => {
      if (callId === 'call-a')
        throw refused(422, 'invalid-request', [{ path: 'answers.county', message: 'required' }]);
      sent.push(callId);
      return { state: 'saved' };
    });
    await kept.enqueue(item('a', 7, 1));
    await kept.enqueue(item('b', 7, 2));
    await outbox.flush();
    expect(sent).toEqual(['call-b']);
    expect(outbox.refusal.value).toMatchObject({
      code: 'invalid-request',
      issues: [{ path: 'answers.county', message: 'required' }],
    });
    expect((await kept.queued(7)).map(({ id, refused: code }) => [id, code])).toEqual([
      ['a', 'invalid-request'],
    ]);
    await outbox.drop('a');
    expect(outbox.refusal.value).toBeNull();
  });

  it('another agent of the same computer keeps theirs', async () => {
    await kept.enqueue(item('theirs', 8));
    const sent: string[] = [];
    const outbox = outboxOf(async (callId) => {
      sent.push(callId);
      return { state: 'stored' };
    });
    await outbox.flush();
    expect(sent).toEqual([]);
    expect(await kept.queued(8)).toHaveLength(1);
  });

  it('two wishes to send at once send each entry once', async () => {
    const sent: string[] = [];
    const outbox = outboxOf(async (callId) => {
      sent.push(callId);
      await Promise.resolve();
      return { state: 'stored' };
    });
    await kept.enqueue(item('a'));
    await Promise.all([outbox.flush(), outbox.flush(), outbox.flush()]);
    expect(sent).toEqual(['call-a']);
  });
});

it('without IndexedDB the desk works, and knows that it keeps nothing', async () => {
  globalThis.indexedDB = undefined as never;
  const none = await openKept();
  expect(none.durable).toBe(false);
  await none.enqueue(item('a'));
  expect(await none.queued(7)).toHaveLength(1);
  expect(memoryKept().durable).toBe(false);
});
