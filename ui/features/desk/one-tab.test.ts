import { expect, it } from 'vitest';
import { createOneTab } from './one-tab.ts';
import { actionOf } from './keys.ts';
import { groupedNumber, plainNumber } from './number-text.ts';
import { suggestions } from './suggest.tsx';
import { COUNTIES } from '../../../domain/counties.ro.ts';

/** Web Locks of one origin, as https://www.w3.org/TR/web-locks has them, for one name. */
function createLocks(): LockManager {
  let holder: { steal: () => void } | undefined;
  const waiting: (() => void)[] = [];
  const free = (): void => {
    holder = undefined;
    waiting.shift()?.();
  };
  async function request(
    _: string,
    a: LockOptions | LockGrantedCallback<unknown>,
    b?: LockGrantedCallback<unknown>,
  ) {
    const options = typeof a === 'function' ? {} : a;
    const callback = (typeof a === 'function' ? a : b) as LockGrantedCallback<unknown>;
    if (options.steal) holder?.steal();
    else if (holder && options.ifAvailable) return callback(null);
    else if (holder) await new Promise<void>((resolve) => waiting.push(resolve));
    const stolen = new Promise<never>((_resolve, reject) => {
      holder = { steal: () => reject(new DOMException('stolen', 'AbortError')) };
    });
    const mine = holder;
    try {
      return await Promise.race([Promise.resolve(callback({ name: _, mode: 'exclusive' })), stolen]);
    } finally {
      if (holder === mine) free();
    }
  }
  return { request, query: async () => ({}) } as LockManager;
}
const storage = () => {
  const kept = new Map<string, string>();
  return {
    get: (key: string) => kept.get(key) ?? null,
    set: (key: string, value: string | null) => void kept.set(key, value ?? ''),
  };
};

it('the second tab sees since when the first is the desk, and can take over', async () => {
  const locks = createLocks();
  const shared = storage();
  const first = createOneTab({ storage: shared, locks, now: () => 1_000 });
  await expect.poll(() => first.state.value).toBe('mine');
  const second = createOneTab({ storage: shared, locks, now: () => 2_000 });
  await expect.poll(() => second.state.value).toBe('other');
  expect(second.otherSince()).toBe(1_000);
  second.takeOver();
  await expect.poll(() => [first.state.value, second.state.value]).toEqual(['lost', 'mine']);
});

it('when the first tab is closed the second goes on by itself', async () => {
  const locks = createLocks();
  const shared = storage();
  const first = createOneTab({ storage: shared, locks });
  await expect.poll(() => first.state.value).toBe('mine');
  const second = createOneTab({ storage: shared, locks });
  await expect.poll(() => second.state.value).toBe('other');
  first.dispose();
  await expect.poll(() => second.state.value).toBe('mine');
});

it.each([
  ['0722123456', '0722 123 456'],
  ['+40722123456', '+40 722 123 456'],
  ['0040722123', '0040 722 123'],
  ['0722', '0722'],
  ['07221', '0722 1'],
  ['+37360123', '+373 601 23'],
  ['*21#', '*21#'],
  [' (0722) 12-34-56 ', '0722 123 456'],
  ['0722+1', '0722 1'],
])('"%s" is shown as "%s"', (typed, shown) => {
  expect(groupedNumber(typed)).toBe(shown);
  expect(plainNumber(shown)).toBe(plainNumber(typed));
});

it('keys mean the same in every language and only when nothing else is held', () => {
  const key = (name: string, held: object = {}) =>
    actionOf({ key: name, ctrlKey: false, altKey: false, metaKey: false, shiftKey: false, ...held });
  expect(['F2', 'F4', 'F8', 'F9', '?'].map((name) => key(name))).toEqual([
    'go',
    'hang-up',
    'mute',
    'hold',
    'help',
  ]);
  expect(key('Enter', { ctrlKey: true })).toBe('save');
  expect([key('Enter'), key('F4', { altKey: true }), key('F2', { shiftKey: true }), key('1')]).toEqual([
    undefined, undefined, undefined, undefined,
  ]); // prettier-ignore
});

it('suggestions are found without diacritics, beginnings first', () => {
  expect(suggestions(COUNTIES, 'sa')).toEqual(['Satu Mare', 'Sălaj']);
  expect(suggestions(COUNTIES, 'mare')).toEqual(['Satu Mare']);
  expect(suggestions(COUNTIES, 'Timiș')).toEqual([]);
  expect(suggestions(COUNTIES, ' ')).toEqual([]);
});
