import { describe, expect, it } from 'vitest';
import type { ConfigObjectView, ConfigPlan, ConfigSave } from '../../../contracts/http/config-admin.ts';
import { ApiError } from '../../api/problem.ts';
import type { Body, ConfigApi } from './api.ts';
import { createObjectStore, issueAt } from './store.ts';

const STAMP = { origin: 'page', at: '2026-11-21T10:00:00.000Z', by: 'ana' } as const;

/** A server with one object; `theirs` is another's save. */
function world(first: Body | null) {
  let now = first === null ? null : { version: 1, body: first };
  const saves: ConfigSave[] = [];
  const unused = () => Promise.reject(new Error('not in this test'));
  const api: ConfigApi = {
    list: unused,
    versions: unused,
    remove: unused,
    run: unused,
    upload: unused,
    read: (kind, name) =>
      now === null
        ? Promise.reject(new ApiError('problem', 404, problem('not-found')))
        : Promise.resolve({
            kind,
            name,
            ...STAMP,
            version: now.version,
            body: { ...now.body },
            usage: { uses: [], openCalls: 0, keep: [], end: 'remove' },
            retired: null,
            run: null,
          } satisfies ConfigObjectView),
    plan: (_kind, _name, { body }) =>
      Promise.resolve({
        issues:
          body['label'] === ''
            ? [{ path: 'label', code: 'empty', params: {}, message: 'must not be empty' }]
            : [],
        changes: [],
        current: now && { ...STAMP, version: now.version, body: { ...now.body } },
      } satisfies ConfigPlan),
    save: (_kind, _name, save) => {
      saves.push(save);
      now = { version: (now?.version ?? 0) + 1, body: save.body };
      return Promise.resolve({ version: now.version, outcome: 'changed' });
    },
  };
  // A check while typing would only repeat the one of the save.
  const never = (() => 0) as unknown as typeof setTimeout;
  const open = async (kind: Parameters<typeof createObjectStore>[1] = 'campaign') => {
    const store = createObjectStore({ api, setTimeout: never }, kind, 'x');
    await store.object.reload();
    return store;
  };
  const theirs = (body: Body): void => {
    now = { version: (now?.version ?? 0) + 1, body };
  };
  return { open, saves, theirs };
}

function problem(code: 'not-found') {
  return { type: '', title: '', status: 404, code, params: {}, requestId: '' };
}

describe('the form of an object', () => {
  it('saves from the version it was made from, and begins anew from what it saved', async () => {
    const { open, saves } = world({ name: 'x', label: 'a' });
    const store = await open();
    expect(store.dirty.value).toBe(false);
    store.set('label', 'b');
    expect(store.changes.value).toEqual([{ path: 'label', before: 'a', after: 'b' }]);
    expect(await store.save()).toBe(true);
    expect(saves).toEqual([{ version: 1, body: { name: 'x', label: 'b' } }]);
    expect([store.dirty.value, store.object.data.value?.version]).toEqual([false, 2]);
  });

  it('is not sent while something is wrong; an empty field is told when somebody tries to save', async () => {
    const { open, saves } = world({ name: 'x', label: 'a' });
    const store = await open();
    store.set('label', '');
    expect(await store.save()).toBe(false);
    expect(saves).toEqual([]);
    expect(issueAt(store.issues.value, 'label', false)).toBeUndefined();
    expect(issueAt(store.issues.value, 'label', store.tried.value)?.code).toBe('empty');
  });

  it('never overwrites what somebody else saved: it shows theirs, and goes on from it with what was chosen', async () => {
    const { open, saves, theirs } = world({ name: 'x', label: 'a', concurrency: 1 });
    const store = await open();
    store.set('label', 'mine');
    theirs({ name: 'x', label: 'a', concurrency: 9 });
    expect(await store.save()).toBe(false);
    expect(store.conflict.value?.theirs).toMatchObject({ version: 2, body: { concurrency: 9 } });
    expect(saves).toEqual([]);
    store.resolve({ name: 'x', label: 'mine', concurrency: 9 });
    expect(store.changes.value).toEqual([{ path: 'label', before: 'a', after: 'mine' }]);
    expect(await store.save()).toBe(true);
    expect(saves).toEqual([{ version: 2, body: { name: 'x', label: 'mine', concurrency: 9 } }]);
  });

  it('a reload keeps what is being typed', async () => {
    const { open, theirs } = world({ name: 'x', label: 'a' });
    const store = await open();
    store.set('label', 'b');
    theirs({ name: 'x', label: 'c' });
    await store.object.reload();
    expect(store.body.value).toEqual({ name: 'x', label: 'b' });
    expect(store.base.value).toEqual({ name: 'x', label: 'a' });
  });

  it('of one that is not there begins empty and says that there was none', async () => {
    const { open, saves } = world(null);
    const store = await open();
    expect([store.object.data.value, store.body.value]).toEqual([null, undefined]);
    store.begin({ name: 'x', label: 'new' });
    expect(await store.save()).toBe(true);
    expect(saves).toEqual([{ version: null, body: { name: 'x', label: 'new' } }]);
  });

  it('leaves behind what belongs to the other mode, and the password of a user that is gone', async () => {
    const store = await world({ name: 'x', mode: 'robot', menu: { keys: { 1: 'busy' } } }).open();
    store.set('mode', 'agent');
    expect(store.body.value).toEqual({ name: 'x', mode: 'agent' });
    const trunk = await world({ name: 'x', credentials: { username: 'u', password: '***' } }).open('trunk');
    trunk.set('credentials.username', undefined);
    expect(trunk.body.value).toEqual({ name: 'x' });
  });
});
