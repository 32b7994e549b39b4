import { describe, expect, it } from 'vitest';
import type { RecordingPage } from '../../../contracts/http/recordings.ts';
import type { Request } from '../../api/client.ts';
import { lengthText, parseFilter, parseLength, recordingsAddress } from './filters.ts';
import { askPeaks } from './peaks.ts';
import { createRecordingsStore } from './store.ts';

describe('filters in the address', () => {
  it('go there and back', () => {
    const filter = {
      from: '2026-11-16',
      to: '2026-11-22',
      campaign: 'oradea',
      agent: 7,
      status: 'success',
      state: 'archived',
      min: 90,
      max: 0,
    } as const;
    const address = recordingsAddress(filter);
    expect(address).toBe(
      '/inregistrari?de=2026-11-16&pana=2026-11-22&campanie=oradea&agent=7&status=success&stare=arhivate&min=90&max=0',
    );
    expect(parseFilter(Object.fromEntries(new URL(address, 'http://x').searchParams))).toEqual(filter);
  });

  it('nonsense is left out', () => {
    expect(
      parseFilter({ de: '2026-02-31', agent: '0', stare: 'x', min: '-1', max: '99999999', status: '' }),
    ).toEqual({});
  });
});

describe('a length', () => {
  it.each([
    ['', undefined],
    ['2', 120],
    ['1:30', 90],
    [' 0:05 ', 5],
    ['90:00', 5_400],
    ['1:02:03', 3_723],
    ['1:60', null],
    ['1:75:00', null],
    ['1,5', null],
    ['un minut', null],
  ])('"%s" is %s seconds', (text, seconds) => {
    expect(parseLength(text)).toBe(seconds);
    if (typeof seconds === 'number') expect(parseLength(lengthText(seconds))).toBe(seconds);
  });
});

describe('the search', () => {
  it('sends the number in the body, never in the address, and the filters with every page', async () => {
    const asked: { path: string; body: unknown }[] = [];
    const request = (async (path, options) => {
      asked.push({ path, body: JSON.parse(options?.body as string) });
      return {
        recordings: [],
        nextCursor: asked.length === 1 ? 'c' : null,
        zone: 'x',
      } satisfies RecordingPage;
    }) as Request;
    const store = createRecordingsStore(request);
    await store.show({ min: 60 }, ' 0722 000 001 ');
    await store.more();
    const body = { minSeconds: 60, number: '0722 000 001', limit: 50 };
    expect(asked).toEqual([
      { path: '/api/recordings/search', body },
      { path: '/api/recordings/search', body: { ...body, cursor: 'c' } },
    ]);
    expect(recordingsAddress(store.filter.value)).toBe('/inregistrari?min=60');
  });

  it('has one recording open at a time, and none after another search', async () => {
    const page: RecordingPage = { recordings: [], nextCursor: null, zone: 'x' };
    const store = createRecordingsStore((async () => page) as Request);
    store.toggle('a');
    store.toggle('b');
    expect(store.open.value).toBe('b');
    store.toggle('b');
    expect(store.open.value).toBeUndefined();
    store.toggle('a');
    await store.show({});
    expect(store.open.value).toBeUndefined();
  });
});

describe('the outline', () => {
  it('is asked for again while it is reckoned, and no more when nobody waits', async () => {
    const ready = { state: 'ready', durationMs: 1, channels: [[1], [2]], silences: [] };
    let asked = 0;
    const request = (async () => (++asked < 3 ? { state: 'working' } : ready)) as Request;
    const left = new AbortController();
    expect(await askPeaks(request, '/x', left.signal, async () => {})).toEqual(ready);
    asked = -10;
    const gone = askPeaks(request, '/x', left.signal, async () => left.abort());
    await expect(gone).rejects.toThrow();
    expect(asked).toBe(-9);
  });
});
